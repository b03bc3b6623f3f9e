import type { KeyFact, PoliciesWithoutDocument } from '../discovery/discovery-result';
import { checkDeclarations } from './check-declarations';
import { conflictingDeclarations, partitionConflicts } from './contradictions';
import type { Declarations } from './declarations';
import { groupPoliciesByTarget } from './declared-policies';
import type { WorkspaceLinks, LinkPolicy, PolicyTarget } from './drafts';
import { createLinkIndex, type FolderMetadata, type FolderManagedPolicies, type LinkIndex } from './link-index';
import { linkIdentities } from './link-identities';
import { linkKeys } from './link-keys';
import { findSharedKeyIds } from './shared-key-ids';

/** What one file adds to the links of the workspace. */
export interface FileLinkInput {
  readonly policies: readonly LinkPolicy[];
  readonly keyFacts: readonly KeyFact[];
  readonly policiesWithoutDocument: readonly PoliciesWithoutDocument[];
  readonly metadata: FolderMetadata | undefined;
  readonly managedPolicies: FolderManagedPolicies | undefined;
  /** Places of manifests that mean this file, whatever it holds. */
  readonly policyTargets: readonly PolicyTarget[];
}

/**
 * Ties policies to keys and identities by the four ways, in their order: declared, wrapper, path, text.
 *
 * @param files in an order that does not hang on when they were read: it decides between what is equally good
 */
export function linkWorkspace(files: readonly FileLinkInput[], declared: Declarations): WorkspaceLinks {
  const policies = files.flatMap((file) => file.policies);
  const keyFacts = files.flatMap((file) => file.keyFacts);
  const input = {
    policies, keyFacts, declarations: declared,
    policiesWithoutDocument: files.flatMap((file) => file.policiesWithoutDocument), metadata: files.flatMap((file) => file.metadata ?? []),
    managedPolicies: files.flatMap((file) => file.managedPolicies ?? []),
  };
  const known = createLinkIndex(input);
  const reached = groupPoliciesByTarget(policies);
  const keys = linkKeys(input, known, reached);
  const { conflicts, problems } = partitionConflicts([...keys.conflicts, ...conflictingDeclarations(declared)]);
  const meant = new Set(files.flatMap((file) => file.policyTargets));
  return {
    keys: keys.keys, ambiguousLinks: keys.ambiguousLinks, conflicts,
    identities: linkIdentities(input, known),
    sharedKeyIds: findSharedKeyIds(known, input),
    manifestProblems: [...checkDeclarations(declared, meant, reached), ...problems],
    accounts: namesOfAccounts(known, declared),
    keyFacts,
  };
}

function namesOfAccounts(known: LinkIndex, declared: Declarations): Map<string, string> {
  return new Map(Array.from(known.accounts.keys(), (account) => [account, declared.accounts.get(account) ?? '']));
}
