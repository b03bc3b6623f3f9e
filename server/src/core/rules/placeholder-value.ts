import { WILDCARD_ANY_CHARACTERS, matchPattern } from '../access/pattern-matching';
import { joinNames } from '../access/text/describe-access';
import { locationInFile } from '../discovery/discovery-result';
import { maskPlaceholders } from '../policy/read-policy-string';
import type { PolicyString } from '../policy/policy-string';
import { valueSpan } from '../syntax/tree';
import type { Span } from '../text/span';
import type { World } from '../workspace/world';
import { fixValue, type Fix } from './shared/fix';
import { keysGrantedTo, keysWithArn, MAX_CHOICES, type KeyWithArn } from './shared/workspace-keys';
import type { PolicySubject, Rule } from './rule';

export const placeholderValue: Rule = {
  code: 'placeholder-value',
  severity: 'warning',
  summary: 'The value contains a placeholder, such as a word in angle brackets',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html',
  check: {
    *malformed(element, { policy: located }) {
      if (element.kind !== 'skeleton') return;
      const [first, ...others] = element.values;
      if (!first) return;
      const words = element.values.map((node) => `"${node.value}"`).join(', ');
      yield {
        at: locationInFile(located, first.span),
        message: `This statement has only placeholders, which show the shape of a policy: ${words}. Replace them with real values.`,
        related: others.map((node) => ({ at: locationInFile(located, node.span), message: `"${node.value}" is a placeholder, too.` })),
      };
    },
    *faultyValue(value, subject) {
      const { fault, text, element } = value;
      const { policy: located } = subject;
      if (fault !== 'placeholder') return;
      if (value.element === 'condition' && located.policy.kind === 'identity' && !value.condition.keyLower.startsWith('kms:')) return;
      const words = text.placeholders.filter((placeholder) => placeholder.form === 'word');
      const names = [...new Set(words.map(({ start, end }) => `"${text.value.slice(start, end)}"`))];
      const are = names.length === 1 ? 'is a placeholder' : 'are placeholders';
      yield {
        at: locationInFile(located, spanOfWords(text)),
        words: words.map(({ name }) => name),
        message: `${joinNames(names)} ${are}: as it is, this matches nothing in AWS.`,
        fixes: (world) => {
          if (element === 'action') return [];
          if (element !== 'resource') return accountFixes(world, subject, text);
          return located.policy.kind === 'identity' ? keyFixes(world, subject, text) : [];
        },
      };
    },
  },
};

/** From the first word that is to be replaced to the end of the last. */
function spanOfWords({ node, placeholders }: PolicyString): Span {
  const names = new Set(placeholders.filter(({ form }) => form === 'word').map(({ name }) => name));
  const words = node.placeholders.filter(({ name }) => names.has(name));
  const [first, last] = [words[0], words.at(-1)];
  return first && last ? valueSpan(node, first.start, last.end) : node.span;
}

/**
 * Keys of the workspace whose ARN agrees with the literal parts of the value. Where there is none the whole value may come from a sample,
 * and any key may be meant.
 */
function keyFixes(world: World, { policy, identities }: PolicySubject, policyString: PolicyString): Fix[] {
  const granted = keysGrantedTo(world, identities);
  const all = keysWithArn(world);
  const fits = ({ arn }: KeyWithArn): boolean => fitsLiteralParts(policyString, arn);
  const fitting = [granted.filter(fits), all.filter(fits)].find((keys) => keys.length > 0);
  const keys = (fitting ?? (granted.length > 0 ? granted : all)).slice(0, MAX_CHOICES);
  return keys.flatMap(({ arn }) => fixValue(`Use key ${arn} of this workspace`, policy, policyString, arn,
    { preferred: fitting?.length === 1 }));
}

function fitsLiteralParts(policyString: PolicyString, arn: string): boolean {
  return matchPattern(maskPlaceholders(policyString).replace(/\u0000+/g, WILDCARD_ANY_CHARACTERS), arn) === 'yes';
}

/** The accounts of the workspace, where a single word stands for an account; else the users and roles that fit the literal parts. */
function accountFixes(world: World, { policy }: PolicySubject, policyString: PolicyString): Fix[] {
  const { value, placeholders: [placeholder, ...others] } = policyString;
  if (placeholder?.form !== 'word') return [];
  const [before, word, after] = [value.slice(0, placeholder.start), value.slice(placeholder.start, placeholder.end),
    value.slice(placeholder.end)];
  const isAccountField = /^arn:[^:]*:(iam|sts)::$/.test(before) && after.startsWith(':');
  if (others.length === 0 && (isAccountField || before === '' && after === '' && /account|x{4}/i.test(word))) {
    return [...world.accounts.keys()].slice(0, MAX_CHOICES).flatMap((account) =>
      fixValue(`Use account ${account} of this workspace`, policy, policyString, `${before}${account}${after}`));
  }
  const arns = world.identities.flatMap(({ arn }) => (arn !== undefined && fitsLiteralParts(policyString, arn) ? [arn] : []));
  return value.startsWith('arn:') && others.every(({ form }) => form === 'word')
    ? arns.slice(0, MAX_CHOICES).flatMap((arn) => fixValue(`Use ${arn} of this workspace`, policy, policyString, arn)) : [];
}
