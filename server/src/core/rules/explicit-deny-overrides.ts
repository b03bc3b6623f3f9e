import { ALL_ACTIONS, KEY_ACTIONS, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { serviceIdentity } from '../access/caller';
import { NO_ORGANIZATIONS } from '../access/request-context';
import { decidePair, type VerdictGroup } from '../access/pair-verdicts';
import { joinNames } from '../access/text/describe-access';
import type { StatementRef } from '../access/verdict';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Statement } from '../policy/policy';
import type { Identity } from '../linking/entities';
import type { RelatedLocation } from './shared/finding';
import { actionsOfVerdictGroups, verdictGroupsWithReasons, kmsActionPatterns, accountsAttachingPolicy,
  isForKeyOnly } from './shared/key-access-requests';
import { linksOfIdentityAndKey } from './shared/external-grantees';
import { principalProblem } from './shared/principal-form';
import type { FindingDraft, PairSubject, Rule } from './rule';
import { nameOfIdentity, nameOfKey, nameOfStatement, namesOfActions } from './shared/wording';

/** A Deny wins over every Allow, in whichever half it stands. */
export const explicitDenyOverrides: Rule = {
  code: 'explicit-deny-overrides',
  severity: 'warning',
  summary: 'A Deny statement cancels what this Allow statement gives',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html',
  fixable: false,
  check: {
    pairReasons: ['key-policy-denies', 'identity-policy-denies'],
    *pair(pair) {
      const groups = verdictGroupsWithReasons(pair.verdicts, ['key-policy-denies', 'identity-policy-denies']).filter(({ verdict }) =>
        verdict.outcome === 'denied'
      );
      const denied = actionsOfVerdictGroups(groups);
      if (denied === NO_ACTIONS) return;
      const { requests } = pair;
      for (const keyAccessRequest of requests) {
        // An Allow for many keys with a Deny for one of them is meant so.
        if (!keyAccessRequest.appliesForCertain || keyAccessRequest.specificity !== 'key' && !deniesEveryResource(groups)) continue;
        yield* draftsOfStatement(pair, keyAccessRequest.policy, keyAccessRequest.statement, { groups, deniedActions: denied,
          applicableActions: keyAccessRequest.actions, isIneffectiveForAll: (own) =>
            isForKeyOnly(keyAccessRequest) && denyStatementsOf(own).every((deny) =>
              deniesEveryHolderOf(keyAccessRequest.policy, deny, pair.identity)
            ) });
      }
      // Where the identity asks for nothing in a policy of its own, the key policy contradicts itself.
      if (requests.length > 0) return;
      const { policy } = pair.key;
      if (policy) {
        for (const statement of allowStatementsFor(pair, policy))
          yield* draftsOfStatement(pair, policy, statement, { groups, deniedActions: denied, applicableActions: ALL_ACTIONS,
            isIneffectiveForAll: (own) => denyStatementsOf(own).every((deny) => deny.statement.conditions.length === 0) });
      }
    },
    /**
     * The same for services that call as themselves, which have no identity of their own in the workspace. A Deny for everyone hits them
     * too: a negated condition on what only users and roles have, as `aws:PrincipalOrgID`, holds for every service (IAM User Guide,
     * aws:PrincipalIsAWSService).
     */
    *servicePrincipal({ statement, element, principal }, { policy: located, key }) {
      if (!key?.policy || located.policy.statements.every(({ effect }) => effect !== 'Deny')) return;
      const given = (statement.action?.actionSet ?? NO_ACTIONS) & KEY_ACTIONS;
      if (principal.form !== 'service' || statement.effect !== 'Allow' || statement.isMaybe || element.negated || given === NO_ACTIONS)
        return;
      if (principal.text.placeholders.length > 0 || principalProblem(principal)) return;
      const service = principal.text.value;
      const groups = decidePair(serviceIdentity(service), key, NO_ORGANIZATIONS)
        .filter(({ actions, verdict }) =>
          (actions & given) !== NO_ACTIONS && verdict.outcome === 'denied' && verdict.reason === 'key-policy-denies'
        );
      if ((given & ~actionsOfVerdictGroups(groups)) !== NO_ACTIONS) return;
      yield {
        at: locationInFile(located, principal.text.node.span),
        message: `${service} is denied what this statement allows: `
          + `${describeDenyStatement(groups)} denies it, and a Deny wins over every Allow, a grant included.${exemptionAdvice(groups)}`,
        related: relatedDenies(groups),
        dependsOnLinks: key.link ? [key.link] : [],
      };
    },
  },
};

/** What the Deny asks of callers, if it is that which hits a service. */
function exemptionAdvice(groups: readonly VerdictGroup[]): string {
  const asked = [...new Set(denyStatementsOf(groups).flatMap(({ statement }) => statement.conditions.map(({ key }) => key)))];
  return asked.length === 0 ? '' : ` Its condition on ${joinNames(asked)} is true for every service that calls as itself. `
    + 'To exempt services, add "BoolIfExists": {"aws:PrincipalIsAWSService": "false"} to the Deny.';
}

/**
 * The statements of the key policy that mean this very identity, or the account as a whole: a Deny for one of the account is an exception
 * that is meant.
 */
function allowStatementsFor({ identity }: PairSubject, { policy }: DiscoveredPolicy): readonly Statement[] {
  return policy.statements.filter(({ effect, principal }) =>
    effect === 'Allow' && principal?.negated === false && principal.principals.length > 0
    && principal.principals.every(({ form, account, text: policyString }) =>
      identity.arn === undefined
        ? form === 'account' && compareIdentifiers(account, identity.account) === 'same'
        : compareIdentifiers(policyString.value, identity.arn) === 'same'
    )
  );
}

/** A Deny for everything, which leaves an Allow for many keys nothing. */
function deniesEveryResource(groups: readonly VerdictGroup[]): boolean {
  return denyStatementsOf(groups).some(({ gate, statement }) => gate === 'identity-policy' && statement.resource?.negated === false
    && statement.resource.patterns.some(({ form }) => form === 'any'));
}

interface DenyContext {
  readonly groups: readonly VerdictGroup[];
  readonly deniedActions: ActionSet;
  /** What the conditions of the Allow let it give at all. */
  readonly applicableActions: ActionSet;
  /** Whether the Allow is of no use to anybody, when these groups are what it gives. */
  readonly isIneffectiveForAll: (groups: readonly VerdictGroup[]) => boolean;
}

/**
 * Not this identity alone, but all that the policy of the Allow can be attached to in its account, and in others that are known to have it.
 */
function deniesEveryHolderOf(policy: DiscoveredPolicy, { gate, policy: denying, statement: { conditions, principal } }: StatementRef,
  identity: Identity): boolean {
  if (conditions.length > 0) return false;
  if (gate === 'identity-policy') return denying === policy;
  if (!principal || principal.negated) return false;
  return accountsAttachingPolicy(policy, identity).every((account) =>
    principal.principals.some(({ form, account: denied }) =>
      form === 'anyone' || form === 'account' && compareIdentifiers(denied, account) === 'same'
    )
  );
}

/** Only where nothing is left of what the value allows: `kms:*` with a Deny for some of it is meant so. */
function* draftsOfStatement(pair: PairSubject, policy: DiscoveredPolicy, statement: Statement,
  { groups, deniedActions, applicableActions, isIneffectiveForAll }: DenyContext): Iterable<FindingDraft> {
  for (const pattern of kmsActionPatterns(statement)) {
    const set = pattern.actionSet & KEY_ACTIONS & applicableActions;
    if (set === NO_ACTIONS || (set & ~deniedActions) !== NO_ACTIONS) continue;
    const own = groups.filter(({ actions }) => (actions & set) !== NO_ACTIONS);
    yield {
      at: locationInFile(policy, pattern.text.node.span),
      message: `${namesOfActions(set)} on ${nameOfKey(pair.key)} is denied to ${nameOfIdentity(pair.identity)}: `
        + `${describeDenyStatement(own)} denies it, and a Deny wins over every Allow, a grant included.`,
      related: relatedDenies(own),
      unnecessary: isIneffectiveForAll(own),
      dependsOnLinks: linksOfIdentityAndKey(pair.identity, pair.key),
    };
  }
}

function describeDenyStatement(groups: readonly VerdictGroup[]): string {
  const [first] = denyStatementsOf(groups);
  if (!first) return 'a statement';
  return `${nameOfStatement(first.statement)} of the ${first.gate === 'key-policy' ? 'key policy' : 'IAM policy'}`;
}

function relatedDenies(groups: readonly VerdictGroup[]): RelatedLocation[] {
  const found = denyStatementsOf(groups);
  return found.filter(({ statement }, i) => found.findIndex((statementRef) => statementRef.statement === statement) === i).map((
    { policy, statement },
  ) => ({
    at: locationInFile(policy, statement.effectNode?.span ?? statement.node.span),
    message: `${nameOfStatement(statement).replace(/^./, (first) => first.toUpperCase())} denies it.`,
  }));
}

function denyStatementsOf(groups: readonly VerdictGroup[]): readonly StatementRef[] {
  return groups.flatMap(({ verdict }) => verdict.decidedBy.filter(({ statement }) => statement.effect === 'Deny'));
}
