import { conditionKeyNamed } from '../aws/condition-keys';
import { OPERATORS } from '../aws/operators';
import { locationInFile } from '../discovery/discovery-result';
import { memberOf } from '../syntax/tree';
import { nearestWord } from '../text/nearest-word';
import { fixPolicy } from './shared/fix';
import { hasForbiddenCharacter } from './shared/forbidden-characters';
import type { Rule } from './rule';

export const unknownOperator: Rule = {
  code: 'unknown-operator',
  severity: 'error',
  summary: 'AWS has no condition operator of that name',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html',
  check: {
    *malformedInKmsPolicy(element, { policy: located }) {
      if (element.kind !== 'unknown-operator' || hasForbiddenCharacter(element.member.key.value)) return;
      const { object, member } = element;
      const { value } = member.key;
      // A second `Condition` replaces the first, which is a finding of its own.
      if (!located.policy.statements.some(({ conditionMember }) => conditionMember?.value === object)) return;
      const suggestion = suggestOperator(value);
      const key = conditionKeyNamed(value);
      yield {
        at: locationInFile(located, member.key.span),
        message: key
          ? `${key.name} is not an operator but a condition key; it belongs inside an operator, as in "Condition": `
            + `{"${usualOperator(key.type)}": {"${key.name}": …}}.`
          : `AWS has no condition operator ${value}; operators are spelled exactly as documented, capitals included. `
            + `This condition is then not checked in any request.${suggestion === undefined ? '' : ` Did you mean ${suggestion}?`}`,
        fixes: () => {
          if (suggestion === undefined || memberOf(object, suggestion)) return [];
          return [fixPolicy(`Replace ${value} with ${suggestion}`, located, [{ edit: 'rename-member', member, name: suggestion }], {
            preferred: true,
            // A name that differs in capitals only can be read in one way.
            safe: suggestion.toLowerCase() === value.toLowerCase(),
          })];
        },
      };
    },
  },
};

function usualOperator(type: string): string {
  switch (type) {
    case 'Bool': return 'Bool';
    case 'Numeric': return 'NumericEquals';
    case 'Date': return 'DateEquals';
    case 'ARN': return 'ArnLike';
    case 'IPAddress': return 'IpAddress';
    case 'ArrayOfString': return 'ForAnyValue:StringEquals';
    default: return 'StringEquals';
  }
}

/** `Null` has no form with `IfExists`. */
function suggestOperator(operatorText: string): string | undefined {
  if (/^Null_?IfExists$/i.test(operatorText)) return 'Null';
  return nearestWord(operatorText.trim(), OPERATOR_SPELLINGS);
}

const OPERATOR_SPELLINGS: readonly string[] = OPERATORS.flatMap(({ name }) => ['', 'ForAllValues:', 'ForAnyValue:'].flatMap((set) => (
  name === 'Null' ? [`${set}${name}`] : [`${set}${name}`, `${set}${name}IfExists`])));
