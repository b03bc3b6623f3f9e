import { actionsIn, countActions, type ActionSet } from '../aws/actions';
import { arnResource } from '../aws/arn';
import type { Statement } from '../model/policy';
import type { Identity, Key } from '../workspace/world';

/** More names than this make a sentence unreadable; the rest is counted. */
const MAX_NAMES = 6;

/** `role/App of account 444455556666`, `account 444455556666`; the subject of most messages. */
export function nameOfIdentity(identity: Identity): string {
  const account = identity.account === undefined ? undefined : `account ${identity.account}`;
  const name = shortName(identity);
  if (name === undefined) return account ?? 'the identity that this policy is attached to';
  return account === undefined ? name : `${name} of ${account}`;
}

/** `role/App`, without the account; undefined while only the account is known. */
export function shortName(identity: Identity): string | undefined {
  return identity.arn && arnResource(identity.arn);
}

/** `key 1234abcd-… (account 111122223333, us-west-2)`, with as much of it as is known. */
export function nameOfKey(key: Key): string {
  const facts = [key.account === undefined ? undefined : `account ${key.account}`, key.region].filter((fact) => fact !== undefined);
  const name = key.keyId === undefined ? 'this key' : `key ${key.keyId}`;
  return facts.length === 0 ? name : `${name} (${facts.join(', ')})`;
}

/** `the statement "Allow use"`, `statement 2` (from 1) where there is no Sid. */
export function nameOfStatement(statement: Statement): string {
  return statement.sid && statement.sid.value !== '' ? `the statement "${statement.sid.value}"` : `statement ${statement.index + 1}`;
}

/** `kms:Decrypt, kms:Encrypt and 11 more`. */
export function namesOfActions(set: ActionSet): string {
  return enumerate(actionsIn(set).map((action) => action.name));
}

/** `kms:*` is short for all of them; else the names. */
export function summaryOfActions(set: ActionSet): string {
  return countActions(set) > 40 ? 'nearly all actions' : namesOfActions(set);
}

/** `a, b and c`, cut after a few. */
export function enumerate(names: readonly string[]): string {
  const shown = names.length > MAX_NAMES ? [...names.slice(0, MAX_NAMES - 1), `${names.length - MAX_NAMES + 1} more`] : names;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}
