import { actionsWithKey, conditionKeyNamed } from '../aws/condition-keys';
import type { ActionSet } from '../aws/actions';
import { operatorNamed, type OperatorInfo } from '../aws/operators';
import type { Condition } from '../model/policy';
import { compare } from './compare';
import { contextValue, isTold, variablesOf, type Circumstances, type ContextValue } from './context';
import { valuesFor } from './condition-value-index';
import { encodeText, type Variables } from './encode';
import type { Match } from './glob';
import type { Half } from './verdict';

/** Whether a condition holds: for certain, certainly not, or depending on what only the request shows. */
export type Truth = 'true' | 'false' | 'open';

/** A condition in given circumstances. Whether it holds depends on the action: only some requests carry the key. */
export interface JudgedCondition {
  readonly condition: Condition;
  /** The actions whose requests can carry the key. */
  readonly actions: ActionSet;
  readonly forThose: Truth;
  /** For all other actions, in whose requests the key is absent. */
  readonly forOthers: Truth;
}

/**
 * Judges a condition by what the workspace knows. An operator that AWS does not have leaves it open: no request was ever
 * judged by it.
 *
 * @param variables whether the policy's version has policy variables
 */
export function judgeCondition(condition: Condition, variables: boolean, circumstances: Circumstances): JudgedCondition {
  const known = everJudged.get(condition);
  if (known) return known;
  const judged = judgeAnew(condition, variables, circumstances);
  // Without variables in its values the condition is the same in every version of the language.
  if (!isTold(condition.keyLower) && !condition.values.some(({ value }) => value.includes('${'))) everJudged.set(condition, judged);
  return judged;
}

/** What no circumstances change: whoever asks, and for whichever key, it is the same. */
const everJudged = new WeakMap<Condition, JudgedCondition>();

function judgeAnew(condition: Condition, variables: boolean, circumstances: Circumstances): JudgedCondition {
  const operator = condition.base === undefined ? undefined : operatorNamed(condition.base);
  const actions = actionsWithKey(condition.keyLower);
  if (!operator) return { condition, actions, forThose: 'open', forOthers: 'open' };
  return {
    condition,
    actions,
    forThose: whenCarried(condition, operator, variables, circumstances),
    forOthers: whenAbsent(condition, operator),
  };
}

/** The condition as it stands for one action. */
export function conditionHolds(judged: JudgedCondition, action: ActionSet): Truth {
  return (judged.actions & action) !== 0n ? judged.forThose : judged.forOthers;
}

/** A missing key: `IfExists`, `ForAllValues` and negated operators are true of it, all others false; `ForAnyValue` is false even when negated. */
function whenAbsent(condition: Condition, operator: OperatorInfo): Truth {
  if (operator.family === 'Null') return nullIs(condition, true);
  if (condition.ifExists || condition.set === 'all') return 'true';
  if (condition.set === 'any') return 'false';
  return truthOf(operator.negated);
}

function whenCarried(condition: Condition, operator: OperatorInfo, variables: boolean, circumstances: Circumstances): Truth {
  const context = contextValue(condition.keyLower, circumstances);
  const cases: Truth[] = [];
  if (context.absent !== 'never') cases.push(whenAbsent(condition, operator));
  if (context.absent !== 'always') cases.push(...whenPresent(condition, operator, variables, circumstances, context));
  return agreement(cases);
}

function whenPresent(
  condition: Condition, operator: OperatorInfo, variables: boolean, circumstances: Circumstances, context: ContextValue,
): readonly Truth[] {
  if (operator.family === 'Null') return [nullIs(condition, false)];
  const reading = { wildcards: operator.wildcards, variables: variables ? variablesOf(circumstances) : undefined };
  const truths = context.values.map((value) => compareAll(operator, valuesFor(condition, operator, value).map((text) => encodeText(text, reading)), value));
  if (!conditionKeyNamed(condition.keyLower)?.multiValued) return truths;
  return [ofMany(condition.set, truths, context.more)];
}

/**
 * Whether a condition on a single-valued key holds for one value, or, where `value` is undefined, in a request without the key. Open where that
 * takes more than AWS's pages say: under an operator that AWS does not have, and under a set operator.
 */
export function holdsForValue(condition: Condition, value: string | undefined, variables: Variables | undefined): Truth {
  const operator = condition.base === undefined ? undefined : operatorNamed(condition.base);
  if (!operator || condition.set !== undefined) return 'open';
  if (value === undefined) return whenAbsent(condition, operator);
  if (operator.family === 'Null') return nullIs(condition, false);
  return compareAll(operator, valuesFor(condition, operator, value).map((text) => encodeText(text, { wildcards: operator.wildcards, variables })), value);
}

/** What a key does in a kind of policy for which AWS does not document it, as `kms:ResourceAliases` in key policies, no page says. */
export function isDocumentedIn(half: Half, { keyLower }: Condition): boolean {
  return conditionKeyNamed(keyLower)?.policyTypes.includes(half === 'key-policy' ? 'key-policy' : 'iam-policy') ?? true;
}

/** One value against all of the policy's: one must match; under a negated operator none may. */
function compareAll(operator: OperatorInfo, patterns: readonly string[], value: string): Truth {
  let best: Match = 'no';
  for (const pattern of patterns) {
    const match = compare(operator, pattern, value);
    if (match === 'yes') return truthOf(!operator.negated);
    if (match === 'unknown') best = match;
  }
  return best === 'unknown' ? 'open' : truthOf(operator.negated);
}

/** What a set operator makes of the values of a multi-valued key. Without one AWS does not say what happens. */
function ofMany(set: Condition['set'], truths: readonly Truth[], more: boolean): Truth {
  const deciding = set === 'any' ? 'true' : 'false';
  if (set === undefined) return 'open';
  if (truths.includes(deciding)) return deciding;
  if (more || truths.includes('open')) return 'open';
  return set === 'any' ? 'false' : 'true';
}

/** `Null` with `true` asks that the key is missing, with `false` that it is there; anything else leaves it open. */
function nullIs(condition: Condition, absent: boolean): Truth {
  const wanted = condition.values.map((text) => (text.holes.length > 0 ? undefined : text.value.toLowerCase()));
  return agreement(wanted.map((value) => (value === 'true' ? truthOf(absent) : value === 'false' ? truthOf(!absent) : 'open')));
}

/** What holds whichever of the cases is real. */
function agreement(cases: readonly Truth[]): Truth {
  const [first = 'open'] = cases;
  return cases.every((truth) => truth === first) ? first : 'open';
}

function truthOf(holds: boolean): Truth {
  return holds ? 'true' : 'false';
}
