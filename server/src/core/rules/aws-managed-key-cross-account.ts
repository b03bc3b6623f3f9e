import { matchResource } from '../access/resource-matching';
import { isAccountId } from '../aws/arn';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { locationInFile } from '../discovery/discovery-result';
import type { Statement } from '../policy/policy';
import type { PolicyString } from '../policy/policy-string';
import { resourceSpecificityOf } from './shared/resource-specificity';
import { accountsOf } from './shared/workspace-keys';
import { awsManagedAliasValues, isCrossAccountAwsManagedAlias, isCrossAccountAwsManagedKey } from './shared/aws-managed-keys';
import { linksOfKey } from './shared/external-grantees';
import { kmsResources } from './shared/kms-statements';
import type { FindingDraft, PolicySubject, Rule } from './rule';

const EXPLANATION = 'Other accounts cannot use an AWS managed key (alias/aws/…), and its key policy cannot be changed. '
  + 'Use a customer managed key.';

/** AWS managed keys cannot be shared: nothing that a key policy or IAM policy allows on one across accounts has an effect. */
export const awsManagedKeyCrossAccount: Rule = {
  code: 'aws-managed-key-cross-account',
  severity: 'error',
  summary: 'An AWS managed key is meant to be used from another account',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html',
  fixable: false,
  check: {
    keyPolicy: keyPolicyDrafts,
    identityPolicy: identityPolicyDrafts,
    /** The key itself is known to be an AWS managed key, by `describe-key` or its aliases, and a policy of another account names it. */
    *pair({ identity, key }) {
      if (key.arn === undefined || !isCrossAccountAwsManagedKey({ identity, key })) return;
      for (const located of identity.policies) {
        for (const { statement, pattern } of kmsResources(located.policy)) {
          if (statement.effect === 'Allow' && resourceSpecificityOf(pattern) === 'key' && matchResource(pattern, key, undefined) === 'yes')
            yield { at: locationInFile(located, pattern.text.node.span), message: EXPLANATION };
        }
      }
    },
  },
};

function* keyPolicyDrafts({ policy: located, key }: PolicySubject): Iterable<FindingDraft> {
  const owner = key?.account;
  if (owner === undefined) return;
  const draftAt = ({ node }: PolicyString): FindingDraft =>
    ({ at: locationInFile(located, node.span), message: EXPLANATION, dependsOnLinks: linksOfKey(key) });
  for (const { effect, principal: element, conditions } of located.policy.statements) {
    if (effect !== 'Allow' || element?.negated) continue;
    const externalPrincipals = element?.principals.filter(({ account }) => compareIdentifiers(account, owner) === 'different') ?? [];
    const [first] = externalPrincipals;
    if (key?.awsManaged) for (const principal of externalPrincipals) yield draftAt(principal.text);
    else if (first) {
      const related = [{ at: locationInFile(located, first.text.node.span),
        message: `Account ${first.account ?? ''} is not the owner of the key.` }];
      for (const policyString of awsManagedAliasValues(conditions)) yield { ...draftAt(policyString), related };
    }
  }
}

function* identityPolicyDrafts({ policy: located, identities }: PolicySubject): Iterable<FindingDraft> {
  const texts = [...kmsResources(located.policy)]
    .filter(({ statement, pattern }) => statement.effect === 'Allow' && isCrossAccountAwsManagedAlias(pattern, identities))
    .map(({ pattern }) => pattern.text);
  for (const statement of located.policy.statements) {
    if (statement.conditions.length > 0 && statement.effect === 'Allow' && hasOnlyExternalResources(statement, accountsOf(identities)))
      texts.push(...awsManagedAliasValues(statement.conditions));
  }
  for (const { node } of texts)
    yield { at: locationInFile(located, node.span), message: EXPLANATION, dependsOnLinks: identities.map((identity) => identity.link) };
}

/** Every key that the statement names belongs to an account that none of the identities is in. */
function hasOnlyExternalResources({ resource }: Statement, accounts: readonly string[]): boolean {
  if (!resource || resource.negated || accounts.length === 0) return false;
  const owners = resource.patterns.filter(({ form }) => form !== 'other')
    .map(({ arn, text }) => text.placeholders.length > 0 ? '' : arn?.account ?? '');
  return owners.length > 0 && owners.every((owner) => isAccountId(owner) && !accounts.includes(owner));
}
