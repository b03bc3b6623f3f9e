import { actionsIn, countActions, KEY_ACTIONS, type ActionInfo } from '../../aws/actions';
import { arnResource } from '../../aws/arn';
import { compareIdentifiers } from '../../aws/identifier-comparison';
import type { Grant } from '../../discovery/discovery-result';
import type { Condition, Principal, Statement } from '../../policy/policy';
import { isUnknownText } from '../../policy/unknown-elements';
import type { Identity } from '../../linking/entities';
import type { World } from '../../workspace/world';
import { constraintsOnAction } from '../grant-evaluation';
import type { AccessRequirements, ConditionRef, SessionRequirement, Verdict } from '../verdict';
import { joinNames } from '../../text/join-names';

export { joinNames } from '../../text/join-names';

/** One condition as `kms:ViaService StringEquals s3.us-west-2.amazonaws.com`; that of a Deny, which must not hold, after "unless". */
export function describeConditionRef({ condition, negated }: ConditionRef): string {
  return `${negated ? 'unless ' : ''}${describeCondition(condition)}`;
}

export function describeCondition({ key, operator, values }: Condition): string {
  return `${key} ${operator} ${values.map((policyString) => policyString.value).join(', ')}`.trimEnd();
}

/**
 * `in the session month-end or year-end`, `unless the session is draft or replay`: at most one text for the sessions let in, and one for
 * those denied.
 */
export function describeSessions(sessions: readonly SessionRequirement[]): string[] {
  const names = (
    denied: boolean,
  ): string[] => [...new Set(sessions.filter(({ negated }) => negated === denied).map(({ session }) => session))];
  const [allowed, denied] = [names(false), names(true)];
  return [
    ...(allowed.length > 0 ? [`in the session ${joinNames(allowed, 'or')}`] : []),
    ...(denied.length > 0 ? [`unless the session is ${joinNames(denied, 'or')}`] : []),
  ];
}

/** All that must hold, each as a text. */
export function describeRequirements(accessRequirements: AccessRequirements): string[] {
  const { conditions, sessions } = accessRequirements;
  const denying = denyStatementsWithConditions(accessRequirements);
  return [
    ...new Set([...conditions.filter(({ negated }) => !negated).map(describeConditionRef), ...describeDenies(accessRequirements),
      ...describeSessions(sessions.filter(({ statementRef }) => !denying.includes(statementRef.statement)))]),
  ];
}

/** What no Deny may find: a Deny applies where all of its conditions hold, and in the sessions that it is for. */
export function describeDenies(accessRequirements: AccessRequirements): string[] {
  const { conditions, sessions } = accessRequirements;
  const sessionsByConditions = new Map<string, string[]>();
  for (const statement of denyStatementsWithConditions(accessRequirements)) {
    const words = conditions.filter(({ negated, statementRef }) => negated && statementRef.statement === statement).map(({ condition }) =>
      describeCondition(condition)
    ).join(' and ');
    const names = sessions.filter(({ statementRef }) => statementRef.statement === statement).map(({ session }) => session);
    sessionsByConditions.set(words, [...sessionsByConditions.get(words) ?? [], ...names]);
  }
  return [...sessionsByConditions].map(([words, names]) =>
    `unless ${words}${names.length > 0 ? ` in the session ${joinNames([...new Set(names)], 'or')}` : ''}`
  );
}

/** The Deny statements with conditions. */
export function denyStatementsWithConditions({ conditions }: AccessRequirements): readonly Statement[] {
  return [...new Set(conditions.filter(({ negated }) => negated).map(({ statementRef }) => statementRef.statement))];
}

/** The constraints of grants that bear on the action: `EncryptionContextSubset Department=IT`. */
export function describeGrantConstraints(grants: readonly Grant[], action: Pick<ActionInfo, 'bit'>): string[] {
  return [
    ...new Set(grants.flatMap((grant) => constraintsOnAction(grant, action)).map(({ name, values }) => `${name} ${values.join(', ')}`)),
  ];
}

/** All that a conditional verdict hangs on: conditions, sessions and constraints of grants. */
export function describeVerdictRequirements(verdict: Verdict, action: Pick<ActionInfo, 'bit'>): string[] {
  return [...describeRequirements(verdict), ...verdict.outcome === 'conditional' ? describeGrantConstraints(verdict.grants, action) : []];
}

/**
 * The identity for a sentence: `role/App of account 444455556666`, its account, a service by its principal, or that nobody knows whose the
 * policy is.
 */
export function describeIdentity({ arn, account, id, kind }: Identity): string {
  const name = arn && arnResource(arn);
  if (name !== undefined) return account === undefined ? name : `${name} of account ${account}`;
  if (account !== undefined) return `account ${account}`;
  return kind === 'service' ? id : 'an unknown identity';
}

/**
 * Whose IAM policies a sentence is about. Those of users and roles are not an account's own, which somebody who asks for the account would
 * not think.
 */
export function describePolicyHolder(identity: Identity): string {
  const { arn, account, id } = identity;
  return arn === undefined && compareIdentifiers(id, account) === 'same'
    ? `account ${id} (its users and roles aside)`
    : describeIdentity(identity);
}

/** `444455556666 (analytics)`, or the id alone where the account has no name; empty where no account is known. */
export function describeAccount({ accounts }: Pick<World, 'accounts'>, account: string | undefined): string {
  if (account === undefined) return '';
  const name = accounts.get(account) ?? '';
  return name === '' ? account : `${account} (${name})`;
}

/** Whom a principal of a key policy means: `account 444455556666`, `role/App of account 444455556666`, `everybody`. */
export function describePrincipal({ form, account, arn, text: policyString }: Principal): string {
  if (form === 'anyone') return 'everybody';
  if (form === 'unknown' && isUnknownText(policyString)) return 'somebody that the template names';
  if (account === undefined) return policyString.value;
  const accountName = `account ${account}`;
  return form === 'account' || arn === undefined ? accountName : `${arn.resource} of ${accountName}`;
}

/** The actions of statements in their own words: `kms:Decrypt and kms:GenerateDataKey*`. */
export function describeStatementActions(statements: readonly Statement[]): string {
  return joinNames([...new Set(statements.flatMap(describeActionElement))]);
}

function describeActionElement({ action }: Statement): string[] {
  if (!action) return [];
  if (action.negated) return [`everything but ${joinNames(action.patterns.map(({ text: policyString }) => policyString.value))}`];
  return action.patterns.map(({ text, actionSet }) => (
    text.value === '*' || text.placeholders.length > 0 || countActions(actionSet & KEY_ACTIONS) !== 1
      ? text.value
      : actionsIn(actionSet & KEY_ACTIONS)[0]?.name ?? text.value
  ));
}

/** Why no request is allowed: "no request meets both …". */
export function describeContradiction(failing: readonly ConditionRef[]): string {
  const allows = failing.filter(({ negated }) => !negated).map(describeConditionOfPolicy);
  const denies = failing.filter(({ negated }) => negated).map(describeConditionOfPolicy);
  if (denies.length === 0) return `no request meets both ${joinNames(allows)}`;
  return allows.length === 0
    ? `every request meets a condition of a Deny, ${joinNames(denies)}`
    : `every request that meets ${joinNames(allows)} is denied by the Deny under ${joinNames(denies)}`;
}

function describeConditionOfPolicy({ statementRef: { gate }, condition }: ConditionRef): string {
  return `${describeCondition(condition)} of the ${gate === 'key-policy' ? 'key' : 'IAM'} policy`;
}

/** `1 policy`, `2 policies` */
export function describeCount(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
