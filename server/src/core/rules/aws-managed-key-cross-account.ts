import { matchResource } from '../access/resource-matching';
import { isAccountId } from '../aws/arn';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { locationInFile } from '../discovery/discovery-result';
import type { Policy, Statement } from '../policy/policy';
import { resourceSpecificityOf } from './shared/resource-specificity';
import { accountsOf } from './shared/workspace-keys';
import { isCrossAccountAwsManagedKey, isCrossAccountAwsManagedAlias, namesAwsManagedAlias,
  awsManagedAliasValues } from './shared/aws-managed-keys';
import { kmsResources } from './shared/kms-statements';
import type { FindingDraft, PolicySubject, Rule } from './rule';

const EXPLANATION = 'An AWS managed key (alias/aws/…) can be used only by its own account, and its key policy cannot be changed. '
  + 'Use a customer managed key.';

/** AWS managed keys cannot be shared: what a key policy or IAM policy says about one across accounts can never work. */
export const awsManagedKeyCrossAccount: Rule = {
  code: 'aws-managed-key-cross-account',
  severity: 'error',
  summary: 'An AWS managed key is meant to be used from another account',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html',
  fixable: false,
  check: {
    *kmsPolicy(subject) {
      const { policy } = subject.policy;
      yield* policy.kind === 'key' ? keyPolicyDrafts(subject) : identityPolicyDrafts(subject);
    },
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
  if (owner === undefined || !key?.awsManaged && !namesManagedAliases(located.policy)) return;
  const rests = key?.link ? { dependsOnLinks: [key.link] } : {};
  for (const statement of located.policy.statements) {
    const external = externalPrincipalsOf(statement, owner);
    const [first] = external;
    if (!first) continue;
    if (key?.awsManaged) {
      for (const principal of external) yield { at: locationInFile(located, principal.text.node.span), message: EXPLANATION, ...rests };
      continue;
    }
    for (const policyString of awsManagedAliasValues(statement.conditions)) {
      yield {
        at: locationInFile(located, policyString.node.span),
        message: EXPLANATION,
        ...rests,
        related: [{ at: locationInFile(located, first.text.node.span),
          message: `Account ${first.account ?? ''} is not the owner of the key.` }],
      };
    }
  }
}

/** Whether any condition has an alias of an AWS managed key: nearly none has, and all else that could be found rests on it. */
function namesManagedAliases({ statements }: Policy): boolean {
  return statements.some(({ conditions }) => conditions.length > 0 && awsManagedAliasValues(conditions).length > 0);
}

function externalPrincipalsOf(statement: Statement, owner: string): NonNullable<Statement['principal']>['principals'] {
  if (statement.effect !== 'Allow' || statement.principal?.negated) return [];
  return statement.principal?.principals.filter(({ account }) => compareIdentifiers(account, owner) === 'different') ?? [];
}

function* identityPolicyDrafts({ policy: located, identities }: PolicySubject): Iterable<FindingDraft> {
  const rests = { dependsOnLinks: identities.map((identity) => identity.link) };
  for (const { statement, pattern } of kmsResources(located.policy)) {
    if (statement.effect !== 'Allow') continue;
    if (isCrossAccountAwsManagedAlias(pattern, identities)) {
      yield { at: locationInFile(located, pattern.text.node.span), message: EXPLANATION, ...rests };
    }
  }
  for (const statement of located.policy.statements) {
    if (statement.conditions.length === 0 || statement.effect !== 'Allow' || !hasOnlyExternalResources(statement, accountsOf(identities)))
      continue;
    for (const policyString of awsManagedAliasValues(statement.conditions)) {
      if (namesAwsManagedAlias(policyString.value))
        yield { at: locationInFile(located, policyString.node.span), message: EXPLANATION, ...rests };
    }
  }
}

/** Every key that the statement names belongs to an account that none of the identities is in. */
function hasOnlyExternalResources({ resource }: Statement, accounts: readonly string[]): boolean {
  if (!resource || resource.negated || accounts.length === 0) return false;
  const owners = resource.patterns.filter(({ form }) => form !== 'other').map((
    { arn, text: policyString },
  ) => (policyString.placeholders.length > 0 ? '' : arn?.account ?? ''));
  return owners.length > 0 && owners.every((owner) => isAccountId(owner) && !accounts.includes(owner));
}
