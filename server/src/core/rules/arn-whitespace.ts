import { placeOf, type LocatedPolicy } from '../locate/located';
import { fixPolicy } from './fix';
import { effectUnderNegation } from './judgements/conditions';
import { faultyValues, type FaultyValue } from './judgements/faulty-values';
import { withoutStrayCharacters } from './judgements/values';
import type { Draft, PolicySubject, RuleFor } from './rule';

/** Blanks, line breaks and quotes in an ARN, action or account: AWS compares letter by letter, so the value matches nothing. */
export const arnWhitespace: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'arn-whitespace',
    severity: 'error',
    summary: 'An ARN, action or account id contains white space or quotes',
    href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html',
    fixable: true,
  },
  needs: ['faultyValues'],
  *check({ policy: located }) {
    for (const value of faultyValues(located.policy)) {
      if (value.fault === 'whitespace') yield draft(located, value);
    }
  },
};

function nameOf({ in: where, text }: FaultyValue): string {
  if (where === 'condition') return text.value.includes('arn:') ? 'ARN' : 'account id';
  return where === 'resource' ? 'ARN' : where;
}

function draft(located: LocatedPolicy, value: FaultyValue): Draft {
  const { text } = value;
  const what = nameOf(value);
  const clean = withoutStrayCharacters(text.value);
  return {
    at: placeOf(located, text.node.span),
    message: `This ${what} contains ${strayIn(text.value)}. AWS compares it letter by letter, so it never matches ${JSON.stringify(clean)}${value.in === 'condition' ? effectUnderNegation(value) : ''}.`,
    fixes: () => text.node.value === text.value && clean !== ''
      ? [fixPolicy(`Trim the ${what}`, located, [{ edit: 'replace', node: text.node, value: clean }], { preferred: true })] : [],
  };
}

function strayIn(value: string): string {
  if (/[\n\r]/.test(value)) return 'a line break';
  if (value.includes('\t')) return 'a tab';
  if (value.includes('\u00a0')) return 'a no-break space (U+00A0)';
  if (/[\u200b\ufeff]/.test(value)) return 'an invisible character';
  return /\s/.test(value) ? 'a space' : 'a quotation mark';
}
