import {
  keysAndIdentitiesOfPairs, matrixCsv, matrixMarkdown, matrixRow, matrixRows, matrixSvg, matrixSummaryOf, pairOfCell, pairsOfCells,
} from '../../core/index';
import { toLocation } from '../protocol-conversion';
import type { Refused } from '../protocol/edits';
import type { HandshakeRef } from '../protocol/handshakes';
import type { MatrixCell, MatrixDocumentParams, MatrixSummary } from '../protocol/matrix';
import type { Session } from '../session';
import { allPairVerdicts, locationNames } from './policy-lookup';

/** See `kmsHandshake/matrix`. */
export function matrix(session: Session): MatrixSummary {
  const { world } = session.analysisHost.workspace();
  const pairs = allPairVerdicts(session);
  return matrixSummaryOf(pairs, world, locationNames(session).file, keysAndIdentitiesOfPairs(world, pairs));
}

/** See `kmsHandshake/matrixCell`. */
export function matrixCell(session: Session, { identity, key }: HandshakeRef): MatrixCell | Refused {
  const pair = pairOfCell(allPairVerdicts(session), identity, key);
  if (pair === undefined) return { refused: 'The two are no longer related.' };
  const { outcomes } = matrixRow(pair, session.analysisHost.workspace().world, locationNames(session));
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
  const { world } = session.analysisHost.workspace();
  const allPairs = allPairVerdicts(session);
  const locationLabels = locationNames(session);
  const pairs = cells === undefined ? allPairs : pairsOfCells(allPairs, cells);
  if (format === 'svg') {
    const others = cells === undefined ? keysAndIdentitiesOfPairs(world, allPairs) : undefined;
    return { text: matrixSvg(matrixSummaryOf(pairs, world, locationLabels.file, others), standings) };
  }
  const rows = matrixRows(pairs, world, locationLabels)
    .map((row) => ({ ...row, outcomes: row.outcomes.filter(({ standing }) => standings?.includes(standing) !== false) }))
    .filter(({ outcomes }) => outcomes.length > 0);
  return { text: format === 'csv' ? matrixCsv(rows) : matrixMarkdown(rows) };
}
