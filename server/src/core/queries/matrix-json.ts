import type { MatrixRow } from './matrix';

/** The matrix for programs: the shape is an interface. Lines count from 1. */
export interface MatrixReport {
  readonly version: 1;
  readonly rows: readonly {
    readonly identity: string;
    readonly key: string;
    readonly outcomes: readonly ReportedOutcome[];
  }[];
}

interface ReportedOutcome {
  readonly verdict: string;
  readonly actions: readonly string[];
  readonly reason: string;
  readonly conditions: readonly string[];
  readonly because: readonly { readonly half: string; readonly file: string; readonly line: number; readonly sid?: string;
    readonly effect: string }[];
}

export function matrixReport(rows: readonly MatrixRow[]): MatrixReport {
  return {
    version: 1,
    rows: rows.map(({ identity, key, outcomes }) => ({
      identity, key,
      outcomes: outcomes.map(({ verdict, actions, reason, conditions, decidedBy }) => ({
        verdict, actions, reason, conditions,
        because: decidedBy.map(({ half, file, line, sid, effect }) =>
          ({ half, file, line, ...sid === undefined ? {} : { sid }, effect: effect ?? '' })),
      })),
    })),
  };
}
