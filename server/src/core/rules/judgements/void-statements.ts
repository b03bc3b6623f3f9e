import { ALL_ACTIONS, NO_ACTIONS, type ActionSet } from '../../aws/actions';
import { callerOf } from '../../access/caller';
import { matchPrincipals } from '../../access/match-principal';
import { matchOwnKey } from '../../access/match-resource';
import type { Statement } from '../../model/policy';
import type { Identity, Key } from '../../workspace/world';

/**
 * The actions that the key policy means to give this identity, by statements that have no effect as they stand: they lack Action or
 * Resource, or are for another resource than the key. The finding on that statement is the cause; that the identity lacks
 * these actions is what follows.
 */
export function givenInVain(key: Key, identity: Identity): ActionSet {
  const caller = callerOf(identity);
  return (key.policy?.policy.statements ?? [])
    .filter((statement) => statement.effect === 'Allow' && isVoid(statement, key) && matchPrincipals(statement, caller) !== undefined)
    .reduce((set, { action }) => set | (action ? action.set : ALL_ACTIONS), NO_ACTIONS);
}

function isVoid(statement: Statement, key: Key): boolean {
  return !statement.action || !statement.resource || matchOwnKey(statement, key) === 'no';
}
