import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import { fixPolicy } from './shared/fix';
import { effectIfNegated } from './shared/kms-conditions';
import type { FaultyValue } from './shared/faulty-values';
import { withoutStrayCharacters } from './shared/value-faults';
import type { FindingDraft, Rule } from './rule';

/** Blanks, line breaks and quotes in an ARN, action or account: AWS compares letter by letter, so the value matches nothing. */
export const arnWhitespace: Rule = {
  code: 'arn-whitespace',
  severity: 'error',
  summary: 'An ARN, action or account id contains white space or quotes',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html',
  check: {
    *faultyValue(value, { policy: located }) {
      if (value.fault === 'whitespace') yield draftOfValue(located, value);
    },
  },
};

function elementNameOf({ element: where, text: policyString }: FaultyValue): string {
  if (where === 'condition') return policyString.value.includes('arn:') ? 'ARN' : 'account id';
  return where === 'resource' ? 'ARN' : where;
}

function draftOfValue(located: DiscoveredPolicy, value: FaultyValue): FindingDraft {
  const { text: policyString } = value;
  const what = elementNameOf(value);
  const clean = withoutStrayCharacters(policyString.value);
  return {
    at: locationInFile(located, policyString.node.span),
    message: `This ${what} contains ${strayCharacterName(policyString.value)}. `
      + 'AWS compares it letter by letter, so it never matches '
      + `${JSON.stringify(clean)}${value.element === 'condition' ? effectIfNegated(value) : ''}.`,
    fixes: () => policyString.node.value === policyString.value && clean !== ''
      ? [fixPolicy(`Trim the ${what}`, located, [{ edit: 'replace', node: policyString.node, value: clean }], { preferred: true })] : [],
  };
}

function strayCharacterName(value: string): string {
  if (/[\n\r]/.test(value)) return 'a line break';
  if (value.includes('\t')) return 'a tab';
  if (value.includes('\u00a0')) return 'a no-break space (U+00A0)';
  if (/[\u200b\ufeff]/.test(value)) return 'an invisible character';
  return /\s/.test(value) ? 'a space' : 'a quotation mark';
}
