import { compare } from '../access/compare';
import { enumerate } from '../access/say';
import type { ConditionKeyInfo } from '../aws/condition-keys';
import { operatorNamed, type OperatorFamily, type OperatorInfo } from '../aws/operators';
import { placeOf, type LocatedPolicy } from '../locate/located';
import { nearestWord } from '../text/nearest';
import { fixPolicy } from './fix';
import { effectUnderNegation, hasVariable, knownConditions, knownValues, takesWildcards, type PlacedKnown } from './judgements/conditions';
import { literalWildcard, matchesSome, valuesOfKey } from './judgements/condition-values';
import type { Draft, PolicySubject, RuleFor } from './rule';

/** A value that AWS does not have for the key: `SYMETRIC_DEFAULT`. */
export const conditionValueNotInEnum: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'condition-value-not-in-enum',
    severity: 'error',
    summary: 'The condition key never has this value',
    href: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html',
    fixable: true,
  },
  needs: ['conditions'],
  *check({ policy: located }) {
    for (const placed of knownConditions(located.policy)) {
      const { condition, key, base } = placed;
      // The operations of grants have a rule of their own.
      const values = base.startsWith('String') && key.name !== 'kms:GrantOperations' ? valuesOfKey(key) : undefined;
      if (!values) continue;
      for (const text of knownValues(condition)) {
        if (hasVariable(text.value) || matchesSome(text.value, condition, values)) continue;
        // StringEquals with a wildcard is a finding of its own.
        if (literalWildcard(text.value, condition) >= 0) continue;
        const better = nearestWord(text.value, values);
        yield {
          at: placeOf(located, text.node.span),
          severity: takesWildcards(condition) ? 'warning' : 'error',
          message: `${key.name} never has the value ${text.value}${effectUnderNegation(placed)}. ${better === undefined ? `It is one of ${enumerate(values)}.` : `Did you mean ${better}?`}`,
          fixes: () => better === undefined || text.value !== text.node.value ? [] : [
            fixPolicy(`Replace with ${better}`, located, [{ edit: 'replace', node: text.node, value: better }], { preferred: true }),
          ],
        };
      }
    }
    for (const placed of knownConditions(located.policy)) yield* notOfItsKind(located, placed);
  },
};

/** A value that the operator cannot compare: `yes` under `Bool` (IAM User Guide, Access Analyzer policy check reference, type mismatches). */
function* notOfItsKind(located: LocatedPolicy, { condition, key, base }: PlacedKnown): Iterable<Draft> {
  const operator = operatorNamed(base);
  const kind = operator && KINDS[operator.family];
  // An operator that does not fit its key is a finding of its own.
  if (!operator || !kind || operator.family !== 'Null' && key.prefix === undefined && !kind.of.includes(key.type)) return;
  for (const text of knownValues(condition)) {
    if (hasVariable(text.value) || kind.test(text.value, operator)) continue;
    const better = kind.values && nearestWord(text.value.toLowerCase(), kind.values);
    yield {
      at: placeOf(located, text.node.span),
      message: `${base} compares ${kind.name}, and "${text.value}" is not one of them, so AWS has nothing to compare ${key.name} with.${better === undefined ? '' : ` Did you mean ${better}?`}`,
      fixes: () => better === undefined || text.value !== text.node.value ? [] : [
        fixPolicy(`Replace with ${better}`, located, [{ edit: 'replace', node: text.node, value: better }], { preferred: true }),
      ],
    };
  }
}

interface Kind {
  readonly name: string;
  readonly of: readonly ConditionKeyInfo['type'][];
  readonly test: (value: string, operator: OperatorInfo) => boolean;
  readonly values?: readonly string[];
}

const TRUTHS: readonly string[] = ['true', 'false'];
const isTruth = (value: string): boolean => TRUTHS.includes(value.toLowerCase());

/** By family of operators; those that compare any text are left out. */
const KINDS: Partial<Record<OperatorFamily, Kind>> = {
  Bool: { name: 'true and false', of: ['Bool'], test: isTruth, values: TRUTHS },
  Null: { name: 'true and false', of: [], test: isTruth, values: TRUTHS },
  Numeric: { name: 'numbers', of: ['Numeric', 'Date'], test: (value, operator) => compare(operator, value, '0') !== 'unknown' },
  IpAddress: { name: 'addresses and ranges of them', of: ['IPAddress'], test: (value, operator) => compare(operator, value, '203.0.113.7') !== 'unknown' },
  // The ways to write a date are many: only what is none at all.
  Date: { name: 'dates', of: ['Date'], test: (value) => /^\s*\d/.test(value) },
};
