import type { SuppressedCode } from '../../discovery/suppression-comments';
import type { Link } from '../../linking/entities';
import type { Location } from '../../text/span';
import type { World } from '../../workspace/world';
import type { Fix } from './fix';

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
  /** The AWS page that the rule is based on. */
  readonly href: string;
  /** The text has no effect and can be shown faded. */
  readonly unnecessary: boolean;
  /** The placeholder words that the finding is about. Lists of findings show each word of a file once. */
  readonly words?: readonly string[];
  /** The finding counts only where this suppression of its file hides no other finding. */
  readonly unusedSuppression?: SuppressedCode | undefined;
  /** The links that nothing confirms and that the finding depends on. */
  readonly uncertainLinks?: readonly Link[];
  /** `world` is the current one when the fixes are asked for; the policies of the finding have not changed since. */
  readonly fixes: (world: World) => readonly Fix[];
}

export function countFindings(findings: Iterable<Pick<Finding, 'severity'>>): Readonly<Record<Severity, number>> {
  const counts: Record<Severity, number> = { error: 0, warning: 0, info: 0, hint: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

export interface RelatedLocation {
  readonly at: Location;
  readonly message: string;
}
