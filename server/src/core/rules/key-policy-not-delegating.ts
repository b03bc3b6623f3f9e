import { NO_ACTIONS, unionOfActions, type ActionSet } from '../aws/actions';
import type { VerdictGroup } from '../access/pair-verdicts';
import { describeCondition } from '../access/text/describe-access';
import type { StatementRef } from '../access/verdict';
import type { Target } from '../generate/counterpart';
import { generateKeyPolicy } from '../generate/key-policy';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Span } from '../text/span';
import type { Identity, Key } from '../linking/entities';
import { counterpartFix } from './shared/fix';
import type { RelatedLocation } from './shared/finding';
import { kmsActionPatterns, requestsOnly, verdictGroupsWithReasons, type KeyAccessRequest } from './shared/key-access-requests';
import { severityOfMissingPermission } from './shared/external-grantees';
import { resourceSpecificityOf } from './shared/resource-specificity';
import { isReportedAsNeverTrue } from './shared/unsatisfiable-conditions';
import { locationOfStatements } from './shared/kms-statements';
import { hasUnrecognizedPrincipalFor } from './shared/principal-form';
import { resourceFault } from './shared/value-faults';
import { actionsOfIneffectiveStatements } from './shared/intended-access';
import type { PairSubject, Rule } from './rule';
import {
  actionsAsWritten, nameOfIdentity, nameOfKey, nameOfKeyPolicy, nameOfStatement, namesOfActions, subjectNameOfIdentity,
} from './shared/wording';

/** Inside one account: without the account principal in the key policy, IAM policies have no effect on the key. */
export const keyPolicyNotDelegating: Rule = {
  code: 'key-policy-not-delegating',
  severity: 'error',
  summary: 'The key policy neither names this identity nor lets the account use IAM policies',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-root-enable-iam',
  check: {
    pairReasons: ['not-delegating'],
    *pair(pair) {
      // A finding at the condition of the account's statement reports the cause.
      const groups = verdictGroupsWithReasons(pair.verdicts, ['not-delegating'])
        .filter(({ verdict, actions }) => !verdict.failedConditions.some(({ statementRef: { statement }, condition }) => (
          isReportedAsNeverTrue(condition, statement, actions))));
      const { identity, key, key: { policy: keyPolicy, arn: keyArn } } = pair;
      const denied = unionOfActions(groups) & ~actionsOfIneffectiveStatements(key, identity);
      if (denied === NO_ACTIONS || !keyPolicy || keyArn === undefined || hasUnrecognizedPrincipalFor(keyPolicy, identity)) return;
      const delegating = delegatingStatements(groups);
      const limits = relatedLimits(groups, pair);
      const isDenied = groups.every(({ verdict }) => verdict.outcome === 'denied');
      const reportedPolicies = new Set<DiscoveredPolicy>();
      for (const request of pair.requests) {
        const { policy, specificity, appliesForCertain } = request;
        const deniedActions = request.actions & denied;
        if (specificity !== 'key' || reportedPolicies.has(policy) || deniedActions === NO_ACTIONS) continue;
        if (delegating.length === 0) reportedPolicies.add(policy);
        for (const span of delegating.length > 0 ? spansOfDeniedActions(request, deniedActions) : spansOfKeyResource(request)) {
          yield {
            at: locationInFile(policy, span),
            severity: severityOfMissingPermission(keyPolicy, appliesForCertain && isDenied ? 'error' : 'info'),
            message: delegating.length > 0
              ? `${subjectNameOfIdentity(identity)} is denied ${namesOfActions(deniedActions)}: the policy of ${nameOfKey(key)} lets its `
                + 'own account use IAM policies for other actions only.'
              : `${subjectNameOfIdentity(identity)} is denied: the policy of ${nameOfKey(key)} neither names it nor lets `
                + `${limits.length > 0 ? 'it' : 'its own account'} use IAM policies, so this statement has no effect. Only a statement for `
                + 'the root ARN of the account in the key policy'
                + `${limits.length > 0 ? ' without such a condition' : ''}, or a grant, changes that.`,
            related: limits.length > 0 ? limits : relatedStatements(key, keyPolicy, delegating),
            fixes: (world) => counterpartFix('Add the statement "Enable IAM User Permissions" to the key policy',
              generateKeyPolicy({ world, policy, keyArn, target: targetOf(identity) })),
          };
        }
      }
    },
  },
};

/** The conditions by which the statement for the account is for identities of another kind. */
function relatedLimits(groups: readonly VerdictGroup[], { identity, key }: PairSubject): RelatedLocation[] {
  const failedConditions = groups.flatMap(({ verdict }) => verdict.failedConditions.map((failed) => [failed.condition, failed] as const));
  return Array.from(new Map(failedConditions).values(), ({ statementRef: { policy, statement }, condition }) => ({
    at: locationInFile(policy, condition.keyMember.span),
    message: `${nameOfKeyPolicy(key)}: ${nameOfStatement(statement)} is for the account where ${describeCondition(condition)}, `
      + `which is never the case for ${nameOfIdentity(identity)}.`,
  }));
}

function targetOf({ arn, account }: Identity): Target | undefined {
  if (arn !== undefined) return { arn };
  return account === undefined ? undefined : { account };
}

/** The statements that let the account use IAM policies, for other actions. */
function delegatingStatements(groups: readonly VerdictGroup[]): readonly StatementRef[] {
  const statementRefs = groups.flatMap(({ verdict }) => verdict.decidedBy.filter(({ gate, statement }) => gate === 'key-policy'
    && statement.principal?.principals.some(({ form }) => form === 'account') === true));
  return [...new Map(statementRefs.map((statementRef) => [statementRef.statement, statementRef])).values()];
}

/** A pattern of which only some actions are denied has an effect. */
function spansOfDeniedActions({ statement }: KeyAccessRequest, denied: ActionSet): readonly Span[] {
  return kmsActionPatterns(statement).filter((pattern) => requestsOnly(pattern, denied)).map(({ text }) => text.node.span);
}

function spansOfKeyResource({ resources, statement }: KeyAccessRequest): readonly Span[] {
  const resource = resources.find((pattern) => resourceSpecificityOf(pattern) === 'key' && !resourceFault(pattern, statement));
  return resource ? [resource.text.node.span] : [];
}

function relatedStatements(key: Key, policy: DiscoveredPolicy, delegating: readonly StatementRef[]): RelatedLocation[] {
  if (delegating.length === 0)
    return [{ at: locationOfStatements(policy), message: `${nameOfKeyPolicy(key)}: no statement is for the account.` }];
  return delegating.map(({ statement }) => ({
    at: locationInFile(policy, statement.action?.member.value?.span ?? statement.node.span),
    message: `${nameOfKeyPolicy(key)}: ${nameOfStatement(statement)} is for ${actionsAsWritten(statement)} only.`,
  }));
}
