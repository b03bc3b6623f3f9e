import { matrixCsv, matrixMarkdown, matrixRow, matrixRows, matrixSvg, matrixSummaryOf, pairOfCell, pairsOfCells } from '../../core/index';
import { toLocation } from '../protocol-conversion';
import type { Refused } from '../protocol/edits';
import type { HandshakeRef } from '../protocol/handshakes';
import type { MatrixCell, MatrixDocumentParams, MatrixSummary } from '../protocol/matrix';
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
    outcomes: outcomes.map(({ standing, actions, conditions, says, decidedBy }) => ({
      standing, actions, conditions, says,
      statements: decidedBy.flatMap(({ at, half, effect, sid, file, line }) => {
        const location = toLocation(session.conversionContext, at);
        return location ? [{ ...location, half, effect, sid, label: `${file}:${line}` }] : [];
      }),
    })),
  };
}

/** See `kmsHandshake/matrixDocument`. */
export function matrixDocument(session: Session, { format, cells, standings }: MatrixDocumentParams): { readonly text: string } {
  const pairs = cells === undefined ? allPairVerdicts(session) : pairsOfCells(allPairVerdicts(session), cells);
  const locationLabels = locationNames(session);
  if (format === 'svg')
    return { text: matrixSvg(matrixSummaryOf(pairs, session.analysisHost.workspace().world, locationLabels.file), standings) };
  const rows = matrixRows(pairs, locationLabels)
    .map((row) => ({ ...row, outcomes: row.outcomes.filter(({ standing }) => standings?.includes(standing) !== false) }))
    .filter(({ outcomes }) => outcomes.length > 0);
  return { text: format === 'csv' ? matrixCsv(rows) : matrixMarkdown(rows) };
}
