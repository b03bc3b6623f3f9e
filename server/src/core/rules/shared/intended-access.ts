import { ALIAS_ACTIONS, NO_ACTIONS, actionsWhere, type ActionSet, ALL_ACTIONS } from '../../aws/actions';
import type { ResourcePattern, Statement } from '../../policy/policy';
import type { Key, Identity } from '../../linking/entities';
import { wrongFieldOfKeyArn } from './resource-specificity';
import { hasKmsActionValues, hasMisspelledElement } from './kms-statements';
import { resourceFault } from './value-faults';
import { callerOf } from '../../access/caller';
import { bestPrincipalMatch } from '../../access/principal-matching';
import { matchKeyPolicyResource } from '../../access/resource-matching';
import { isStringNode } from '../../syntax/tree';
import { nearestWord } from '../../text/nearest-word';


const KEY_RESOURCE_ACTIONS: ActionSet = actionsWhere((action) => action.resourceTypes.includes('key'));

/**
 * Whether an Allow statement of an identity policy is meant for a key that it does not cover as it stands: its ARN is of another
 * place, malformed, none at all, or an alias's. The finding on that is the cause; that the key is not covered is what follows.
 */
export function isIntendedForKey(statement: Statement, key: Key): boolean {
  const { resource } = statement;
  if (!resource || resource.negated || !hasKmsActionValues(statement)) return false;
  return resource.patterns.some((pattern) => wrongFieldOfKeyArn(pattern, key) !== undefined || isFaultyReferenceTo(pattern, statement, key)
    || aliasReplacesKey(pattern, statement) && mayBeAliasOf(pattern, key));
}

function isFaultyReferenceTo(pattern: ResourcePattern, statement: Statement, key: Key): boolean {
  const fault = resourceFault(pattern, statement);
  return fault !== undefined && fault !== 'unknown' && (fault === 'placeholder'
    || key.keyId !== undefined && pattern.text.value.toLowerCase().includes(key.keyId)
    || key.aliases.some((alias) => pattern.text.value.includes(alias)));
}

/** Whether an alias stands where its key is due: no action of the statement works on aliases (`alias-arn-in-resource`). */
export function aliasReplacesKey({ form }: ResourcePattern, { action }: Statement): boolean {
  return form === 'alias' && action !== undefined && !action.negated && !action.hasPlaceholder
    && (action.actionSet & ALIAS_ACTIONS) === NO_ACTIONS && (action.actionSet & KEY_RESOURCE_ACTIONS) !== NO_ACTIONS;
}

/** Whether the alias may be one of the key's: of its account and Region, and among its aliases where they are all known. */
export function mayBeAliasOf({ arn }: ResourcePattern, key: Key): boolean {
  if (!arn || key.aliasesComplete && !key.aliases.includes(arn.resource)) return false;
  return mayEqual(arn.account, key.account) && mayEqual(arn.region, key.region);
}

function mayEqual(written: string, known: string | undefined): boolean {
  return known === undefined || written === known || /[*?$]/.test(written);
}

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
