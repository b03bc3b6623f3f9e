import {
  matrixCsv, matrixMarkdown, matrixRow, matrixRows, matrixSvg, matrixSummaryOf, pairOfCell, pairsOfCells, type Location, type MatrixRow,
} from '../../core/index';
import { toLocation } from '../protocol-conversion';
import type { Refused } from '../protocol/edits';
import type { HandshakeRef } from '../protocol/handshakes';
import type { MatrixCell, MatrixDocumentParams, MatrixSummary, MatrixStatement } from '../protocol/matrix';
import type { Session } from '../session';
import { allPairVerdicts, locationNames } from './policy-lookup';

/** See `kmsHandshake/matrix`. */
export function matrix(session: Session): MatrixSummary {
  return matrixSummaryOf(allPairVerdicts(session), session.analysisHost.workspace().world, locationNames(session).file);
}

/** See `kmsHandshake/matrixCell`. */
export function matrixCell(session: Session, { identity, key }: HandshakeRef): MatrixCell | Refused {
  const pair = pairOfCell(allPairVerdicts(session), identity, key);
  if (pair === undefined) return { refused: 'The two are no longer related.' };
  const { outcomes } = matrixRow(pair, locationNames(session));
  return {
    identity, key,
    outcomes: outcomes.map(({ standing: accessStanding, actions, conditions, says, decidedBy }) => ({
      standing: accessStanding, actions, conditions, says,
      statements: decidedBy.flatMap((decidingStatement) => toMatrixStatement(session, decidingStatement) ?? []),
    })),
  };
}

/** See `kmsHandshake/matrixDocument`. */
export function matrixDocument(session: Session, params: MatrixDocumentParams): { readonly text: string } {
  const pairs = params.cells === undefined ? allPairVerdicts(session) : pairsOfCells(allPairVerdicts(session), params.cells);
  const { world } = session.analysisHost.workspace();
  const locationLabels = locationNames(session);
  if (params.format === 'svg') return { text: matrixSvg(matrixSummaryOf(pairs, world, locationLabels.file), params.standings) };
  const rows = matrixRows(pairs, locationLabels).map((row) => filterByStanding(row, params.standings)).filter(({ outcomes }) =>
    outcomes.length > 0
  );
  return { text: params.format === 'csv' ? matrixCsv(rows) : matrixMarkdown(rows) };
}

function filterByStanding(row: MatrixRow, standings: MatrixDocumentParams['standings']): MatrixRow {
  return standings === undefined
    ? row
    : { ...row, outcomes: row.outcomes.filter(({ standing: accessStanding }) => standings.includes(accessStanding)) };
}

/** Undefined when the file has gone meanwhile. */
function toMatrixStatement({ conversionContext }: Session,
  one: Omit<MatrixStatement, 'uri' | 'range' | 'label'> & { readonly file: string; readonly line: number; readonly at: Location }
): MatrixStatement | undefined {
  const at = toLocation(conversionContext, one.at);
  return at && { ...at, half: one.half, effect: one.effect, sid: one.sid, label: `${one.file}:${one.line}` };
}
