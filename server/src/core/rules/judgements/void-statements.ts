import { ALL_ACTIONS, NO_ACTIONS, type ActionSet } from '../../aws/actions';
import { callerOf } from '../../access/caller';
import { matchPrincipals } from '../../access/match-principal';
import { matchOwnKey } from '../../access/match-resource';
import type { Statement } from '../../model/policy';
import { isString } from '../../parse/tree';
import { nearestWord } from '../../text/nearest';
import type { Identity, Key } from '../../workspace/world';
import { hasMisspelled } from './elements';

/**
 * The actions that the key policy means to give this identity, by statements that have no effect as they stand: they lack Action or
 * Resource, have no Effect that there is, or are for another resource than the key. The finding on that statement is the cause; that the
 * identity lacks these actions is what follows.
 */
export function givenInVain(key: Key, identity: Identity): ActionSet {
  const caller = callerOf(identity);
  return (key.policy?.policy.statements ?? [])
    .filter((statement) => isMeantAllow(statement) && isVoid(statement, key)
      && (matchPrincipals(statement, caller) !== undefined || !statement.principal && hasMisspelled(statement, 'Principal')))
    .reduce((set, { action }) => set | (action ? action.set : ALL_ACTIONS), NO_ACTIONS);
}

/** `"allow"`, or an Effect that is missing or can mean anything but Deny. */
function isMeantAllow({ effect, effectNode }: Statement): boolean {
  if (effect !== undefined) return effect === 'Allow';
  return !isString(effectNode) || nearestWord(effectNode.value.trim(), ['Allow', 'Deny']) !== 'Deny';
}

function isVoid(statement: Statement, key: Key): boolean {
  return statement.effect === undefined || !statement.principal || !statement.action || !statement.resource || matchOwnKey(statement, key) === 'no';
}
