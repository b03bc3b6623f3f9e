import { anyCallerInAccount } from '../access/caller';
import { findContradiction } from '../access/condition-contradiction';
import { NO_ORGANIZATIONS } from '../access/request-context';
import type { VerdictGroup } from '../access/pair-verdicts';
import { describeCondition, describeContradiction, joinNames } from '../access/text/describe-access';
import type { ConditionRef } from '../access/verdict';
import { NO_ACTIONS, type ActionSet } from '../aws/actions';
import { UNKNOWN_KEY } from '../generate/key-reference';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Statement } from '../policy/policy';
import type { Location } from '../text/span';
import type { RelatedLocation, Severity } from './shared/finding';
import { actionsOfVerdictGroups, requestsOnly, verdictGroupsWithReasons, kmsActionPatterns,
  type KeyAccessRequest } from './shared/key-access-requests';
import { mayBeAboutKeys } from './shared/kms-conditions';
import { linksOfIdentityAndKey } from './shared/external-grantees';
import type { Rule } from './rule';
import { nameOfKey, nameOfStatement, namesOfActions } from './shared/wording';

/** Both halves allow it, each under a condition that excludes the other's; or a Deny is under what an Allow asks for. */
export const conditionsContradict: Rule = {
  code: 'conditions-contradict',
  severity: 'error',
  summary: 'No request meets all conditions under which the action is allowed',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html',
  fixable: false,
  check: {
    pairReasons: ['conditions-contradict'],
    *pair(pair) {
      const groups = verdictGroupsWithReasons(pair.verdicts, ['conditions-contradict']).filter(({ verdict }) =>
        verdict.outcome === 'denied'
      );
      const denied = actionsOfVerdictGroups(groups);
      const marks = new Set<string>();
      for (const { verdict: { failedConditions, decidedBy } } of groups) {
        // Of one statement alone the finding is that of its policy.
        if (failedConditions.every((condition) => condition.statementRef.statement === failedConditions[0]?.statementRef.statement))
          continue;
        const keyAccessRequests = pair.requests.filter(({ statement }) => decidedBy.some((each) => each.statement === statement));
        const at = locationOfContradiction(failedConditions, keyAccessRequests, denied);
        const mark = JSON.stringify([at, failedConditions.map(({ condition }) => condition.keyMember.span)]);
        if (!at || marks.has(mark)) continue;
        marks.add(mark);
        const actions = actionsOfVerdictGroups(groups.filter(({ verdict }) => hasSameConditions(verdict, failedConditions)));
        yield {
          at,
          severity: severityOf(keyAccessRequests, actions),
          message: `${namesOfActions(actions)} on ${nameOfKey(pair.key)} ${isSingleAction(actions) ? 'is' : 'are'} denied: `
            + `${describeContradiction(failedConditions)}. Change one of these conditions.`,
          related: relatedConditions(failedConditions, at),
          dependsOnLinks: linksOfIdentityAndKey(pair.identity, pair.key),
        };
      }
    },
    /** Two conditions of one statement exclude each other: it never applies, to whomever. */
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
          dependsOnLinks: [],
        };
      }
    },
  },
};

function contradictoryConditions(policy: DiscoveredPolicy, statement: Statement): readonly ConditionRef[] {
  if (statement.conditions.length < 2 || policy.policy.kind !== 'key' && !mayBeAboutKeys(statement)) return [];
  const because = { gate: policy.policy.kind === 'key' ? 'key-policy' as const : 'identity-policy' as const, policy, statement };
  const circumstances = { caller: anyCallerInAccount(undefined, undefined), key: UNKNOWN_KEY, organizations: NO_ORGANIZATIONS };
  return findContradiction([{ statementRef: because, isMatchCertain: true, session: undefined, undecidedConditions: statement.conditions }],
    [], circumstances) ?? [];
}

function hasSameConditions({ failedConditions }: VerdictGroup['verdict'], conditions: readonly ConditionRef[]): boolean {
  return failedConditions.length === conditions.length
    && failedConditions.every(({ condition }, index) => condition === conditions[index]?.condition);
}

/** The condition of the IAM policy; where the key policy contradicts itself, the action that the IAM policy asks for in vain. */
function locationOfContradiction(failing: readonly ConditionRef[], keyAccessRequests: readonly KeyAccessRequest[], denied: ActionSet):
  | Location
  | undefined {
  const ofIdentity = failing.filter(({ statementRef }) => statementRef.gate === 'identity-policy');
  const condition = ofIdentity.find(({ negated }) => !negated) ?? ofIdentity[0];
  if (condition) return locationOfConditionKey(condition);
  for (const { policy, statement } of keyAccessRequests) {
    const pattern = kmsActionPatterns(statement).find(({ actionSet }) => (actionSet & denied) !== NO_ACTIONS);
    if (pattern) return locationInFile(policy, pattern.text.node.span);
  }
  return failing[0] && locationOfConditionKey(failing[0]);
}

function locationOfConditionKey({ statementRef: { policy }, condition }: ConditionRef): Location {
  return locationInFile(policy, condition.keyMember.key.span);
}

/** What a pattern covers besides what it is meant for, and a statement for many keys, may well be of use elsewhere. */
function severityOf(keyAccessRequests: readonly KeyAccessRequest[], denied: ActionSet): Severity {
  const [keyAccessRequest] = keyAccessRequests;
  if (!keyAccessRequest) return 'error';
  const coversActionsInVain = kmsActionPatterns(keyAccessRequest.statement).some((pattern) => requestsOnly(pattern, denied));
  if (!keyAccessRequest.appliesForCertain || keyAccessRequest.specificity === 'any' || !coversActionsInVain) return 'info';
  return keyAccessRequest.specificity === 'key' ? 'error' : 'warning';
}

function relatedConditions(failing: readonly ConditionRef[], at: Location): RelatedLocation[] {
  return failing.map((condition) => ({ at: locationOfConditionKey(condition), message: relatedText(condition) }))
    .filter(({ at: { uri, span } }) => uri !== at.uri || span.start !== at.span.start);
}

function relatedText({ statementRef: { gate, statement }, condition }: ConditionRef): string {
  const verb = statement.effect === 'Deny' ? 'denies it if' : 'allows it only if';
  return `${gate === 'key-policy' ? 'Key' : 'IAM'} policy: ${nameOfStatement(statement)} ${verb} ${describeCondition(condition)}.`;
}

function isSingleAction(set: ActionSet): boolean {
  return (set & (set - 1n)) === NO_ACTIONS;
}
