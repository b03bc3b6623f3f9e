import {
  matrixCsv, matrixMarkdown, matrixRow, matrixRows, matrixSvg, overviewOf, pairOf, pairsAmong, positionAt, type Location, type MatrixRow, type PairVerdicts, type Places,
} from '../../core/index';
import { toRange } from '../convert';
import type { HandshakeRef, MatrixCell, MatrixDocumentParams, MatrixOverview, MatrixStatement, Refused } from '../protocol';
import type { Session } from '../session';
import { shortPath } from './policies';

/** See `kmsHandshake/matrix`. */
export function matrix(session: Session): MatrixOverview {
  return overviewOf(pairsOf(session), session.knowledge.workspace().world, placesIn(session).file);
}

/** See `kmsHandshake/matrixCell`. */
export function matrixCell(session: Session, { identity, key }: HandshakeRef): MatrixCell | Refused {
  const pair = pairOf(pairsOf(session), identity, key);
  if (pair === undefined) return { refused: 'They do not meet any more.' };
  const { outcomes } = matrixRow(pair, placesIn(session));
  return {
    identity, key,
    outcomes: outcomes.map(({ standing, actions, conditions, says, because }) => ({
      standing, actions, conditions, says, statements: because.flatMap((one) => statementItem(session, one) ?? []),
    })),
  };
}

/** See `kmsHandshake/matrixDocument`. */
export function matrixDocument(session: Session, params: MatrixDocumentParams): { readonly text: string } {
  const pairs = params.cells === undefined ? pairsOf(session) : pairsAmong(pairsOf(session), params.cells);
  const { world } = session.knowledge.workspace();
  const places = placesIn(session);
  if (params.format === 'svg') return { text: matrixSvg(overviewOf(pairs, world, places.file), params.standings) };
  const rows = matrixRows(pairs, places).map((row) => onlyStanding(row, params.standings)).filter(({ outcomes }) => outcomes.length > 0);
  return { text: params.format === 'csv' ? matrixCsv(rows) : matrixMarkdown(rows) };
}

function onlyStanding(row: MatrixRow, standings: MatrixDocumentParams['standings']): MatrixRow {
  return standings === undefined ? row : { ...row, outcomes: row.outcomes.filter(({ standing }) => standings.includes(standing)) };
}

/** The analysis has them all: nothing is decided twice. */
function pairsOf({ knowledge }: Session): readonly PairVerdicts[] {
  return [...knowledge.analysis().pairs.values()].flat();
}

function placesIn(session: Session): Places {
  return {
    file: (uri) => shortPath(session, uri),
    line: ({ uri, span }) => {
      const lines = session.knowledge.linesOf(uri);
      return lines === undefined ? 1 : positionAt(lines, span.start).line + 1;
    },
  };
}

/** Undefined when the file has gone meanwhile. */
function statementItem({ knowledge, context }: Session, one: Omit<MatrixStatement, 'uri' | 'range' | 'label'> & { readonly file: string; readonly line: number; readonly at: Location }): MatrixStatement | undefined {
  const lines = knowledge.linesOf(one.at.uri);
  return lines && { uri: context.editorUri(one.at.uri), range: toRange(lines, one.at.span), half: one.half, effect: one.effect, sid: one.sid, label: `${one.file}:${one.line}` };
}
