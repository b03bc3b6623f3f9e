import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Declared } from '../linking/declarations';
import { fileOfAnchor, type IdentityDraft, type KeyDraft, type Links } from '../linking/drafts';
import type { Folder } from '../manifest/manifest-files';
import { identityOf, keyOf, reportOf, type PolicySource } from '../linking/records';
import { sameData } from '../linking/same-data';
import { sameIdentityDraft, sameKeyDraft } from '../linking/same-draft';
import type { Identity, Key } from '../linking/entities';
import type { World } from './world';

/** The world of before with the links that made it. */
export interface Former {
  readonly world: World;
  readonly links: Links;
  /** Whether the text of a file changed since. */
  readonly isChanged: (uri: string) => boolean;
}

/**
 * The world that the links describe. Records of before that would come out equal are taken over as they are: what was
 * worked out for a Key, an Identity or a pair of them stays valid as long as the objects stay the same.
 */
export function buildWorld(links: Links, declared: Declared, folders: readonly Folder[], source: PolicySource, former: Former): World {
  const { world } = former;
  const keys = keysOf(links.keys, source, former);
  const identities = identitiesOf(links.identities, source, former);
  return {
    keys, identities, folders,
    keyOf: keys === world.keys ? world.keyOf : new Map(keys.flatMap((key) => (key.policy ? [[key.policy, key] as const] : []))),
    identitiesOf: identities === world.identities ? world.identitiesOf : identitiesByPolicy(identities),
    keysByArn: keys === world.keys ? world.keysByArn : keysByArn(keys),
    accounts: sameData([...world.accounts], [...links.accounts]) ? world.accounts : links.accounts,
    organizations: sameData([...world.organizations], [...declared.organizations]) ? world.organizations : declared.organizations,
    facts: links.facts,
    manifests: declared.manifests,
    memoize: world.memoize,
    report: reportOf(links, source, links.ambiguous.length > 0 ? new Map(keys.map((key) => [key.id, key])) : NO_KEYS),
  };
}

const NO_KEYS: ReadonlyMap<string, Key> = new Map();

function keysOf(drafts: readonly KeyDraft[], source: PolicySource, { world, links, isChanged }: Former): readonly Key[] {
  const find = finder(links.keys, ({ id }) => id);
  const stale = (draft: KeyDraft): boolean => fileChanged(draft.policy?.uri, isChanged) || fileChanged(fileOfAnchor(draft.link?.at), isChanged);
  return keptList(world.keys, drafts.map((draft, i) => {
    const at = find(draft.id, i);
    const [old, record] = [links.keys[at], world.keys[at]];
    return old && record && sameKeyDraft(old, draft) && !stale(draft) ? record : keyOf(draft, source, record);
  }));
}

function identitiesOf(drafts: readonly IdentityDraft[], source: PolicySource, { world, links, isChanged }: Former): readonly Identity[] {
  const find = finder(links.identities, ({ attachment }) => attachment.id);
  const stale = ({ policies, attachment }: IdentityDraft): boolean =>
    policies.some(({ uri }) => isChanged(uri)) || fileChanged(fileOfAnchor(attachment.link.at), isChanged);
  return keptList(world.identities, drafts.map((draft, i) => {
    const at = find(draft.attachment.id, i);
    const [old, record] = [links.identities[at], world.identities[at]];
    return old && record && sameIdentityDraft(old, draft) && !stale(draft) ? record : identityOf(draft, source, record);
  }));
}

function fileChanged(uri: string | undefined, isChanged: (uri: string) => boolean): boolean {
  return uri !== undefined && isChanged(uri);
}

/** Finds the position of an id, most often where it was before; -1 when it is new. */
function finder<T>(items: readonly T[], idOf: (item: T) => string): (id: string, near: number) => number {
  let positions: Map<string, number> | undefined;
  return (id, near) => {
    const item = items[near];
    if (item !== undefined && idOf(item) === id) return near;
    positions ??= new Map(items.map((nonNullable, i) => [idOf(nonNullable), i]));
    return positions.get(id) ?? -1;
  };
}

function keptList<T>(before: readonly T[], now: readonly T[]): readonly T[] {
  return before.length === now.length && now.every((item, i) => item === before[i]) ? before : now;
}

function identitiesByPolicy(identities: readonly Identity[]): Map<DiscoveredPolicy, readonly Identity[]> {
  const byPolicy = new Map<DiscoveredPolicy, Identity[]>();
  for (const identity of identities) {
    for (const policy of identity.policies) {
      const list = byPolicy.get(policy);
      if (list) list.push(identity);
      else byPolicy.set(policy, [identity]);
    }
  }
  return byPolicy;
}

function keysByArn(keys: readonly Key[]): Map<string, readonly Key[]> {
  const byArn = new Map<string, Key[]>();
  for (const key of keys) {
    if (key.arn === undefined) continue;
    const list = byArn.get(key.arn);
    if (list) list.push(key);
    else byArn.set(key.arn, [key]);
  }
  return byArn;
}
