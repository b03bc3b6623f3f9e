import { ALIAS_ACTIONS, NO_ACTIONS, setWhere, type ActionSet } from '../../aws/actions';
import type { ResourcePattern, Statement } from '../../model/policy';
import type { Key } from '../../workspace/world';
import { misnamedField } from './key-naming';
import { namesKmsActions } from './statements';
import { resourceFault } from './values';

const ON_KEYS: ActionSet = setWhere((action) => action.resourceTypes.includes('key'));

/**
 * Whether an Allow statement of an identity policy is meant for a key that it does not cover as it stands: its ARN is of another
 * place, malformed, none at all, or an alias's. The finding on that is the cause; that the key is not covered is what follows.
 */
export function isMeantFor(statement: Statement, key: Key): boolean {
  const { resource } = statement;
  if (!resource || resource.negated || !namesKmsActions(statement)) return false;
  return resource.patterns.some((pattern) => misnamedField(pattern, key) !== undefined || isFaultyNameOf(pattern, statement, key)
    || standsForItsKey(pattern, statement) && isAliasFor(pattern, key));
}

function isFaultyNameOf(pattern: ResourcePattern, statement: Statement, key: Key): boolean {
  const fault = resourceFault(pattern, statement);
  return fault !== undefined && fault !== 'unknown' && (fault === 'placeholder'
    || key.keyId !== undefined && pattern.text.value.toLowerCase().includes(key.keyId)
    || key.aliases.some((alias) => pattern.text.value.includes(alias)));
}

/** Whether an alias stands where its key is due: no action of the statement works on aliases (`alias-arn-in-resource`). */
export function standsForItsKey({ form }: ResourcePattern, { action }: Statement): boolean {
  return form === 'alias' && action !== undefined && !action.negated && !action.unknown
    && (action.set & ALIAS_ACTIONS) === NO_ACTIONS && (action.set & ON_KEYS) !== NO_ACTIONS;
}

/** Whether the alias may be one of the key's: of its account and Region, and among its aliases where they are all known. */
export function isAliasFor({ arn }: ResourcePattern, key: Key): boolean {
  if (!arn || key.aliasesComplete && !key.aliases.includes(arn.resource)) return false;
  return isOrMatches(arn.account, key.account) && isOrMatches(arn.region, key.region);
}

function isOrMatches(written: string, known: string | undefined): boolean {
  return known === undefined || written === known || /[*?$]/.test(written);
}
