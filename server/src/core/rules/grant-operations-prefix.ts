import { enumerate } from '../access/say';
import { conditionKeyNamed } from '../aws/condition-keys';
import { placeOf } from '../locate/located';
import { nearestWord } from '../text/nearest';
import type { Text } from '../model/text';
import { fixPolicy } from './fix';
import { matchesSome } from './judgements/condition-values';
import { asksForValues, effectOfImpossibleValue, hasVariable, kmsConditions, knownValues } from './judgements/conditions';
import type { PolicySubject, RuleFor } from './rule';

const KEY = 'kms:grantoperations';
const OPERATIONS: readonly string[] = conditionKeyNamed(KEY)?.values ?? [];

/** The operations of a grant are named as in the API: `Decrypt`, without `kms:`. */
export const grantOperationsPrefix: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'grant-operations-prefix',
    severity: 'error',
    summary: 'kms:GrantOperations names something that no grant can give, or writes "kms:" before it',
    href: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-operations',
    fixable: true,
  },
  needs: ['conditions'],
  *check({ policy: located }) {
    for (const placed of kmsConditions(located.policy)) {
      const { condition } = placed;
      if (condition.keyLower !== KEY || condition.base?.startsWith('String') !== true) continue;
      for (const text of knownValues(condition)) {
        if (hasVariable(text.value) || matchesSome(text.value, condition, OPERATIONS)) continue;
        // A wildcard that the operator does not know is a finding of its own.
        if (/[*?]/.test(text.value) && !/^kms:/i.test(text.value)) continue;
        const better = meant(text);
        yield {
          at: placeOf(located, text.node.span),
          severity: asksForValues(condition) ? 'error' : 'warning',
          message: /^kms:/i.test(text.value)
            ? `kms:GrantOperations contains the names of operations without "kms:", but "${text.value}" is not one, ${effectOfImpossibleValue(placed)}.`
            : `${text.value} is not an operation that a grant can give, ${effectOfImpossibleValue(placed)}. ${choices(text.value, better)}`,
          fixes: () => better === undefined || text.value !== text.node.value ? [] : [
            fixPolicy(`Replace with ${better}`, located, [{ edit: 'replace', node: text.node, value: better }], { preferred: true }),
          ],
        };
      }
    }
  },
};

function meant({ value }: Text): string | undefined {
  const bare = value.replace(/^kms:\s*/i, '');
  if (/[*?]/.test(bare)) return bare;
  if (startingWith(bare).length > 1) return undefined;
  return nearestWord(bare, OPERATIONS) ?? startingWith(bare)[0];
}

function choices(value: string, better: string | undefined): string {
  if (better !== undefined) return `Did you mean ${better}?`;
  const near = startingWith(value);
  return near.length > 0 ? `There are ${enumerate(near)}.` : '';
}

/** `ReEncrypt` stands for two operations. The full name of one is not the start of others. */
function startingWith(value: string): readonly string[] {
  const lower = value.toLowerCase();
  if (value.length < 4 || OPERATIONS.some((name) => name.toLowerCase() === lower)) return [];
  return OPERATIONS.filter((name) => name.toLowerCase().startsWith(lower));
}
