import { ALL_ACTIONS, KEY_ACTIONS, NO_ACTIONS, unionOfActions, type ActionSet } from '../aws/actions';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { serviceIdentity } from '../access/caller';
import { NO_ORGANIZATIONS } from '../access/request-context';
import { decidePair, type VerdictGroup } from '../access/pair-verdicts';
import { joinNames } from '../access/text/describe-access';
import type { StatementRef } from '../access/verdict';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Statement } from '../policy/policy';
import type { Identity, Key } from '../linking/entities';
import type { RelatedLocation } from './shared/finding';
import { accountsAttachingPolicy, deniedGroupsWithReasons, isForKeyOnly, kmsActionPatterns } from './shared/key-access-requests';
import { linksOfKey } from './shared/external-grantees';
import { principalProblem } from './shared/principal-form';
import type { FindingDraft, PairSubject, Rule } from './rule';
import { nameOfKey, nameOfKeyPolicy, nameOfStatement, subjectNameOfIdentity } from './shared/wording';

export const explicitDenyOverrides: Rule = {
  code: 'explicit-deny-overrides',
  severity: 'warning',
  summary: 'A Deny statement cancels what this Allow statement gives',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html',
  fixable: false,
  check: {
    pairReasons: ['key-policy-denies', 'identity-policy-denies'],
    *pair(pair) {
      const groups = deniedGroupsWithReasons(pair.verdicts, ['key-policy-denies', 'identity-policy-denies']);
      if (groups.length === 0) return;
      const { identity, key, requests } = pair;
      for (const request of requests) {
        const { policy, statement, actions, appliesForCertain, specificity } = request;
        // An Allow for many keys with a Deny for one of them is intended.
        if (!appliesForCertain || specificity !== 'key' && !deniesEveryResource(groups)) continue;
        yield* draftsOfStatement(pair, policy, statement, groups, actions,
          (deny) => isForKeyOnly(request) && deniesEveryHolderOf(policy, deny, identity));
      }
      // Where the identity has no policy for the key, the key policy contradicts itself.
      if (requests.length > 0 || !key.policy) return;
      for (const statement of allowStatementsFor(pair, key.policy))
        yield* draftsOfStatement(pair, key.policy, statement, groups, ALL_ACTIONS, (deny) => deny.statement.conditions.length === 0);
    },
    /**
     * The same for services that call as themselves, which are not identities of the workspace. A Deny for everyone applies to them too: a
     * negated condition on a key that only users and roles have, such as `aws:PrincipalOrgID`, is true for every service (IAM User Guide,
     * aws:PrincipalIsAWSService).
     */
    *servicePrincipal({ statement, element, principal }, { policy: located, key, memoize }) {
      // Without a Deny the verdicts of the service need not be computed.
      if (!key?.policy || located.policy.statements.every(({ effect }) => effect !== 'Deny')) return;
      const actions = (statement.action?.actionSet ?? NO_ACTIONS) & KEY_ACTIONS;
      if (principal.form !== 'service' || statement.effect !== 'Allow' || statement.isMaybe || element.negated || actions === NO_ACTIONS)
        return;
      if (principal.text.placeholders.length > 0 || principalProblem(principal)) return;
      const service = principal.text.value;
      const groups = deniedGroupsWithReasons(decidePair(serviceIdentity(service), key, { organizations: NO_ORGANIZATIONS, memoize }), [
        'key-policy-denies',
      ])
        .filter((group) => (group.actions & actions) !== NO_ACTIONS);
      if ((actions & ~unionOfActions(groups)) !== NO_ACTIONS) return;
      yield {
        at: locationInFile(located, principal.text.node.span),
        message: `${service} is denied what this statement allows: ${describeDenyStatement(groups)}.${exemptionAdvice(groups)}`,
        related: relatedDenies(groups, key),
        dependsOnLinks: linksOfKey(key),
      };
    },
  },
};

function exemptionAdvice(groups: readonly VerdictGroup[]): string {
  const conditionKeys = [...new Set(denyStatementsOf(groups).flatMap(({ statement }) => statement.conditions.map(({ key }) => key)))];
  return conditionKeys.length === 0 ? '' : ` Its condition on ${joinNames(conditionKeys)} is true for every service that calls as itself. `
    + 'To exempt services, add "BoolIfExists": {"aws:PrincipalIsAWSService": "false"} to the Deny.';
}

/**
 * The statements of the key policy for this identity alone, or for the account as a whole: a Deny for an identity of the account is an
 * intended exception.
 */
function allowStatementsFor({ identity }: PairSubject, { policy }: DiscoveredPolicy): readonly Statement[] {
  return policy.statements.filter(({ effect, principal }) =>
    effect === 'Allow' && principal?.negated === false && principal.principals.length > 0
    && principal.principals.every(({ form, account, text }) =>
      identity.arn === undefined
        ? form === 'account' && compareIdentifiers(account, identity.account) === 'same'
        : compareIdentifiers(text.value, identity.arn) === 'same'));
}

/** A Deny for every resource leaves an Allow for many keys without effect. */
function deniesEveryResource(groups: readonly VerdictGroup[]): boolean {
  return denyStatementsOf(groups).some(({ gate, statement }) => gate === 'identity-policy' && statement.resource?.negated === false
    && statement.resource.patterns.some(({ form }) => form === 'any'));
}

/**
 * Whether the Deny applies to everybody that the policy of the Allow can be attached to, in the account of this identity and in others
 * that are known to have it.
 */
function deniesEveryHolderOf(
  policy: DiscoveredPolicy, { gate, policy: denyingPolicy, statement: { conditions, principal } }: StatementRef, identity: Identity,
): boolean {
  if (conditions.length > 0) return false;
  if (gate === 'identity-policy') return denyingPolicy === policy;
  return principal?.negated === false && accountsAttachingPolicy(policy, identity).every((account) => principal.principals.some(
    (candidate) => candidate.form === 'anyone'
      || candidate.form === 'account' && compareIdentifiers(candidate.account, account) === 'same'));
}

/**
 * Only where all actions of a value are denied: `kms:*` with a Deny for some of them is intended.
 *
 * @param applicableActions those that the Allow can allow under its conditions
 * @param deniesForAll whether a Deny leaves the Allow without effect for everybody
 */
function* draftsOfStatement(
  { identity, key }: PairSubject, policy: DiscoveredPolicy, statement: Statement, groups: readonly VerdictGroup[],
  applicableActions: ActionSet, deniesForAll: (deny: StatementRef) => boolean,
): Iterable<FindingDraft> {
  const deniedActions = unionOfActions(groups);
  for (const pattern of kmsActionPatterns(statement)) {
    const patternActions = pattern.actionSet & KEY_ACTIONS & applicableActions;
    if (patternActions === NO_ACTIONS || (patternActions & ~deniedActions) !== NO_ACTIONS) continue;
    const patternGroups = groups.filter(({ actions }) => (actions & patternActions) !== NO_ACTIONS);
    yield {
      at: locationInFile(policy, pattern.text.node.span),
      message: `${subjectNameOfIdentity(identity)} is denied ${pattern.text.value} on ${nameOfKey(key)}: `
        + `${describeDenyStatement(patternGroups)}.`,
      related: relatedDenies(patternGroups, key),
      unnecessary: denyStatementsOf(patternGroups).every(deniesForAll),
    };
  }
}

function describeDenyStatement(groups: readonly VerdictGroup[]): string {
  const [deny] = denyStatementsOf(groups);
  const policyName = deny?.gate === 'key-policy' ? 'key policy' : 'IAM policy';
  return `${deny ? `${nameOfStatement(deny.statement)} of the ${policyName}` : 'a statement'} denies it, `
    + 'and a Deny wins over every Allow, a grant included';
}

function relatedDenies(groups: readonly VerdictGroup[], key: Key): RelatedLocation[] {
  const denies = new Map(denyStatementsOf(groups).map((deny) => [deny.statement, deny]));
  return Array.from(denies.values(), ({ gate, policy, statement }) => ({
    at: locationInFile(policy, statement.effectNode?.span ?? statement.node.span),
    message: `${gate === 'key-policy' ? nameOfKeyPolicy(key) : 'IAM policy'}: ${nameOfStatement(statement)} denies it.`,
  }));
}

function denyStatementsOf(groups: readonly VerdictGroup[]): readonly StatementRef[] {
  return groups.flatMap(({ verdict }) => verdict.decidedBy.filter(({ statement }) => statement.effect === 'Deny'));
}
