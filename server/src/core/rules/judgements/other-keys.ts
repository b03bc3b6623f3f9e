import { matchResource } from '../../access/match-resource';
import { CROSS_ACCOUNT_ACTIONS, NO_ACTIONS } from '../../aws/actions';
import type { LocatedPolicy } from '../../locate/located';
import type { ResourcePattern, Statement } from '../../model/policy';
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

interface Collected {
  readonly statements: KeyStatement[];
  readonly ids: Set<string>;
  readonly open: ResourcePattern[];
  /** A value that covers every key, or of which nobody knows what it covers. */
  any: boolean;
}

export function keyNaming(world: World): KeyNaming {
  const accounts = new Map<string, Collected>();
  const identities = new Map<string, Collected>();
  for (const identity of world.identities) {
    const own: Collected[] = [];
    if (identity.account !== undefined) own.push(collectedIn(accounts, identity.account));
    if (identity.arn !== undefined) own.push(collectedIn(identities, identity.arn));
    for (const policy of identity.policies) {
      for (const statement of policy.policy.statements) {
        if (statement.effect === 'Allow') for (const one of own) collect(one, { identity, policy, statement });
      }
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

function collect(into: Collected, one: KeyStatement): void {
  const { action, resource } = one.statement;
  // Whatever allows something on keys counts for what is covered, `"*"` and NotAction too.
  if (!action || (action.set & CROSS_ACCOUNT_ACTIONS) === NO_ACTIONS && !action.unknown) return;
  if (namesKmsActions(one.statement)) into.statements.push(one);
  if (!resource || resource.negated || resource.patterns.length === 0) into.any = true;
  for (const pattern of resource?.patterns ?? []) {
    const id = keyIdOf(pattern);
    if (pattern.form === 'any' || resourceFault(pattern, one.statement) !== undefined) into.any = true;
    else if (id !== undefined) into.ids.add(id);
    else if (pattern.form !== 'other' && pattern.form !== 'alias') into.open.push(pattern);
  }
}

function mayMean({ any, ids, open }: Collected, key: Key): boolean {
  return any || key.keyId !== undefined && ids.has(key.keyId) || open.some((pattern) => matchResource(pattern, key, () => undefined) !== 'no');
}
