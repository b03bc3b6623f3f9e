import { anyCallerInAccount } from '../access/caller';
import { findContradiction } from '../access/condition-contradiction';
import { NO_ORGANIZATIONS } from '../access/request-context';
import type { VerdictGroup } from '../access/pair-verdicts';
import { describeCondition, describeContradiction, joinNames } from '../access/text/describe-access';
import type { ConditionRef, StatementRef } from '../access/verdict';
import { NO_ACTIONS, unionOfActions, type ActionSet } from '../aws/actions';
import { UNKNOWN_KEY } from '../generate/key-reference';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Statement } from '../policy/policy';
import type { Location } from '../text/span';
import type { RelatedLocation, Severity } from './shared/finding';
import {
  deniedGroupsWithReasons, kmsActionPatterns, requestsOnly, severityOfRequest, type KeyAccessRequest,
} from './shared/key-access-requests';
import { mayBeAboutKeys } from './shared/kms-conditions';
import type { Rule } from './rule';
import { nameOfKey, nameOfStatement, namesOfActions, subjectNameOfIdentity } from './shared/wording';

/** Both policies allow it, each under a condition that excludes the other's; or a Deny applies whenever an Allow does. */
export const conditionsContradict: Rule = {
  code: 'conditions-contradict',
  severity: 'error',
  summary: 'No request meets all conditions under which the action is allowed',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html',
  fixable: false,
  check: {
    pairReasons: ['conditions-contradict'],
    *pair(pair) {
      const groups = deniedGroupsWithReasons(pair.verdicts, ['conditions-contradict']);
      const denied = unionOfActions(groups);
      const reported = new Set<string>();
      for (const { verdict: { failedConditions, decidedBy } } of groups) {
        // Conditions of a single statement are reported for its policy.
        if (failedConditions.every((condition) => condition.statementRef.statement === failedConditions[0]?.statementRef.statement))
          continue;
        const requests = pair.requests.filter(({ statement }) => decidedBy.some((statementRef) => statementRef.statement === statement));
        const at = locationOfContradiction(failedConditions, requests, denied);
        const contradiction = JSON.stringify([at, failedConditions.map(({ condition }) => condition.keyMember.span)]);
        if (!at || reported.has(contradiction)) continue;
        reported.add(contradiction);
        const actions = unionOfActions(groups.filter(({ verdict }) => hasSameConditions(verdict, failedConditions)));
        yield {
          at,
          severity: severityOf(requests, actions),
          message: `${subjectNameOfIdentity(pair.identity)} is denied ${namesOfActions(actions)} on ${nameOfKey(pair.key)}: `
            + `${describeContradiction(failedConditions)}. Change one of these conditions.`,
          related: relatedConditions(failedConditions, at),
        };
      }
    },
    /** Two conditions of one statement exclude each other: it never applies. */
    *kmsPolicy({ policy: located }) {
      for (const statement of located.policy.statements) {
        const conditions = contradictoryConditions(located, statement);
        const last = conditions.at(-1);
        if (!last) continue;
        const at = locationOfConditionKey(last);
        yield {
          at,
          message: `No request meets both ${joinNames(conditions.map(({ condition }) => describeCondition(condition)))}, so the `
            + `statement ${statement.effect === 'Deny' ? 'denies' : 'allows'} nothing. Remove or change one of them.`,
          related: relatedConditions(conditions, at),
        };
      }
    },
  },
};

function contradictoryConditions(policy: DiscoveredPolicy, statement: Statement): readonly ConditionRef[] {
  if (statement.conditions.length < 2 || policy.policy.kind !== 'key' && !mayBeAboutKeys(statement)) return [];
  const statementRef: StatementRef = { gate: policy.policy.kind === 'key' ? 'key-policy' : 'identity-policy', policy, statement };
  const context = { caller: anyCallerInAccount(undefined, undefined), key: UNKNOWN_KEY, organizations: NO_ORGANIZATIONS };
  const evaluated = { statementRef, isMatchCertain: true, session: undefined, undecidedConditions: statement.conditions };
  return findContradiction([evaluated], [], context) ?? [];
}

function hasSameConditions({ failedConditions }: VerdictGroup['verdict'], conditions: readonly ConditionRef[]): boolean {
  return failedConditions.length === conditions.length
    && failedConditions.every(({ condition }, index) => condition === conditions[index]?.condition);
}

/** The condition of the IAM policy; where the key policy contradicts itself, the action that the IAM policy allows without effect. */
function locationOfContradiction(
  conditions: readonly ConditionRef[], requests: readonly KeyAccessRequest[], denied: ActionSet,
): Location | undefined {
  const identityConditions = conditions.filter(({ statementRef }) => statementRef.gate === 'identity-policy');
  const condition = identityConditions.find(({ negated }) => !negated) ?? identityConditions[0];
  if (condition) return locationOfConditionKey(condition);
  for (const { policy, statement } of requests) {
    const pattern = kmsActionPatterns(statement).find(({ actionSet }) => (actionSet & denied) !== NO_ACTIONS);
    if (pattern) return locationInFile(policy, pattern.text.node.span);
  }
  return conditions[0] && locationOfConditionKey(conditions[0]);
}

function locationOfConditionKey({ statementRef: { policy }, condition }: ConditionRef): Location {
  return locationInFile(policy, condition.keyMember.key.span);
}

/** The other actions that a pattern covers may well have an effect. */
function severityOf([request]: readonly KeyAccessRequest[], denied: ActionSet): Severity {
  if (!request) return 'error';
  return kmsActionPatterns(request.statement).some((pattern) => requestsOnly(pattern, denied)) ? severityOfRequest(request) : 'info';
}

function relatedConditions(conditions: readonly ConditionRef[], at: Location): RelatedLocation[] {
  return conditions.map((condition) => ({ at: locationOfConditionKey(condition), message: relatedText(condition) }))
    .filter(({ at: { uri, span } }) => uri !== at.uri || span.start !== at.span.start);
}

function relatedText({ statementRef: { gate, statement }, condition }: ConditionRef): string {
  const verb = statement.effect === 'Deny' ? 'denies it if' : 'allows it only if';
  return `${gate === 'key-policy' ? 'Key' : 'IAM'} policy: ${nameOfStatement(statement)} ${verb} ${describeCondition(condition)}.`;
}
