import { anyCallerOf } from '../access/caller';
import { findContradiction } from '../access/condition-contradiction';
import { NO_ORGANIZATIONS } from '../access/context';
import type { VerdictGroup } from '../access/pair';
import { conditionWords, contradictionText, enumerate } from '../access/say';
import type { OpenCondition } from '../access/verdict';
import { NO_ACTIONS, type ActionSet } from '../aws/actions';
import { NO_KEY } from '../generate/statements';
import { placeOf, type LocatedPolicy } from '../locate/located';
import type { Statement } from '../model/policy';
import type { Location } from '../text/span';
import type { Related, Severity } from './finding';
import { actionsOf, asksOnlyFor, groupsWith, namedPatterns, type Ask } from './judgements/asks';
import { mayBeAboutKeys } from './judgements/conditions';
import { linksOf } from './judgements/key-halves';
import { isJudged } from './judgements/statements';
import type { PairSubject, PolicySubject, RuleFor } from './rule';
import { nameOfKey, nameOfStatement, namesOfActions } from './wording';

/** Both halves allow it, each under a condition that excludes the other's; or a Deny is under what an Allow asks for. */
export const conditionsContradict: RuleFor<'pair', PairSubject> = {
  scope: 'pair',
  meta: {
    code: 'conditions-contradict',
    severity: 'error',
    summary: 'No request meets all conditions under which the action is allowed',
    href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html',
    fixable: false,
  },
  reasons: ['conditions-contradict'],
  *check(pair) {
    const groups = groupsWith(pair.verdicts, ['conditions-contradict']).filter(({ verdict }) => verdict.outcome === 'denied');
    const denied = actionsOf(groups);
    const marks = new Set<string>();
    for (const { verdict: { failing, because } } of groups) {
      // Of one statement alone the finding is that of its policy.
      if (failing.every((condition) => condition.because.statement === failing[0]?.because.statement)) continue;
      const asks = pair.asks.filter(({ statement }) => because.some((each) => each.statement === statement));
      const at = placeFor(failing, asks, denied);
      const mark = JSON.stringify([at, failing.map(({ condition }) => condition.keyMember.span)]);
      if (!at || marks.has(mark)) continue;
      marks.add(mark);
      const actions = actionsOf(groups.filter(({ verdict }) => hasSameConditions(verdict, failing)));
      yield {
        at,
        severity: levelOf(asks, actions),
        message: `${namesOfActions(actions)} on ${nameOfKey(pair.key)} ${isSingle(actions) ? 'is' : 'are'} denied: ${contradictionText(failing)}. Change one of these conditions.`,
        related: relatedConditions(failing, at),
        rests: linksOf(pair.identity, pair.key),
      };
    }
  },
};

/** Two conditions of one statement exclude each other: it never applies, to whomever. */
export const conditionsContradictInStatement: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: conditionsContradict.meta,
  needs: ['conditions'],
  *check({ policy: located }) {
    if (!isJudged(located.policy)) return;
    for (const statement of located.policy.statements) {
      const conditions = contradictionIn(located, statement);
      const last = conditions.at(-1);
      if (!last) continue;
      const at = placeOfKey(last);
      yield {
        at,
        message: `No request meets both ${enumerate(conditions.map(({ condition }) => conditionWords(condition)))}, so the statement ${statement.effect === 'Deny' ? 'denies' : 'allows'} nothing. Remove or change one of them.`,
        related: relatedConditions(conditions, at),
        rests: [],
      };
    }
  },
};

function contradictionIn(policy: LocatedPolicy, statement: Statement): readonly OpenCondition[] {
  if (statement.conditions.length < 2 || policy.policy.kind !== 'key' && !mayBeAboutKeys(statement)) return [];
  const because = { half: policy.policy.kind === 'key' ? 'key-policy' as const : 'identity-policy' as const, policy, statement };
  const circumstances = { caller: anyCallerOf(undefined, undefined), key: NO_KEY, organizations: NO_ORGANIZATIONS };
  return findContradiction([{ because, sure: true, session: undefined, open: statement.conditions }], [], circumstances) ?? [];
}

function hasSameConditions({ failing }: VerdictGroup['verdict'], conditions: readonly OpenCondition[]): boolean {
  return failing.length === conditions.length && failing.every(({ condition }, index) => condition === conditions[index]?.condition);
}

/** The condition of the IAM policy; where the key policy contradicts itself, the action that the IAM policy asks for in vain. */
function placeFor(failing: readonly OpenCondition[], asks: readonly Ask[], denied: ActionSet): Location | undefined {
  const ofIdentity = failing.filter(({ because }) => because.half === 'identity-policy');
  const condition = ofIdentity.find(({ negated }) => !negated) ?? ofIdentity[0];
  if (condition) return placeOfKey(condition);
  for (const { policy, statement } of asks) {
    const pattern = namedPatterns(statement).find(({ set }) => (set & denied) !== NO_ACTIONS);
    if (pattern) return placeOf(policy, pattern.text.node.span);
  }
  return failing[0] && placeOfKey(failing[0]);
}

function placeOfKey({ because: { policy }, condition }: OpenCondition): Location {
  return placeOf(policy, condition.keyMember.key.span);
}

/** What a pattern covers besides what it is meant for, and a statement for many keys, may well be of use elsewhere. */
function levelOf(asks: readonly Ask[], denied: ActionSet): Severity {
  const [ask] = asks;
  if (!ask) return 'error';
  const coversActionsInVain = namedPatterns(ask.statement).some((pattern) => asksOnlyFor(pattern, denied));
  if (!ask.certain || ask.naming === 'any' || !coversActionsInVain) return 'info';
  return ask.naming === 'key' ? 'error' : 'warning';
}

function relatedConditions(failing: readonly OpenCondition[], at: Location): Related[] {
  return failing.map((condition) => ({ at: placeOfKey(condition), message: relatedText(condition) }))
    .filter(({ at: { uri, span } }) => uri !== at.uri || span.start !== at.span.start);
}

function relatedText({ because: { half, statement }, condition }: OpenCondition): string {
  const verb = statement.effect === 'Deny' ? 'denies it if' : 'allows it only if';
  return `${half === 'key-policy' ? 'Key' : 'IAM'} policy: ${nameOfStatement(statement)} ${verb} ${conditionWords(condition)}.`;
}

function isSingle(set: ActionSet): boolean {
  return (set & (set - 1n)) === NO_ACTIONS;
}
