import type { ActionInfo } from '../../aws/actions';
import { denyRefsOfSessions } from '../access-requirements';
import type { EvaluationContext } from '../evaluation-context';
import { appliesUnconditionally, mayApplyTo, type EvaluatedStatement } from '../statement-evaluation';
import { createVerdict } from '../create-verdict';
import type { StatementRef, Verdict } from '../verdict';

const NO_STATEMENTS: readonly never[] = [];

/** The Deny statements of key policy and identity policies that apply to the action, for certain or perhaps. */
export function applicableDenies({ keyDenies, identityDenies }: EvaluationContext, action: ActionInfo): readonly EvaluatedStatement[] {
  if (keyDenies.length === 0 && identityDenies.length === 0) return NO_STATEMENTS;
  return [...keyDenies, ...identityDenies].filter((deny) => mayApplyTo(deny, action.bit));
}

/**
 * An explicit Deny comes before every Allow.
 *
 * @param allows the statements that would allow it
 */
export function denyByDenyStatement(denies: readonly EvaluatedStatement[], allows: readonly StatementRef[]): Verdict | undefined {
  const certainDenies = denies.filter(appliesUnconditionally);
  const [first] = certainDenies;
  if (!first) return undefined;
  const { gate } = first.statementRef;
  return createVerdict('denied', gate === 'key-policy' ? 'key-policy-denies' : 'identity-policy-denies', { decidingGate: gate,
    decidedBy: [...certainDenies.map(({ statementRef }) => statementRef), ...allows] });
}

/** The only sessions of the role that the statements allow are denied again. */
export function denyForDeniedSessions(allows: readonly EvaluatedStatement[], denies: readonly EvaluatedStatement[]): Verdict {
  return createVerdict('denied', 'key-policy-denies', { decidingGate: 'key-policy',
    decidedBy: [...denyRefsOfSessions(allows, denies), ...allows.map(({ statementRef }) => statementRef)] });
}
