import type { FileChange } from '../../text/file-change';
import type { Location } from '../../text/span';
import type { World } from '../../workspace/world';

export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** A result of a rule at one place. Plain data, except `fixes`, which are computed when they are asked for. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  /** The smallest text that is wrong. */
  readonly at: Location;
  /** Sentences that say what happens in AWS and why. */
  readonly message: string;
  readonly related: readonly RelatedLocation[];
  /** The AWS page that the rule rests on. */
  readonly href: string;
  /** The text has no effect and can be shown faded. */
  readonly unnecessary: boolean;
  /** The placeholder words that the finding is about. Lists of findings show each word of a file once. */
  readonly words?: readonly string[];
  /** `world` is the current one when the fixes are asked for; the policies of the finding have not changed since. */
  readonly fixes: (world: World) => readonly Fix[];
}

/** The number of findings of each severity. */
export function countFindings(findings: Iterable<Pick<Finding, 'severity'>>): Readonly<Record<Severity, number>> {
  const counts: Record<Severity, number> = { error: 0, warning: 0, info: 0, hint: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

export interface RelatedLocation {
  readonly at: Location;
  readonly message: string;
}

/** An edit that resolves a finding, in this file or another, ready to apply. */
export interface Fix {
  readonly title: string;
  readonly files: readonly FileChange[];
  /** Shown before it is applied, because it changes a file of another account than the finding's. */
  readonly confirm: boolean;
  readonly preferred: boolean;
  /** Cannot change what the policy grants, so "fix all" applies it. */
  readonly safe: boolean;
  /** Why the place cannot take the edit; then there are no files to change. */
  readonly refusal?: string | undefined;
}
