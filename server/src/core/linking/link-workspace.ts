import { checkDeclarations, conflictingDeclarations, partitionConflicts } from './check-declarations';
import type { Declarations } from './declarations';
import type { WorkspaceLinks } from './drafts';
import { groupBy } from './group-by';
import { createLinkIndex, type LinkFacts } from './link-index';
import { linkIdentities } from './link-identities';
import { findSharedKeyIds, linkKeys } from './link-keys';

/**
 * Ties policies to keys and identities by the reasons of links in their order: declared, wrapper, path, text.
 *
 * @param files in an order that does not depend on when they were read: it decides between what is equally good
 */
export function linkWorkspace(files: readonly LinkFacts[], declarations: Declarations): WorkspaceLinks {
  const input = {
    declarations,
    policies: files.flatMap((file) => file.policies),
    keyFacts: files.flatMap((file) => file.keyFacts),
    policiesWithoutDocument: files.flatMap((file) => file.policiesWithoutDocument),
    templateIdentities: files.flatMap((file) => file.templateIdentities),
    metadata: files.flatMap((file) => file.metadata),
    managedPolicies: files.flatMap((file) => file.managedPolicies),
    policyTargets: files.flatMap((file) => file.policyTargets),
  };
  const index = createLinkIndex(input);
  const policiesByTarget = groupBy(input.policies, ({ policyTargets }) => policyTargets);
  const { keys, ambiguousLinks, conflicts: linkConflicts } = linkKeys(input, index, policiesByTarget);
  const { conflicts, problems } = partitionConflicts([...linkConflicts, ...conflictingDeclarations(declarations)]);
  return {
    keys, ambiguousLinks, conflicts,
    identities: linkIdentities(input, index),
    sharedKeyIds: findSharedKeyIds(index, input),
    manifestProblems: [...checkDeclarations(declarations, new Set(input.policyTargets), policiesByTarget, input.policies), ...problems],
    accounts: new Map(Array.from(index.accounts.keys(), (account) => [account, declarations.accounts.get(account) ?? ''])),
    keyFacts: input.keyFacts,
  };
}
