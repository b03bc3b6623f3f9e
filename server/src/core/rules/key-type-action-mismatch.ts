import { enumerate } from '../access/say';
import { KEY_ACTIONS, NO_ACTIONS } from '../aws/actions';
import { actionsOfTypes, typesOfSpec, typesOfUsage, type KeyTypes } from '../aws/key-types';
import { placeOf, type LocatedPolicy } from '../locate/located';
import type { ActionPattern, Condition, Statement } from '../model/policy';
import type { Key } from '../workspace/world';
import type { Related } from './finding';
import { namedPatterns } from './judgements/asks';
import { linksOf } from './judgements/key-halves';
import { typesOfCondition } from './judgements/key-type-conditions';
import { isJudged } from './judgements/statements';
import { removeAction } from './remove-action';
import type { Draft, PairSubject, PolicySubject, RuleFor, RuleMeta } from './rule';
import { nameOfKey } from './wording';

const META: RuleMeta = {
  code: 'key-type-action-mismatch',
  severity: 'error',
  summary: 'The action does not work on a key of this type',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-compare.html',
  fixable: true,
};

/** A key policy allows what its key cannot do, or a condition on the type of the key contradicts the action. */
export const keyTypeActionMismatch: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: META,
  *check({ policy: located, key }) {
    const { policy } = located;
    if (!isJudged(policy)) return;
    const own = policy.kind === 'key' && key ? typesOfKey(key) : undefined;
    for (const statement of policy.statements) {
      if (statement.effect !== 'Allow' || namedPatterns(statement).length === 0) continue;
      if (own && key) yield* drafts(located, statement, own, `${nameOfKey(key)} is ${factsOf(key)}`, {});
      for (const condition of statement.conditions) {
        const types = typesOfCondition(condition);
        if (types) yield* drafts(located, statement, types, `the condition on ${condition.key} leaves ${enumerate(condition.values.map(({ value }) => value))} only`, { rests: [] }, condition);
      }
    }
  },
};

/** An IAM policy asks of a key what it cannot do. */
export const keyTypeActionMismatchOfPair: RuleFor<'pair', PairSubject> = {
  scope: 'pair',
  meta: META,
  *check(pair) {
    const { identity, key } = pair;
    const types = typesOfKey(key);
    if (!types) return;
    const { usable: allowed, asks } = pair;
    for (const { policy, statement, resources, naming, certain, actions } of asks) {
      // For another key of the same statement the action may be right.
      if (naming !== 'key' || !certain || resources.length !== statement.resource?.patterns.length) continue;
      const reason = `${nameOfKey(key)} is ${factsOf(key)}`;
      yield* drafts(policy, statement, types, reason, { rests: linksOf(identity, key) }, undefined, (pattern) => (pattern.set & allowed & actions) !== NO_ACTIONS);
    }
  },
};

function* drafts(
  located: LocatedPolicy, statement: Statement, types: KeyTypes, reason: string, more: Pick<Draft, 'rests'>,
  condition?: Condition, isOpen: (pattern: ActionPattern) => boolean = () => true,
): Iterable<Draft> {
  const possible = actionsOfTypes(types);
  const related: Related[] = condition ? [{ at: placeOf(located, condition.keyMember.span), message: 'This condition limits the keys that are meant.' }] : [];
  for (const pattern of namedPatterns(statement)) {
    if ((pattern.set & KEY_ACTIONS) === NO_ACTIONS || (pattern.set & possible) !== NO_ACTIONS || !isOpen(pattern)) continue;
    yield {
      at: placeOf(located, pattern.text.node.span),
      message: `${pattern.text.value} does not work here: ${reason}. KMS rejects every such call.`,
      related,
      unnecessary: true,
      ...more,
      fixes: () => removeAction(located, statement, pattern, { preferred: true }),
    };
  }
}

/** Undefined while neither spec nor usage is known, or they contradict each other. */
function typesOfKey({ keySpec, keyUsage }: Key): KeyTypes | undefined {
  const bySpec = keySpec === undefined ? undefined : typesOfSpec(keySpec);
  const byUsage = keyUsage === undefined ? undefined : typesOfUsage(keyUsage);
  if (!bySpec || !byUsage) return bySpec ?? byUsage;
  const both = new Set([...bySpec].filter((type) => byUsage.has(type)));
  return both.size > 0 ? both : undefined;
}

function factsOf({ keySpec, keyUsage }: Key): string {
  return `a key of ${[keySpec === undefined ? '' : `spec ${keySpec}`, keyUsage === undefined ? '' : `usage ${keyUsage}`].filter(Boolean).join(' and ')}`;
}
