import { callerOf } from '../../access/caller';
import { bestPrincipalMatch } from '../../access/principal-matching';
import { matchKeyPolicyResource } from '../../access/resource-matching';
import { ALIAS_ACTIONS, ALL_ACTIONS, NO_ACTIONS, KEY_RESOURCE_ACTIONS, unionOfSets, type ActionSet } from '../../aws/actions';
import type { Identity, Key } from '../../linking/entities';
import type { ResourcePattern, Statement } from '../../policy/policy';
import { misspelledElement } from '../../policy/misspelled-elements';
import { isStringNode } from '../../syntax/tree';
import { nearestWord } from '../../text/nearest-word';
import { hasKmsActionValues } from './kms-statements';
import { wrongFieldOfKeyArn } from './resource-specificity';
import { mayMatchKms, resourceFault } from './value-faults';

/**
 * Whether an Allow statement of an identity policy is meant for a key that it does not cover: it has an ARN that is wrong in one field or
 * malformed, a value that is not an ARN, or an alias. The finding there is the cause; that the key is not covered is a consequence.
 */
export function isIntendedForKey(statement: Statement, key: Key): boolean {
  const { resource } = statement;
  if (!resource || resource.negated || !hasKmsActionValues(statement)) return false;
  return resource.patterns.some((pattern) => wrongFieldOfKeyArn(pattern, key) !== undefined || isFaultyReferenceTo(pattern, statement, key)
    || aliasReplacesKey(pattern, statement) && mayBeAliasOf(pattern, key));
}

/**
 * Whether no value of `Resource` concerns KMS, so that the statement allows its actions on no key (`missing-key-arn-resource`). A value
 * with a fault has a finding of its own, and may be meant as a key.
 */
export function hasNoKmsResource(statement: Statement): boolean {
  const { resource } = statement;
  if (!resource || resource.negated) return false;
  const { value } = resource.member;
  return value !== undefined && (value.kind !== 'list' || value.closed)
    && !resource.patterns.some((pattern) => mayMatchKms(pattern) || resourceFault(pattern, statement) !== undefined);
}

function isFaultyReferenceTo(pattern: ResourcePattern, statement: Statement, key: Key): boolean {
  const { value } = pattern.text;
  const fault = resourceFault(pattern, statement);
  return fault !== undefined && fault !== 'unknown' && (fault === 'placeholder'
    || key.keyId !== undefined && value.toLowerCase().includes(key.keyId) || key.aliases.some((alias) => value.includes(alias)));
}

/** Whether an alias stands where a key is required: no action of the statement works on aliases (`alias-arn-in-resource`). */
export function aliasReplacesKey({ form }: ResourcePattern, { action }: Statement): boolean {
  return form === 'alias' && action !== undefined && !action.negated && !action.hasPlaceholder
    && (action.actionSet & ALIAS_ACTIONS) === NO_ACTIONS && (action.actionSet & KEY_RESOURCE_ACTIONS) !== NO_ACTIONS;
}

/** Whether the alias can be one of the key's: it is of its account and Region, and among its aliases where all of them are known. */
export function mayBeAliasOf({ arn }: ResourcePattern, key: Key): boolean {
  if (!arn || key.aliasesComplete && !key.aliases.includes(arn.resource)) return false;
  return mayEqual(arn.account, key.account) && mayEqual(arn.region, key.region);
}

function mayEqual(pattern: string, value: string | undefined): boolean {
  return value === undefined || pattern === value || /[*?$]/.test(pattern);
}

/**
 * The actions that the key policy is meant to allow this identity, by statements that have no effect: they lack Action or Resource, have an
 * Effect that does not exist, or a Resource that is not the key. The finding there is the cause; the missing access is a consequence.
 */
export function actionsOfIneffectiveStatements(key: Key, identity: Identity): ActionSet {
  const caller = callerOf(identity);
  const statements = (key.policy?.policy.statements ?? []).filter((statement) =>
    isIntendedAllow(statement) && isIneffective(statement, key)
    && (bestPrincipalMatch(statement, caller) !== undefined || !statement.principal && misspelledElement(statement.node, 'Principal')));
  return unionOfSets(statements.map(({ action }) => action?.actionSet ?? ALL_ACTIONS));
}

/** `"allow"`, or an Effect that is missing or that does not look like Deny. */
function isIntendedAllow({ effect, effectNode }: Statement): boolean {
  if (effect !== undefined) return effect === 'Allow';
  return !isStringNode(effectNode) || nearestWord(effectNode.value.trim(), ['Allow', 'Deny']) !== 'Deny';
}

function isIneffective(statement: Statement, key: Key): boolean {
  const { effect, principal, action, resource } = statement;
  return effect === undefined || !principal || !action || !resource || matchKeyPolicyResource(statement, key) === 'no';
}
