import type { FileChange } from '../../text/file-change';
import type { Location } from '../../text/span';
import type { World } from '../../workspace/world';

export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** One result of one rule at one place. Plain data, but for `fixes`, which are worked out only when somebody asks. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  /** The smallest text that is wrong. */
  readonly at: Location;
  /** Sentences that say what happens in AWS and why; they name accounts, actions and the other half. */
  readonly message: string;
  readonly related: readonly RelatedLocation[];
  /** The AWS page that the rule rests on. */
  readonly href: string;
  /** The text does nothing and can be shown faded. */
  readonly unnecessary: boolean;
  /** The words to replace that the finding is about: where findings are read as a list, one for each word of a file is enough. */
  readonly words?: readonly string[];
  /** `world` is the workspace as it is when the fixes are asked for; the finding's own policies are still the ones it was made from. */
  readonly fixes: (world: World) => readonly Fix[];
}

/** How many there are of each severity. */
export function countFindings(findings: Iterable<Pick<Finding, 'severity'>>): Readonly<Record<Severity, number>> {
  const counts: Record<Severity, number> = { error: 0, warning: 0, info: 0, hint: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

export interface RelatedLocation {
  readonly at: Location;
  readonly message: string;
}

/** An edit that mends a finding, in this file or another one, ready to apply. */
export interface Fix {
  readonly title: string;
  readonly files: readonly FileChange[];
  /** Shown before it is made: it changes a file of another account than the finding's. */
  readonly confirm: boolean;
  readonly preferred: boolean;
  /** Cannot change what the policy grants, so that "fix all" may make it unasked. */
  readonly safe: boolean;
  /** Why the place cannot take the edit; then there are no files to change. */
  readonly refusal?: string | undefined;
}
