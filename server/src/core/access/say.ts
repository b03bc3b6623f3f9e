import { actionsIn, countActions, KEY_ACTIONS, type ActionInfo } from '../aws/actions';
import { arnResource } from '../aws/arn';
import type { Grant } from '../locate/located';
import type { Condition, Principal, Statement } from '../model/policy';
import type { Identity, World } from '../workspace/world';
import { limitsOf } from './grants';
import type { Limits, OpenCondition, SessionLimit, Verdict } from './verdict';
import { enumerate } from '../text/enumerate';

export { enumerate } from '../text/enumerate';

/** One condition as `kms:ViaService StringEquals s3.us-west-2.amazonaws.com`; that of a Deny, which must not hold, after "unless". */
export function conditionText({ condition, negated }: OpenCondition): string {
  return `${negated ? 'unless ' : ''}${conditionWords(condition)}`;
}

export function conditionWords({ key, operator, values }: Condition): string {
  return `${key} ${operator} ${values.map((text) => text.value).join(', ')}`.trimEnd();
}

/** `in the session month-end or year-end`, `unless the session is draft or replay`: at most one text for the sessions let in, and one for those denied. */
export function sessionTexts(sessions: readonly SessionLimit[]): string[] {
  const names = (denied: boolean): string[] => [...new Set(sessions.filter(({ negated }) => negated === denied).map(({ session }) => session))];
  const [letIn, denied] = [names(false), names(true)];
  return [
    ...(letIn.length > 0 ? [`in the session ${enumerate(letIn, 'or')}`] : []),
    ...(denied.length > 0 ? [`unless the session is ${enumerate(denied, 'or')}`] : []),
  ];
}

/** All that must hold, each as a text. */
export function limitTexts(limits: Limits): string[] {
  const { conditions, sessions } = limits;
  const denying = statementsDenying(limits);
  return [...new Set([...conditions.filter(({ negated }) => !negated).map(conditionText), ...denialTexts(limits), ...sessionTexts(sessions.filter(({ because }) => !denying.includes(because.statement)))])];
}

/** What no Deny may find: a Deny applies where all of its conditions hold, and in the sessions that it is for. */
export function denialTexts(limits: Limits): string[] {
  const { conditions, sessions } = limits;
  return [...new Set(statementsDenying(limits).map((statement) => {
    const words = conditions.filter(({ negated, because }) => negated && because.statement === statement).map(({ condition }) => conditionWords(condition));
    const names = sessions.filter(({ because }) => because.statement === statement).map(({ session }) => session);
    return `unless ${words.join(' and ')}${names.length > 0 ? ` in the session ${enumerate(names, 'or')}` : ''}`;
  }))];
}

/** The Deny statements with conditions. */
export function statementsDenying({ conditions }: Limits): readonly Statement[] {
  return [...new Set(conditions.filter(({ negated }) => negated).map(({ because }) => because.statement))];
}

/** The constraints of grants that bear on the action: `EncryptionContextSubset Department=IT`. */
export function constraintTexts(grants: readonly Grant[], action: Pick<ActionInfo, 'bit'>): string[] {
  return [...new Set(grants.flatMap((grant) => limitsOf(grant, action)).map(({ name, values }) => `${name} ${values.join(', ')}`))];
}

/** All that a conditional verdict hangs on: conditions, sessions and constraints of grants. */
export function requirementTexts(verdict: Verdict, action: Pick<ActionInfo, 'bit'>): string[] {
  return [...limitTexts(verdict), ...verdict.outcome === 'conditional' ? constraintTexts(verdict.grants, action) : []];
}

/** The identity for a sentence: `role/App of account 444455556666`, its account, a service by its principal, or that nobody knows whose the policy is. */
export function identityText({ arn, account, id, kind }: Identity): string {
  const name = arn && arnResource(arn);
  if (name !== undefined) return account === undefined ? name : `${name} of account ${account}`;
  if (account !== undefined) return `account ${account}`;
  return kind === 'service' ? id : 'an unknown identity';
}

/** Whose IAM policies a sentence is about. Those of users and roles are not an account's own, which somebody who asks for the account would not think. */
export function holderText(identity: Identity): string {
  const { arn, account, id } = identity;
  return arn === undefined && account !== undefined && id === account ? `account ${account} (its users and roles aside)` : identityText(identity);
}

/** `444455556666 (analytics)`, or the id alone where the account has no name; empty where no account is known. */
export function accountName({ accounts }: Pick<World, 'accounts'>, account: string | undefined): string {
  const name = account === undefined ? '' : accounts.get(account) ?? '';
  return name === '' ? account ?? '' : `${account ?? ''} (${name})`;
}

/** Whom a principal of a key policy means: `account 444455556666`, `role/App of account 444455556666`, `everybody`. */
export function principalText({ form, account, arn, text }: Principal): string {
  if (form === 'anyone') return 'everybody';
  if (account === undefined) return text.value;
  return form === 'account' || arn === undefined ? `account ${account}` : `${arn.resource} of account ${account}`;
}

/** The actions of statements in their own words: `kms:Decrypt and kms:GenerateDataKey*`. */
export function actionsText(statements: readonly Statement[]): string {
  return enumerate([...new Set(statements.flatMap(wordsOf))]);
}

function wordsOf({ action }: Statement): string[] {
  if (!action) return [];
  if (action.negated) return [`everything but ${enumerate(action.patterns.map(({ text }) => text.value))}`];
  return action.patterns.map(({ text, set }) => (
    text.value === '*' || text.holes.length > 0 || countActions(set & KEY_ACTIONS) !== 1 ? text.value : actionsIn(set & KEY_ACTIONS)[0]?.name ?? text.value
  ));
}

/** Why no request is allowed: "no request meets both …". */
export function contradictionText(failing: readonly OpenCondition[]): string {
  const allows = failing.filter(({ negated }) => !negated).map(describeWithHalf);
  const denies = failing.filter(({ negated }) => negated).map(describeWithHalf);
  if (denies.length === 0) return `no request meets both ${enumerate(allows)}`;
  return allows.length === 0
    ? `every request meets a condition of a Deny, ${enumerate(denies)}`
    : `every request that meets ${enumerate(allows)} is denied by the Deny under ${enumerate(denies)}`;
}

function describeWithHalf({ because: { half }, condition }: OpenCondition): string {
  return `${conditionWords(condition)} of the ${half === 'key-policy' ? 'key' : 'IAM'} policy`;
}

/** `1 policy`, `2 policies` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
