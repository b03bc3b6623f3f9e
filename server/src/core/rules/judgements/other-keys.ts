import { reachesKey } from '../../access/match-resource';
import { CROSS_ACCOUNT_ACTIONS, NO_ACTIONS } from '../../aws/actions';
import type { LocatedPolicy } from '../../locate/located';
import type { Policy, ResourcePattern, Statement } from '../../model/policy';
import type { Identity, Key, World } from '../../workspace/world';
import { isOfOnePartition } from './key-arn';
import { keyIdOf } from './key-naming';
import { isAliasFor, standsForItsKey } from './meant-for';
import { namesKmsActions } from './statements';
import { resourceFault } from './values';

/** A statement for keys, and who has it. */
export interface KeyStatement {
  readonly identity: Identity;
  readonly policy: LocatedPolicy;
  readonly statement: Statement;
}

/** What the policies of one identity, or of all identities of an account, name of keys. */
export interface NamedKeys {
  /** The Allow statement for keys whose ARNs come nearest to the key's place, the account before the Region; the first where none does. */
  readonly nearest: (key: Key) => KeyStatement | undefined;
  /** Whether any value may mean this key: it covers it, writes out its id, or is not known. */
  readonly mayMean: (key: Key) => boolean;
}

/** Everybody's named keys, so that each key is looked up and not held against every statement. */
export interface KeyNaming {
  readonly ofAccount: (account: string) => NamedKeys | undefined;
  readonly ofIdentity: (arn: string) => NamedKeys | undefined;
}

/** What one policy, or several together, name of keys. */
interface Naming {
  readonly ids: ReadonlySet<string>;
  readonly open: readonly ResourcePattern[];
  /** Aliases that stand in place of their keys. */
  readonly aliases: readonly ResourcePattern[];
  /** A value that covers every key, or of which nobody knows what it covers. */
  readonly any: boolean;
}

/** One attached policy and what it names. */
interface Attached {
  readonly identity: Identity;
  readonly policy: LocatedPolicy;
  readonly naming: PolicyNaming;
}

/** A change of a key policy leaves the identities as they are. */
const namings = new WeakMap<World['identities'], KeyNaming>();

export function keyNaming({ identities }: World): KeyNaming {
  let naming = namings.get(identities);
  if (!naming) namings.set(identities, naming = readNamings(identities));
  return naming;
}

function readNamings(all: World['identities']): KeyNaming {
  let groups: { readonly accounts: ReadonlyMap<string, readonly Attached[]>; readonly identities: ReadonlyMap<string, readonly Attached[]> } | undefined;
  const grouped = () => groups ??= groupsOf(all);
  return { ofAccount: viewsOf(() => grouped().accounts), ofIdentity: viewsOf(() => grouped().identities) };
}

function groupsOf(all: World['identities']): { readonly accounts: Map<string, Attached[]>; readonly identities: Map<string, Attached[]> } {
  const accounts = new Map<string, Attached[]>();
  const identities = new Map<string, Attached[]>();
  for (const identity of all) {
    for (const policy of identity.policies) {
      const attached = { identity, policy, naming: namedIn(policy.policy) };
      if (identity.account !== undefined) push(accounts, identity.account, attached);
      if (identity.arn !== undefined) push(identities, identity.arn, attached);
    }
  }
  return { accounts, identities };
}

function push(map: Map<string, Attached[]>, id: string, attached: Attached): void {
  const known = map.get(id);
  if (known) known.push(attached);
  else map.set(id, [attached]);
}

/** Each view is made when it is first asked for: most accounts and identities never are. */
function viewsOf(attached: () => ReadonlyMap<string, readonly Attached[]>): (id: string) => NamedKeys | undefined {
  const views = new Map<string, NamedKeys>();
  return (id) => {
    const own = attached().get(id);
    if (!own) return undefined;
    let view = views.get(id);
    if (!view) views.set(id, view = viewOf(own));
    return view;
  };
}

function viewOf(attached: readonly Attached[]): NamedKeys {
  let all: Naming | undefined;
  let byPlace: ReadonlyMap<string, KeyStatement> | undefined;
  return {
    mayMean: (key) => mayMean(all ??= united(attached), key),
    nearest: (key) => nearestOf(byPlace ??= statementsByPlace(attached), key),
  };
}

function united(attached: readonly Attached[]): Naming {
  const ids = new Set<string>();
  for (const { naming } of attached) for (const id of naming.ids) ids.add(id);
  return {
    ids, open: attached.flatMap(({ naming }) => naming.open), aliases: attached.flatMap(({ naming }) => naming.aliases),
    any: attached.some(({ naming }) => naming.any),
  };
}

/** The first statement, and the first for each account, Region and both. */
function statementsByPlace(attached: readonly Attached[]): ReadonlyMap<string, KeyStatement> {
  const byPlace = new Map<string, KeyStatement>();
  for (const { identity, policy, naming } of attached) {
    for (const { statement, places } of naming.statements) {
      for (const place of places) if (!byPlace.has(place)) byPlace.set(place, { identity, policy, statement });
    }
  }
  return byPlace;
}

type PolicyNaming = Naming & { readonly statements: readonly PlacedStatement[] };

/** A statement with the accounts and Regions of its ARNs. */
interface PlacedStatement {
  readonly statement: Statement;
  readonly places: readonly string[];
}

/** Account and Region of an ARN as one word; either may be left open. */
function placeName(account: string, region: string): string {
  return `${account} ${region}`;
}

const ANYWHERE = placeName('', '');

function placed(statement: Statement): PlacedStatement {
  const places = new Set([ANYWHERE]);
  for (const { arn } of statement.resource?.patterns ?? []) {
    if (arn) for (const place of [placeName(arn.account, arn.region), placeName(arn.account, ''), placeName('', arn.region)]) places.add(place);
  }
  return { statement, places: [...places] };
}

function nearestOf(byPlace: ReadonlyMap<string, KeyStatement>, { account = '', region = '' }: Key): KeyStatement | undefined {
  return byPlace.get(placeName(account, region)) ?? byPlace.get(placeName(account, '')) ?? byPlace.get(placeName('', region)) ?? byPlace.get(ANYWHERE);
}

/** Policies are immutable, and a keystroke changes one of them: what the others name is not read again. */
const known = new WeakMap<Policy, PolicyNaming>();

function namedIn(policy: Policy): PolicyNaming {
  let named = known.get(policy);
  if (!named) known.set(policy, named = readNaming(policy));
  return named;
}

function readNaming(policy: Policy): PolicyNaming {
  const statements: PlacedStatement[] = [];
  const ids = new Set<string>();
  const open: ResourcePattern[] = [];
  const aliases: ResourcePattern[] = [];
  let any = false;
  for (const statement of policy.statements) {
    const { action, resource } = statement;
    // Whatever allows something on keys counts for what is covered, `"*"` and NotAction too.
    if (statement.effect !== 'Allow' || !action || (action.set & CROSS_ACCOUNT_ACTIONS) === NO_ACTIONS && !action.unknown) continue;
    if (namesKmsActions(statement)) statements.push(placed(statement));
    if (!resource || resource.negated || resource.patterns.length === 0) any = true;
    for (const pattern of resource?.patterns ?? []) {
      const id = keyIdOf(pattern);
      if (pattern.form === 'any' || resourceFault(pattern, statement) !== undefined || pattern.arn && !isOfOnePartition(pattern.arn)) any = true;
      else if (id !== undefined) ids.add(id);
      else if (standsForItsKey(pattern, statement)) aliases.push(pattern);
      else if (pattern.form !== 'other' && pattern.form !== 'alias') open.push(pattern);
    }
  }
  return { statements, ids, open, aliases, any };
}

function mayMean({ any, ids, open, aliases }: Naming, key: Key): boolean {
  return any || key.keyId !== undefined && ids.has(key.keyId) || aliases.some((alias) => isAliasFor(alias, key)) || open.some((pattern) => reachesKey(pattern, key));
}
