import { actionsIn, countActions, type ActionSet } from '../../aws/actions';
import { joinNames, describeIdentity } from '../../access/text/describe-access';
import { arnResource } from '../../aws/arn';
import type { Statement } from '../../policy/policy';
import type { Identity, Key } from '../../linking/entities';

/** `role/App of account 444455556666` or `account 444455556666`. */
export function nameOfIdentity(identity: Identity): string {
  return identity.arn === undefined && identity.account === undefined
    ? 'the identity that this policy is attached to'
    : describeIdentity(identity);
}

/** `role/App`, without the account; undefined where only the account is known. */
export function shortNameOfIdentity(identity: Identity): string | undefined {
  return identity.arn && arnResource(identity.arn);
}

/** `key 1234abcd-… (account 111122223333, us-west-2)`, as far as it is known. */
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
  return joinNames(actionsIn(set).map((action) => action.name));
}

/** The names, or `nearly all actions`. */
export function summaryOfActions(set: ActionSet): string {
  return countActions(set) > 40 ? 'nearly all actions' : namesOfActions(set);
}

export function isSingleAction(set: ActionSet): boolean {
  return countActions(set) === 1;
}

export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
