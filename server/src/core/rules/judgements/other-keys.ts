import { matchResource } from '../../access/match-resource';
import { CROSS_ACCOUNT_ACTIONS, NO_ACTIONS } from '../../aws/actions';
import type { LocatedPolicy } from '../../locate/located';
import type { Policy, ResourcePattern, Statement } from '../../model/policy';
import type { Identity, Key, World } from '../../workspace/world';
import { keyIdOf } from './key-naming';
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
  /** Allow statements with kms actions. */
  readonly statements: readonly KeyStatement[];
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
  /** A value that covers every key, or of which nobody knows what it covers. */
  readonly any: boolean;
}

interface Collected {
  readonly statements: KeyStatement[];
  readonly ids: Set<string>;
  readonly open: ResourcePattern[];
  any: boolean;
}

export function keyNaming(world: World): KeyNaming {
  const accounts = new Map<string, Collected>();
  const identities = new Map<string, Collected>();
  for (const identity of world.identities) {
    for (const policy of identity.policies) {
      const named = namedIn(policy.policy);
      if (identity.account !== undefined) add(collectedIn(accounts, identity.account), identity, policy, named);
      if (identity.arn !== undefined) add(collectedIn(identities, identity.arn), identity, policy, named);
    }
  }
  const view = (collected: Collected | undefined): NamedKeys | undefined => collected && {
    statements: collected.statements, mayMean: (key) => mayMean(collected, key),
  };
  return { ofAccount: (account) => view(accounts.get(account)), ofIdentity: (arn) => view(identities.get(arn)) };
}

function collectedIn(map: Map<string, Collected>, id: string): Collected {
  const known = map.get(id);
  if (known) return known;
  const collected: Collected = { statements: [], ids: new Set(), open: [], any: false };
  map.set(id, collected);
  return collected;
}

function add(into: Collected, identity: Identity, policy: LocatedPolicy, named: PolicyNaming): void {
  for (const statement of named.statements) into.statements.push({ identity, policy, statement });
  for (const id of named.ids) into.ids.add(id);
  into.open.push(...named.open);
  into.any ||= named.any;
}

type PolicyNaming = Naming & { readonly statements: readonly Statement[] };

/** Policies are immutable, and a keystroke changes one of them: what the others name is not read again. */
const known = new WeakMap<Policy, PolicyNaming>();

function namedIn(policy: Policy): PolicyNaming {
  let named = known.get(policy);
  if (!named) known.set(policy, named = readNaming(policy));
  return named;
}

function readNaming(policy: Policy): PolicyNaming {
  const statements: Statement[] = [];
  const ids = new Set<string>();
  const open: ResourcePattern[] = [];
  let any = false;
  for (const statement of policy.statements) {
    const { action, resource } = statement;
    // Whatever allows something on keys counts for what is covered, `"*"` and NotAction too.
    if (statement.effect !== 'Allow' || !action || (action.set & CROSS_ACCOUNT_ACTIONS) === NO_ACTIONS && !action.unknown) continue;
    if (namesKmsActions(statement)) statements.push(statement);
    if (!resource || resource.negated || resource.patterns.length === 0) any = true;
    for (const pattern of resource?.patterns ?? []) {
      const id = keyIdOf(pattern);
      if (pattern.form === 'any' || resourceFault(pattern, statement) !== undefined) any = true;
      else if (id !== undefined) ids.add(id);
      else if (pattern.form !== 'other' && pattern.form !== 'alias') open.push(pattern);
    }
  }
  return { statements, ids, open, any };
}

function mayMean({ any, ids, open }: Naming, key: Key): boolean {
  return any || key.keyId !== undefined && ids.has(key.keyId) || open.some((pattern) => matchResource(pattern, key, () => undefined) !== 'no');
}
