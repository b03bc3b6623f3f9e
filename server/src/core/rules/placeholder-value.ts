import { WILDCARD_ANY_CHARACTERS, matchPattern } from '../access/pattern-matching';
import { joinNames } from '../access/text/describe-access';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import { maskPlaceholders } from '../policy/read-policy-string';
import type { PolicyString } from '../policy/policy-string';
import { valueSpan } from '../syntax/tree';
import type { Span } from '../text/span';
import type { World } from '../workspace/world';
import type { Fix } from './shared/finding';
import { fixPolicy } from './shared/fix';
import { keysGrantedTo, MAX_CHOICES, keysWithArn } from './shared/workspace-keys';
import { placeholderElementValues } from './shared/placeholder-statements';
import { isKmsPolicy, kmsResources } from './shared/kms-statements';
import type { FindingDraft, PolicySubject, RuleFor } from './rule';

/** Words that a sample leaves for a person to replace. Parts that a template language fills in are none of them. */
export const placeholderValue: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'placeholder-value',
    severity: 'warning',
    summary: 'The value contains a word that is still to be replaced',
    href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html',
    fixable: true,
  },
  needs: ['unusualForm'],
  *check(subject) {
    const located = subject.policy;
    const { policy } = located;
    yield* placeholderStatementDrafts(located);
    if (!isKmsPolicy(policy)) return;
    if (policy.kind === 'identity') {
      for (const { pattern } of kmsResources(policy)) {
        yield* placeholderDrafts(located, pattern.text, (world) => keyFixes(world, subject, pattern.text));
      }
    }
    for (const statement of policy.statements) {
      if (policy.kind === 'key') {
        for (const { text: policyString } of statement.principal?.principals ?? []) yield* placeholderDrafts(located, policyString, (world) => accountFixes(world, subject, policyString));
        for (const { text } of statement.resource?.patterns ?? []) yield* placeholderDrafts(located, text, () => []);
      }
      for (const { text } of statement.action?.patterns ?? []) yield* placeholderDrafts(located, text, () => []);
      for (const condition of statement.conditions) {
        if (policy.kind === 'identity' && !condition.keyLower.startsWith('kms:')) continue;
        for (const text of condition.values) yield* placeholderDrafts(located, text, (world) => accountFixes(world, subject, text));
      }
    }
  },
};

/** Said once for a statement: its other words are named with it. */
function* placeholderStatementDrafts(located: DiscoveredPolicy): Iterable<FindingDraft> {
  for (const statement of located.policy.statements) {
    const [first, ...others] = placeholderElementValues(statement);
    if (!first || others.length === 0) continue;
    const words = [first, ...others].map((node) => `"${node.value}"`).join(', ');
    yield {
      at: locationInFile(located, first.span),
      message: `This statement is the skeleton that shows the shape of a policy: ${words} are to be replaced by real values.`,
      related: others.map((node) => ({ at: locationInFile(located, node.span), message: `"${node.value}" is to be replaced, too.` })),
    };
  }
}

function* placeholderDrafts(located: DiscoveredPolicy, policyString: PolicyString, fixes: (world: World) => Fix[]): Iterable<FindingDraft> {
  const words = policyString.placeholders.filter((placeholder) => placeholder.form === 'word');
  if (words.length === 0) return;
  const names = [...new Set(words.map((hole) => `"${policyString.value.slice(hole.start, hole.end)}"`))];
  const are = names.length === 1 ? 'is a word to be replaced by a real value' : 'are words to be replaced by real values';
  yield {
    at: locationInFile(located, spanOfWords(policyString)),
    words: words.map(({ name }) => name),
    message: `${joinNames(names)} ${are}; as it stands, this matches nothing in AWS.`,
    fixes: (world) => (policyString.value === policyString.node.value ? fixes(world) : []),
  };
}

/** From the first word that is left to replace to the end of the last. */
function spanOfWords({ node, placeholders }: PolicyString): Span {
  const left = new Set(placeholders.filter((placeholder) => placeholder.form === 'word').map((hole) => hole.name));
  const own = node.placeholders.filter((hole) => left.has(hole.name));
  const [first, last] = [own[0], own.at(-1)];
  return first && last ? valueSpan(node, first.start, last.end) : node.span;
}

/** Known keys whose ARN agrees with the parts that are written already. */
function keyFixes(world: World, { policy, identities }: PolicySubject, policyString: PolicyString): Fix[] {
  const pattern = maskPlaceholders(policyString).replace(/\u0000+/g, WILDCARD_ANY_CHARACTERS);
  const fits = ({ arn }: { readonly arn: string }): boolean => matchPattern(pattern, arn) === 'yes';
  const open = keysGrantedTo(world, identities).filter(fits);
  const keys = open.length > 0 ? open : keysWithArn(world).filter(fits);
  return keys.slice(0, MAX_CHOICES).map((key) => fixPolicy(`Use ${key.arn}`, policy, [{ edit: 'replace', node: policyString.node, value: key.arn }], { preferred: keys.length === 1 }));
}

/** Where the one word stands for an account: the accounts that the workspace knows. */
function accountFixes(world: World, { policy }: PolicySubject, policyString: PolicyString): Fix[] {
  const [placeholder, ...others] = policyString.placeholders;
  if (!placeholder || others.length > 0 || placeholder.form !== 'word') return [];
  const before = policyString.value.slice(0, placeholder.start);
  const after = policyString.value.slice(placeholder.end);
  if (!/^(|arn:[^:]*:(iam|sts)::)$/.test(before) || !/^(|:.*)$/.test(after) || !/account|x{4}/i.test(policyString.value.slice(placeholder.start, placeholder.end))) return [];
  return [...world.accounts.keys()].slice(0, MAX_CHOICES).map((account) => (
    fixPolicy(`Use account ${account}`, policy, [{ edit: 'replace', node: policyString.node, value: `${before}${account}${after}` }])
  ));
}
