import { actionsIn, countActions, expandAction, NO_ACTIONS, type ActionSet } from '../../aws/actions';
import { joinNames, describeIdentity } from '../../access/text/describe-access';
import { arnResource } from '../../aws/arn';
import { isMultiRegionId, shortKeyId } from '../../aws/key-arn';
import { AWS_ACTION_PATTERNS } from '../../generate/action-patterns';
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

/** The identity at the beginning of a message: `role/App (444455556666)`, short enough for what follows, or `Account 444455556666`. */
export function subjectNameOfIdentity(identity: Identity): string {
  const name = shortNameOfIdentity(identity);
  if (name === undefined) return capitalize(nameOfIdentity(identity));
  return identity.account === undefined ? name : `${name} (${identity.account})`;
}

/**
 * `key 1234abcd… (111122223333)`, as far as it is known; the key of a replica with its Region. The whole ARN would push the rest of the
 * message out of a list: related information has it (`nameOfKeyPolicy`).
 */
export function nameOfKey({ keyId, account, region }: Key): string {
  if (keyId === undefined) return account === undefined ? 'this key' : `this key of account ${account}`;
  const facts = [account, isMultiRegionId(keyId) ? region : undefined].filter((fact) => fact !== undefined);
  const name = `key ${shortKeyId(keyId)}`;
  return facts.length === 0 ? name : `${name} (${facts.join(', ')})`;
}

/** `Key policy of arn:aws:kms:…`, before what one of its statements says. */
export function nameOfKeyPolicy({ arn }: Key): string {
  return arn === undefined ? 'Key policy' : `Key policy of ${arn}`;
}

/** `the statement "Allow use"`, `statement 2` (from 1) where there is no Sid. */
export function nameOfStatement(statement: Statement): string {
  return statement.sid && statement.sid.value !== '' ? `the statement "${statement.sid.value}"` : `statement ${statement.index + 1}`;
}

/** `kms:Decrypt, kms:GenerateDataKey* and 11 more`. */
export function namesOfActions(set: ActionSet): string {
  return joinNames(actionNamesIn(set));
}

/** The names of the actions, with the two families that AWS itself writes as patterns where the set has all of them. */
function actionNamesIn(set: ActionSet): string[] {
  const families = ACTION_FAMILIES.filter(({ actionSet }) => (actionSet & ~set) === NO_ACTIONS);
  const others = families.reduce((remaining, { actionSet }) => remaining & ~actionSet, set);
  return [...actionsIn(others).map(({ name }) => name), ...families.map(({ pattern }) => pattern)];
}

const ACTION_FAMILIES = AWS_ACTION_PATTERNS.map((pattern) => ({ pattern, actionSet: expandAction(pattern) }));

/** The actions of a statement in its own words: `kms:Decrypt and kms:GenerateDataKey*`, `all actions but kms:PutKeyPolicy`. */
export function actionsAsWritten({ action }: Statement): string {
  if (!action) return 'all actions';
  const names = joinNames(action.patterns.map(({ text }) => text.value));
  return action.negated ? `all actions but ${names}` : names;
}

export function isSingleAction(set: ActionSet): boolean {
  return countActions(set) === 1;
}

/** Whether `namesOfActions` is one name, which takes the verb in the singular. */
export function hasSingleName(set: ActionSet): boolean {
  return actionNamesIn(set).length === 1;
}

export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
