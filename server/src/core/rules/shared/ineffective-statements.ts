import { ALL_ACTIONS, NO_ACTIONS, type ActionSet } from '../../aws/actions';
import { callerOf } from '../../access/caller';
import { bestPrincipalMatch } from '../../access/principal-matching';
import { matchKeyPolicyResource } from '../../access/resource-matching';
import type { Statement } from '../../policy/policy';
import { isStringNode } from '../../syntax/tree';
import { nearestWord } from '../../text/nearest-word';
import type { Identity, Key } from '../../linking/entities';
import { hasMisspelledElement } from './misspelled-elements';

/**
 * The actions that the key policy means to give this identity, by statements that have no effect as they stand: they lack Action or
 * Resource, have no Effect that there is, or are for another resource than the key. The finding on that statement is the cause; that the
 * identity lacks these actions is what follows.
 */
export function actionsOfIneffectiveStatements(key: Key, identity: Identity): ActionSet {
  const caller = callerOf(identity);
  return (key.policy?.policy.statements ?? [])
    .filter((statement) => isIntendedAllow(statement) && isIneffective(statement, key)
      && (bestPrincipalMatch(statement, caller) !== undefined || !statement.principal && hasMisspelledElement(statement, 'Principal')))
    .reduce((set, { action }) => set | (action ? action.actionSet : ALL_ACTIONS), NO_ACTIONS);
}

/** `"allow"`, or an Effect that is missing or can mean anything but Deny. */
function isIntendedAllow({ effect, effectNode }: Statement): boolean {
  if (effect !== undefined) return effect === 'Allow';
  return !isStringNode(effectNode) || nearestWord(effectNode.value.trim(), ['Allow', 'Deny']) !== 'Deny';
}

function isIneffective(statement: Statement, key: Key): boolean {
  return statement.effect === undefined || !statement.principal || !statement.action || !statement.resource || matchKeyPolicyResource(statement, key) === 'no';
}
