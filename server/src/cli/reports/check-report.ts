import type { Finding, Location, Severity } from '../../core/index';
import type { LineAndColumnRange } from '../line-and-column';

/** What the formats of `check` print. */
export interface CheckReport {
  /** By file and position. */
  readonly findings: readonly Finding[];
  /** The files with policies that were checked, as their paths. */
  readonly files: readonly string[];
  readonly policyCount: number;
  /** The path of a file from the current folder, with forward slashes. */
  readonly pathOf: (uri: string) => string;
  readonly rangeOf: (at: Location) => LineAndColumnRange;
  readonly fingerprintOf: (finding: Finding) => string;
  /** Findings as severe as this, or more, make `check` fail; undefined: none does. */
  readonly failOn: Severity | undefined;
}

export const SEVERITY_RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2, hint: 3 };

/** Whether a finding of this severity makes `check` end with status 1. */
export function isFailure(severity: Severity, failOn: Severity | undefined): boolean {
  return failOn !== undefined && SEVERITY_RANK[severity] <= SEVERITY_RANK[failOn];
}
