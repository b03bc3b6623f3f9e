import { mayCoverKey } from '../../access/resource-matching';
import { CROSS_ACCOUNT_ACTIONS, NO_ACTIONS } from '../../aws/actions';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Policy, ResourcePattern, Statement } from '../../policy/policy';
import type { Identity, Key } from '../../linking/entities';
import type { World } from '../../workspace/world';
import { hasConsistentPartition } from './malformed-key-arns';
import { literalKeyIdOf } from './resource-specificity';
import { mayBeAliasOf, aliasReplacesKey } from './intended-access';
import { hasKmsActionValues } from './kms-statements';
import { resourceFault } from './value-faults';

/** A statement for keys, and who has it. */
export interface KeyStatement {
  readonly identity: Identity;
  readonly policy: DiscoveredPolicy;
  readonly statement: Statement;
}

/** What the policies of one identity, or of all identities of an account, name of keys. */
export interface KeyNames {
  /** The Allow statement for keys whose ARNs come nearest to the key's place, the account before the Region; the first where none does. */
  readonly nearestStatement: (key: Key) => KeyStatement | undefined;
  /** Whether any value may mean this key: it covers it, writes out its id, or is not known. */
  readonly mayMeanKey: (key: Key) => boolean;
}

/** Everybody's named keys, so that each key is looked up and not held against every statement. */
export interface KeyNameIndex {
  readonly forAccount: (account: string) => KeyNames | undefined;
  readonly forIdentity: (arn: string) => KeyNames | undefined;
}

/** What one policy, or several together, name of keys. */
interface KeyNameSet {
  readonly keyIds: ReadonlySet<string>;
  readonly patterns: readonly ResourcePattern[];
  /** Aliases that stand in place of their keys. */
  readonly aliases: readonly ResourcePattern[];
  /** A value that covers every key, or of which nobody knows what it covers. */
  readonly coversEveryKey: boolean;
}

/** One attached policy and what it names. */
interface AttachedPolicy {
  readonly identity: Identity;
  readonly policy: DiscoveredPolicy;
  readonly keyNames: PolicyKeyNames;
}

/** A change of a key policy leaves the identities as they are. */
const keyNameIndexes = new WeakMap<World['identities'], KeyNameIndex>();

export function keyNameIndexOf({ identities }: World): KeyNameIndex {
  let naming = keyNameIndexes.get(identities);
  if (!naming) keyNameIndexes.set(identities, naming = readKeyNameIndex(identities));
  return naming;
}

function readKeyNameIndex(all: World['identities']): KeyNameIndex {
  let groups: { readonly accounts: ReadonlyMap<string, readonly AttachedPolicy[]>; readonly identities: ReadonlyMap<string, readonly AttachedPolicy[]> } | undefined;
  const grouped = () => groups ??= groupByAccountAndIdentity(all);
  return { forAccount: keyNamesLookup(() => grouped().accounts), forIdentity: keyNamesLookup(() => grouped().identities) };
}

function groupByAccountAndIdentity(all: World['identities']): { readonly accounts: Map<string, AttachedPolicy[]>; readonly identities: Map<string, AttachedPolicy[]> } {
  const accounts = new Map<string, AttachedPolicy[]>();
  const identities = new Map<string, AttachedPolicy[]>();
  for (const identity of all) {
    for (const policy of identity.policies) {
      const attached = { identity, policy, keyNames: keyNamesInPolicy(policy.policy) };
      if (identity.account !== undefined) addAttachedPolicy(accounts, identity.account, attached);
      if (identity.arn !== undefined) addAttachedPolicy(identities, identity.arn, attached);
    }
  }
  return { accounts, identities };
}

function addAttachedPolicy(map: Map<string, AttachedPolicy[]>, id: string, attachedPolicy: AttachedPolicy): void {
  const known = map.get(id);
  if (known) known.push(attachedPolicy);
  else map.set(id, [attachedPolicy]);
}

/** Each view is made when it is first asked for: most accounts and identities never are. */
function keyNamesLookup(attached: () => ReadonlyMap<string, readonly AttachedPolicy[]>): (id: string) => KeyNames | undefined {
  const views = new Map<string, KeyNames>();
  return (id) => {
    const own = attached().get(id);
    if (!own) return undefined;
    let view = views.get(id);
    if (!view) views.set(id, view = keyNamesOf(own));
    return view;
  };
}

function keyNamesOf(attached: readonly AttachedPolicy[]): KeyNames {
  let all: KeyNameSet | undefined;
  let byPlace: ReadonlyMap<string, KeyStatement> | undefined;
  return {
    mayMeanKey: (key) => mayNameKey(all ??= mergeKeyNameSets(attached), key),
    nearestStatement: (key) => nearestKeyStatement(byPlace ??= statementsByAccountAndRegion(attached), key),
  };
}

function mergeKeyNameSets(attached: readonly AttachedPolicy[]): KeyNameSet {
  const ids = new Set<string>();
  for (const { keyNames } of attached) for (const id of keyNames.keyIds) ids.add(id);
  return {
    keyIds: ids, patterns: attached.flatMap(({ keyNames: naming }) => naming.patterns), aliases: attached.flatMap(({ keyNames: naming }) => naming.aliases),
    coversEveryKey: attached.some(({ keyNames: naming }) => naming.coversEveryKey),
  };
}

/** The first statement, and the first for each account, Region and both. */
function statementsByAccountAndRegion(attached: readonly AttachedPolicy[]): ReadonlyMap<string, KeyStatement> {
  const byPlace = new Map<string, KeyStatement>();
  for (const { identity, policy, keyNames } of attached) {
    for (const { statement, accountRegionKeys } of keyNames.statements) {
      for (const place of accountRegionKeys) if (!byPlace.has(place)) byPlace.set(place, { identity, policy, statement });
    }
  }
  return byPlace;
}

type PolicyKeyNames = KeyNameSet & { readonly statements: readonly StatementWithRegions[] };

/** A statement with the accounts and Regions of its ARNs. */
interface StatementWithRegions {
  readonly statement: Statement;
  readonly accountRegionKeys: readonly string[];
}

/** Account and Region of an ARN as one word; either may be left open. */
function accountRegionKey(account: string, region: string): string {
  return `${account} ${region}`;
}

const ANY_ACCOUNT_AND_REGION = accountRegionKey('', '');

function statementWithRegions(statement: Statement): StatementWithRegions {
  const places = new Set([ANY_ACCOUNT_AND_REGION]);
  for (const { arn } of statement.resource?.patterns ?? []) {
    if (arn) for (const place of [accountRegionKey(arn.account, arn.region), accountRegionKey(arn.account, ''), accountRegionKey('', arn.region)]) places.add(place);
  }
  return { statement, accountRegionKeys: [...places] };
}

function nearestKeyStatement(byPlace: ReadonlyMap<string, KeyStatement>, { account = '', region = '' }: Key): KeyStatement | undefined {
  return byPlace.get(accountRegionKey(account, region)) ?? byPlace.get(accountRegionKey(account, '')) ?? byPlace.get(accountRegionKey('', region)) ?? byPlace.get(ANY_ACCOUNT_AND_REGION);
}

/** Policies are immutable, and a keystroke changes one of them: what the others name is not read again. */
const keyNamesByPolicy = new WeakMap<Policy, PolicyKeyNames>();

function keyNamesInPolicy(policy: Policy): PolicyKeyNames {
  let named = keyNamesByPolicy.get(policy);
  if (!named) keyNamesByPolicy.set(policy, named = readKeyNames(policy));
  return named;
}

function readKeyNames(policy: Policy): PolicyKeyNames {
  const statements: StatementWithRegions[] = [];
  const ids = new Set<string>();
  const open: ResourcePattern[] = [];
  const aliases: ResourcePattern[] = [];
  let any = false;
  for (const statement of policy.statements) {
    const { action, resource } = statement;
    // Whatever allows something on keys counts for what is covered, `"*"` and NotAction too.
    if (statement.effect !== 'Allow' || !action || (action.actionSet & CROSS_ACCOUNT_ACTIONS) === NO_ACTIONS && !action.hasPlaceholder) continue;
    if (hasKmsActionValues(statement)) statements.push(statementWithRegions(statement));
    if (!resource || resource.negated || resource.patterns.length === 0) any = true;
    for (const pattern of resource?.patterns ?? []) {
      const id = literalKeyIdOf(pattern);
      if (pattern.form === 'any' || resourceFault(pattern, statement) !== undefined || pattern.arn && !hasConsistentPartition(pattern.arn)) any = true;
      else if (id !== undefined) ids.add(id);
      else if (aliasReplacesKey(pattern, statement)) aliases.push(pattern);
      else if (pattern.form !== 'other' && pattern.form !== 'alias') open.push(pattern);
    }
  }
  return { statements, keyIds: ids, patterns: open, aliases, coversEveryKey: any };
}

function mayNameKey({ coversEveryKey, keyIds, patterns, aliases }: KeyNameSet, key: Key): boolean {
  return coversEveryKey || key.keyId !== undefined && keyIds.has(key.keyId) || aliases.some((alias) => mayBeAliasOf(alias, key)) || patterns.some((pattern) => mayCoverKey(pattern, key));
}
