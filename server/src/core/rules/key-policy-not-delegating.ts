import { countActions, KEY_ACTIONS, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { compareIdentifiers } from '../aws/identifier-comparison';
import type { VerdictGroup } from '../access/pair-verdicts';
import { describeCondition } from '../access/text/describe-access';
import type { StatementRef } from '../access/verdict';
import type { Target } from '../generate/counterpart';
import { generateKeyPolicy } from '../generate/key-policy';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Span } from '../text/span';
import type { Identity } from '../linking/entities';
import { counterpartFix } from './shared/fix';
import type { RelatedLocation } from './shared/finding';
import { actionsOfVerdictGroups, requestsOnly, verdictGroupsWithReasons, kmsActionPatterns,
  type KeyAccessRequest } from './shared/key-access-requests';
import { severityOfMissingPermission } from './shared/external-grantees';
import { resourceSpecificityOf } from './shared/resource-specificity';
import { isReportedAsNeverTrue } from './shared/unsatisfiable-conditions';
import { isUnrecognizedPrincipal } from './shared/principal-form';
import { resourceFault } from './shared/value-faults';
import { actionsOfIneffectiveStatements } from './shared/intended-access';
import type { Rule } from './rule';
import { nameOfIdentity, nameOfKey, nameOfStatement, namesOfActions } from './shared/wording';

/** Inside one account: without the account principal in the key policy, IAM policies have no effect on the key. */
export const keyPolicyNotDelegating: Rule = {
  code: 'key-policy-not-delegating',
  severity: 'error',
  summary: 'The key policy neither names this identity nor lets the account use IAM policies',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-root-enable-iam',
  check: {
    pairReasons: ['not-delegating'],
    *pair(pair) {
      const groups = verdictGroupsWithReasons(pair.verdicts, ['not-delegating']).filter((group) => !isCausedByReportedCondition(group));
      const { identity, key } = pair;
      const denied = actionsOfVerdictGroups(groups) & ~actionsOfIneffectiveStatements(key, identity);
      const { policy } = key;
      if (denied === NO_ACTIONS || !policy || key.arn === undefined || hasUnreadablePrincipal(policy, identity)) return;
      const partly = delegatingStatements(groups);
      const limits = relatedLimits(groups, identity);
      const judged = new Set<DiscoveredPolicy>();
      for (const keyAccessRequest of pair.requests) {
        const lost = keyAccessRequest.actions & denied;
        if (keyAccessRequest.specificity !== 'key' || judged.has(keyAccessRequest.policy) || lost === NO_ACTIONS) continue;
        const places = partly.length > 0 ? spansOfDeniedActions(keyAccessRequest, lost) : spansOfKeyResource(keyAccessRequest);
        if (partly.length === 0) judged.add(keyAccessRequest.policy);
        for (const span of places) {
          yield {
            at: locationInFile(keyAccessRequest.policy, span),
            severity: severityOfMissingPermission(policy, keyAccessRequest.appliesForCertain && groups.every(({ verdict }) =>
                verdict.outcome === 'denied'
              )
              ? 'error'
              : 'info'),
            message: partly.length > 0
              ? `The policy of ${nameOfKey(key)} lets its own account use IAM policies for other actions only: `
                + `${namesOfActions(lost)} ${isSingleAction(lost) ? 'has' : 'have'} no effect for ${nameOfIdentity(identity)} here.`
              : `The policy of ${nameOfKey(key)} neither names ${nameOfIdentity(identity)} nor lets `
                + `${limits.length > 0 ? 'it' : 'its own account'} use IAM policies, so this statement has no effect. `
                + `Only a statement for the account's root ARN in the key policy${limits.length > 0 ? ' without such a condition' : ''}, `
                + 'or a grant, changes that.',
            related: limits.length > 0 ? limits : relatedStatements(policy, partly),
            fixes: (world) =>
              key.arn === undefined
                ? []
                : counterpartFix('Add the statement "Enable IAM User Permissions" to the key policy',
                  generateKeyPolicy({ world, policy: keyAccessRequest.policy, keyArn: key.arn, target: targetOf(identity) })),
          };
        }
      }
    },
  },
};

/** A finding stands at the condition of the account's statement then. */
function isCausedByReportedCondition({ verdict, actions }: VerdictGroup): boolean {
  return verdict.failedConditions.some(({ statementRef: { statement }, condition }) =>
    isReportedAsNeverTrue(condition, statement, actions)
  );
}

/** The conditions by which the statement for the account is for identities of another kind. */
function relatedLimits(groups: readonly VerdictGroup[], identity: Identity): RelatedLocation[] {
  const failing = groups.flatMap(({ verdict }) => verdict.failedConditions);
  return failing.filter(({ condition }, i) => failing.findIndex((other) => other.condition === condition) === i).map((
    { statementRef: { policy, statement }, condition },
  ) => ({
    at: locationInFile(policy, condition.keyMember.span),
    message: `Key policy: ${nameOfStatement(statement)} is for the account where ${describeCondition(condition)}, which is never the `
      + `case for ${nameOfIdentity(identity)}.`,
  }));
}

/** A principal that KMS cannot take may be meant for the identity or its account. */
function hasUnreadablePrincipal({ policy }: DiscoveredPolicy, identity: Identity): boolean {
  return policy.statements.some(({ effect, principal }) =>
    effect === 'Allow'
    && principal?.principals.some((one) =>
      isUnrecognizedPrincipal(one) && (one.account === undefined || compareIdentifiers(one.account, identity.account) === 'same')
    )
  );
}

function targetOf({ arn, account }: Identity): Target | undefined {
  if (arn !== undefined) return { arn };
  return account === undefined ? undefined : { account };
}

/** The statements that let the account use IAM policies, for other actions. */
function delegatingStatements(groups: readonly VerdictGroup[]): readonly StatementRef[] {
  const found = groups.flatMap(({ verdict }) => verdict.decidedBy.filter(({ gate, statement }) => gate === 'key-policy'
    && statement.principal?.principals.some(({ form }) => form === 'account') === true));
  return found.filter((statementRef, i) => found.findIndex(({ statement }) => statement === statementRef.statement) === i);
}

/** The rest of a pattern of which a part is lost has an effect. */
function spansOfDeniedActions({ statement }: KeyAccessRequest, denied: ActionSet): readonly Span[] {
  return kmsActionPatterns(statement).filter((pattern) => requestsOnly(pattern, denied)).map(({ text: policyString }) =>
    policyString.node.span
  );
}

function spansOfKeyResource({ resources, statement }: KeyAccessRequest): readonly Span[] {
  return resources.filter((pattern) => resourceSpecificityOf(pattern) === 'key' && !resourceFault(pattern, statement)).slice(0, 1).map((
    { text: policyString },
  ) => policyString.node.span);
}

function isSingleAction(set: ActionSet): boolean {
  return countActions(set) === 1;
}

function relatedStatements(policy: DiscoveredPolicy, partly: readonly StatementRef[]): RelatedLocation[] {
  if (partly.length === 0) {
    return [{ at: locationInFile(policy, policy.policy.statementMember?.key.span ?? policy.policy.node.span),
      message: 'Key policy: no statement is for the account.' }];
  }
  return partly.map(({ statement }) => ({
    at: locationInFile(policy, statement.action?.member.value?.span ?? statement.node.span),
    message: `Key policy: ${nameOfStatement(statement)} is for `
      + `${namesOfActions((statement.action?.actionSet ?? NO_ACTIONS) & KEY_ACTIONS)} only.`,
  }));
}
