import type { KeyFact, PoliciesWithoutDocument } from '../discovery/discovery-result';
import { manifestProblems } from './check-declarations';
import { declaredContradictions, sortContradictions } from './contradictions';
import type { Declared } from './declarations';
import { reachedBy } from './declared-policies';
import type { Links, LinkPolicy, PolicyTarget } from './drafts';
import { gather, type FolderMetadata, type FolderPolicies, type Known } from './link-index';
import { linkIdentities } from './link-identities';
import { linkKeys } from './link-keys';
import { sharedKeyIds } from './shared-key-ids';

/** What one file adds to the links of the workspace. */
export interface LinkFile {
  readonly policies: readonly LinkPolicy[];
  readonly keyFacts: readonly KeyFact[];
  readonly unseen: readonly PoliciesWithoutDocument[];
  readonly metadata: FolderMetadata | undefined;
  readonly managed: FolderPolicies | undefined;
  /** Places of manifests that mean this file, whatever it holds. */
  readonly targets: readonly PolicyTarget[];
}

/**
 * Ties policies to keys and identities by the four ways, in their order: declared, wrapper, path, text.
 *
 * @param files in an order that does not hang on when they were read: it decides between what is equally good
 */
export function linkWorkspace(files: readonly LinkFile[], declared: Declared): Links {
  const policies = files.flatMap((file) => file.policies);
  const keyFacts = files.flatMap((file) => file.keyFacts);
  const input = {
    policies, keyFacts, declared,
    unseen: files.flatMap((file) => file.unseen), metadata: files.flatMap((file) => file.metadata ?? []), managed: files.flatMap((file) => file.managed ?? []),
  };
  const known = gather(input);
  const reached = reachedBy(policies);
  const keys = linkKeys(input, known, reached);
  const { conflicts, problems } = sortContradictions([...keys.conflicts, ...declaredContradictions(declared)]);
  const meant = new Set(files.flatMap((file) => file.targets));
  return {
    keys: keys.keys, ambiguous: keys.ambiguous, conflicts,
    identities: linkIdentities(input, known),
    sharedKeyIds: sharedKeyIds(known, input),
    manifest: [...manifestProblems(declared, meant, reached), ...problems],
    accounts: accountNames(known, declared),
    facts: keyFacts,
  };
}

function accountNames(known: Known, declared: Declared): Map<string, string> {
  return new Map(Array.from(known.accounts.keys(), (account) => [account, declared.accounts.get(account) ?? '']));
}
