import { locationInFile } from '../discovery/discovery-result';
import { fixValue } from './shared/fix';
import { effectIfNegated } from './shared/kms-conditions';
import type { FaultyValue } from './shared/faulty-values';
import { withoutStrayCharacters } from './shared/value-faults';
import type { Rule } from './rule';

/** Blanks, line breaks and quotes in an ARN, action or account: AWS compares letter by letter, so the value matches nothing. */
export const arnWhitespace: Rule = {
  code: 'arn-whitespace',
  severity: 'error',
  summary: 'An ARN, action or account id contains white space or quotes',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html',
  check: {
    *faultyValue(value, { policy: located }) {
      if (value.fault !== 'whitespace') return;
      const { text } = value;
      const elementName = elementNameOf(value);
      const trimmed = withoutStrayCharacters(text.value);
      yield {
        at: locationInFile(located, text.node.span),
        message: `This ${elementName} contains ${strayCharacterName(text.value)}, so it never matches ${JSON.stringify(trimmed)}`
          + `${value.element === 'condition' ? effectIfNegated(value) : ''}. AWS compares it letter by letter.`,
        fixes: () => trimmed === '' ? [] : fixValue(`Trim the ${elementName}`, located, text, trimmed, { preferred: true }),
      };
    },
  },
};

function elementNameOf({ element, text }: FaultyValue): string {
  if (element === 'condition') return text.value.includes('arn:') ? 'ARN' : 'account id';
  return element === 'resource' ? 'ARN' : element;
}

function strayCharacterName(value: string): string {
  if (/[\n\r]/.test(value)) return 'a line break';
  if (value.includes('\t')) return 'a tab';
  if (value.includes('\u00a0')) return 'a no-break space (U+00A0)';
  if (/[\u200b\ufeff]/.test(value)) return 'an invisible character';
  return /\s/.test(value) ? 'a space' : 'a quotation mark';
}
