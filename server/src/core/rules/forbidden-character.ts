import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Policy } from '../policy/policy';
import { valueSpan, type Node, type ScalarNode } from '../syntax/tree';
import { fixPolicy, type Fix } from './shared/fix';
import { forbiddenCharacters, hasForbiddenCharacter, isInPlaceholder, nameOfCharacter, plainCharacter,
  type ForbiddenCharacter } from './shared/forbidden-characters';
import type { FindingDraft, Rule } from './rule';

/** Neither KMS nor IAM takes characters beyond Latin-1 in a policy. Those outside of strings are no JSON at all, which is `json-syntax`. */
export const forbiddenCharacter: Rule = {
  code: 'forbidden-character',
  severity: 'error',
  summary: 'The policy contains a character that AWS does not allow in policies',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html',
  suppressible: false,
  check: {
    *policyWithUnusualCharacters({ policy: located }) {
      const { policy, layer: sourceLayer } = located;
      const roots = policy.isFragment ? policy.statements.map(({ node }) => node) : [policy.node];
      const others = nodesReportedElsewhere(policy);
      for (const root of roots) {
        for (const node of stringNodes(root)) {
          if (!hasForbiddenCharacter(sourceLayer.text.slice(node.content.start, node.content.end)) || others.has(node)) continue;
          // What a template or a person fills in does not reach AWS. An escape (\u2013) is plain text for AWS.
          const characters = forbiddenCharacters(node.value).filter((character) => !isInPlaceholder(node, character));
          const [first] = characters.filter(({ start, end }) => isWrittenLiterally(located, node, start, end));
          if (first) yield draftOfCharacter(located, node, first, characters.length);
        }
      }
    },
  },
};

/** IAM takes only letters and digits in a Sid, which `sid-invalid` says; a strange name of an element is `unknown-element`. */
function nodesReportedElsewhere({ kind, node, statements }: Policy): ReadonlySet<Node | undefined> {
  return new Set([
    ...(kind === 'identity' ? statements.map(({ sid }) => sid?.node) : []),
    ...[node, ...statements.map((statement) => statement.node)].flatMap(({ members }) => members.map(({ key }) => key)),
  ]);
}

function* stringNodes(node: Node): Iterable<ScalarNode> {
  if (node.kind === 'scalar') {
    if (node.type === 'string') yield node;
  } else if (node.kind === 'list') {
    for (const item of node.items) yield* stringNodes(item);
  } else {
    for (const { key, value } of node.members) {
      yield key;
      if (value) yield* stringNodes(value);
    }
  }
}

function isWrittenLiterally({ layer: sourceLayer }: DiscoveredPolicy, node: ScalarNode, start: number, end: number): boolean {
  const span = valueSpan(node, start, end);
  return hasForbiddenCharacter(sourceLayer.text.slice(span.start, span.end));
}

function draftOfCharacter(located: DiscoveredPolicy, node: ScalarNode, { character, start, end }: ForbiddenCharacter,
  count: number): FindingDraft {
  const more = count > 1 ? `, the first of ${count} such characters in this text` : '';
  return {
    at: locationInFile(located, valueSpan(node, start, end)),
    message: `AWS rejects a policy with ${nameOfCharacter(character)}${more}. `
      + 'It allows only tabs, line ends and the characters U+0020 to U+00FF.',
    fixes: () => replaceWithPlainText(located, node),
  };
}

/** Only where every character has a plain one in its place: then there is one way to read the text. */
function replaceWithPlainText(located: DiscoveredPolicy, node: ScalarNode): Fix[] {
  let value = '';
  for (const character of node.value) {
    const plain = hasForbiddenCharacter(character) ? plainCharacter(character) : character;
    if (plain === undefined) return [];
    value += plain;
  }
  // Quotes around the whole value came along with it.
  const bare = /^"([^"]*)"$|^'([^']*)'$/.exec(value);
  return [
    fixPolicy('Use plain characters', located, [{ edit: 'replace', node, value: bare?.[1] ?? bare?.[2] ?? value }], { preferred: true,
      safe: true }),
  ];
}
