import { actionsIn, countActions, KEY_ACTIONS } from '../aws/actions';
import { arnResource } from '../aws/arn';
import type { Condition, Principal, Statement } from '../model/policy';
import type { Identity, World } from '../workspace/world';
import type { OpenCondition, SessionLimit } from './verdict';

/** More names than this make a sentence unreadable; the rest is counted. */
const MAX_NAMES = 6;

/** One condition as `kms:ViaService StringEquals s3.us-west-2.amazonaws.com`; that of a Deny, which must not hold, after "unless". */
export function conditionText({ condition, negated }: OpenCondition): string {
  return `${negated ? 'unless ' : ''}${conditionWords(condition)}`;
}

export function conditionWords({ key, operator, values }: Condition): string {
  return `${key} ${operator} ${values.map((text) => text.value).join(', ')}`.trimEnd();
}

export function sessionText({ session, negated }: SessionLimit): string {
  return negated ? `unless the session is ${session}` : `in the session ${session}`;
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

/** `1 policy`, `2 policies` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `a, b and c`, cut after a few. */
export function enumerate(names: readonly string[]): string {
  const shown = names.length > MAX_NAMES ? [...names.slice(0, MAX_NAMES - 1), `${names.length - MAX_NAMES + 1} more`] : names;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}
