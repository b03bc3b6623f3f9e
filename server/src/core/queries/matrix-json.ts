import type { MatrixRow } from './matrix';

/** The matrix for programs: the shape is an interface. Lines count from 1. */
export function matrixReport(rows: readonly MatrixRow[]) {
  return {
    version: 1,
    rows: rows.map(({ identity, key, outcomes }) => ({
      identity, key,
      outcomes: outcomes.map(({ standing, verdict, actions, reason, conditions, decidedBy }) => ({
        verdict, requested: standing !== 'not-requested', actions, reason, conditions,
        because: decidedBy.map(({ half, file, line, sid, effect }) =>
          ({ half, file, line, ...sid === undefined ? {} : { sid }, effect: effect ?? '' })),
      })),
    })),
  };
}
