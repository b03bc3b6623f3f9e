import { mayCoverKey } from '../../access/resource-matching';
import { CROSS_ACCOUNT_ACTIONS, NO_ACTIONS } from '../../aws/actions';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Identity, Key } from '../../linking/entities';
import { appendToList } from '../../linking/group-by';
import { mayAllow, type Policy, type ResourcePattern, type Statement } from '../../policy/policy';
import type { Memoize } from '../../workspace/memoize';
import type { World } from '../../workspace/world';
import { aliasReplacesKey, mayBeAliasOf } from './intended-access';
import { hasKmsActionValues } from './kms-statements';
import { hasConsistentPartition } from './malformed-key-arns';
import { literalKeyIdOf } from './resource-specificity';
import { resourceFault } from './value-faults';

interface AttachedPolicy {
  readonly identity: Identity;
  readonly policy: DiscoveredPolicy;
}

/** A statement for keys, and an identity that has it. */
export interface KeyStatement extends AttachedPolicy {
  readonly statement: Statement;
}

/** What the policies of one identity, or of all identities of an account, say about keys. */
interface KeyNames {
  /** The Allow statement whose ARNs share the most with the key, the account before the Region; the first where none shares anything. */
  readonly nearestStatement: (key: Key) => KeyStatement | undefined;
  /** Whether a value may mean this key: it covers it, contains its id, or is not known. */
  readonly mayMeanKey: (key: Key) => boolean;
}

/** The key names of an account, by its id, or of an identity, by its ARN. */
type KeyNamesLookup = (accountOrArn: string, memoize: Memoize) => KeyNames | undefined;

/** What the Allow statements of one policy say about keys. */
interface PolicyKeyNames {
  readonly statements: readonly StatementWithRegions[];
  readonly keyIds: ReadonlySet<string>;
  readonly patterns: readonly ResourcePattern[];
  /** Aliases in place of their keys. */
  readonly aliases: readonly ResourcePattern[];
  /** A value covers every key, or it is not known what it covers. */
  readonly coversEveryKey: boolean;
}

/** A statement with the accounts and Regions of its ARNs, as `accountRegionKey`. */
interface StatementWithRegions {
  readonly statement: Statement;
  readonly accountRegionKeys: readonly string[];
}

/** To be memoized by the identities of a world. Key names are computed at the first call for an account or identity: most never are. */
export function createKeyNamesLookup(identities: World['identities']): KeyNamesLookup {
  const attachedPolicies = new Map<string, AttachedPolicy[]>();
  for (const identity of identities) {
    for (const policy of identity.policies) {
      for (const id of [identity.account, identity.arn]) if (id !== undefined) appendToList(attachedPolicies, id, { identity, policy });
    }
  }
  const keyNames = new Map<string, KeyNames | undefined>();
  return (id, memoize) => {
    if (!keyNames.has(id)) keyNames.set(id, createKeyNames(attachedPolicies.get(id) ?? [], memoize));
    return keyNames.get(id);
  };
}

function createKeyNames(attachedPolicies: readonly AttachedPolicy[], memoize: Memoize): KeyNames | undefined {
  if (attachedPolicies.length === 0) return undefined;
  const all = attachedPolicies.map(({ policy }) => memoize(readKeyNames, policy.policy));
  const coversEveryKey = all.some((keyNames) => keyNames.coversEveryKey);
  const keyIds = new Set(all.flatMap((keyNames) => [...keyNames.keyIds]));
  const aliases = all.flatMap((keyNames) => keyNames.aliases);
  const patterns = all.flatMap((keyNames) => keyNames.patterns);
  let byRegion: ReadonlyMap<string, KeyStatement> | undefined;
  return {
    mayMeanKey: (key) => coversEveryKey || key.keyId !== undefined && keyIds.has(key.keyId)
      || aliases.some((alias) => mayBeAliasOf(alias, key)) || patterns.some((pattern) => mayCoverKey(pattern, key)),
    nearestStatement: ({ account = '', region = '' }) => {
      byRegion ??= statementsByAccountAndRegion(attachedPolicies, memoize);
      return byRegion.get(accountRegionKey(account, region)) ?? byRegion.get(accountRegionKey(account, ''))
        ?? byRegion.get(accountRegionKey('', region)) ?? byRegion.get(accountRegionKey('', ''));
    },
  };
}

/** The first statement for each account, each Region, both, and in all. */
function statementsByAccountAndRegion(attachedPolicies: readonly AttachedPolicy[], memoize: Memoize): ReadonlyMap<string, KeyStatement> {
  const byRegion = new Map<string, KeyStatement>();
  for (const { identity, policy } of attachedPolicies) {
    for (const { statement, accountRegionKeys } of memoize(readKeyNames, policy.policy).statements) {
      for (const key of accountRegionKeys) if (!byRegion.has(key)) byRegion.set(key, { identity, policy, statement });
    }
  }
  return byRegion;
}

/** Account and Region of an ARN as one string; an empty one stands for any. */
function accountRegionKey(account: string, region: string): string {
  return `${account} ${region}`;
}

function readKeyNames(policy: Policy): PolicyKeyNames {
  const statements: StatementWithRegions[] = [];
  const keyIds = new Set<string>();
  const patterns: ResourcePattern[] = [];
  const aliases: ResourcePattern[] = [];
  let coversEveryKey = false;
  for (const statement of policy.statements) {
    const { action, resource } = statement;
    // Whatever allows something on keys counts as covering them, `"*"` and NotAction too.
    if (!mayAllow(statement) || !action || (action.actionSet & CROSS_ACCOUNT_ACTIONS) === NO_ACTIONS && !action.hasPlaceholder) continue;
    if (hasKmsActionValues(statement)) statements.push(statementWithRegions(statement));
    if (!resource || resource.negated || resource.patterns.length === 0) coversEveryKey = true;
    for (const pattern of resource?.patterns ?? []) {
      const { form, arn } = pattern;
      const keyId = literalKeyIdOf(pattern);
      if (form === 'any' || resourceFault(pattern, statement) !== undefined || arn && !hasConsistentPartition(arn)) coversEveryKey = true;
      else if (keyId !== undefined) keyIds.add(keyId);
      else if (aliasReplacesKey(pattern, statement)) aliases.push(pattern);
      else if (form !== 'other' && form !== 'alias') patterns.push(pattern);
    }
  }
  return { statements, keyIds, patterns, aliases, coversEveryKey };
}

function statementWithRegions(statement: Statement): StatementWithRegions {
  const keys = new Set([accountRegionKey('', '')]);
  for (const { arn } of statement.resource?.patterns ?? []) {
    if (arn) for (const account of [arn.account, '']) for (const region of [arn.region, '']) keys.add(accountRegionKey(account, region));
  }
  return { statement, accountRegionKeys: [...keys] };
}
