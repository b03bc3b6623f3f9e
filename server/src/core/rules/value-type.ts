import { isAccountId } from '../aws/arn';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { ExpectedType, ValueOfWrongType } from '../policy/policy';
import type { TreeEdit } from '../syntax/tree-edit';
import { nodeToJson } from '../syntax/canonical-value';
import { isStringNode, itemsOf, type Member, type Node, type ObjectNode } from '../syntax/tree';
import { fixPolicy, type Fix } from './shared/fix';
import { mentionsKmsInText } from './shared/kms-statements';
import type { Rule } from './rule';

export const valueType: Rule = {
  code: 'value-type',
  severity: 'error',
  summary: 'A value is not a string where AWS accepts only strings',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html',
  suppressible: false,
  check: {
    *malformed(element, { policy: located }) {
      if (element.kind !== 'wrong-type' || !mentionsKmsInText(located)) return;
      const { node, expectedType } = element;
      // An identity policy has no principals, which is a finding of its own.
      if ((expectedType === 'principals' || expectedType === 'principal-object') && located.policy.kind !== 'key') return;
      yield { at: locationInFile(located, node.span), message: messageOf(element), fixes: () => fixesFor(located, element) };
    },
  },
};

const EXPECTED_TYPE_NAMES: Readonly<Record<ExpectedType, string>> = {
  'text': 'is one string', 'texts': 'is a string or a list of strings', 'principals': 'is a string or a list of strings',
  'values': 'is a string, number or boolean, or a list of them', 'object': 'is an object', 'principal-object': 'is an object',
};

function messageOf({ node, expectedType, member }: ValueOfWrongType): string {
  const type = node.kind === 'scalar' ? node.type : node.kind;
  const actual = type === 'null' ? type : `${type === 'object' ? 'an' : 'a'} ${type}`;
  const elementName = expectedType === 'principals' ? 'a principal' : member.key.value;
  const advice = (expectedType === 'texts' || expectedType === 'principals') && type === 'number'
    ? ' An account id without quotes is a number, which loses its leading zeros.' : '';
  return `AWS rejects ${actual} as the value of ${elementName}, which ${EXPECTED_TYPE_NAMES[expectedType]}.${advice}`;
}

function fixesFor(located: DiscoveredPolicy, { node, expectedType, object, member }: ValueOfWrongType): readonly Fix[] {
  if (node.kind === 'scalar' && expectedType !== 'object' && node.type !== 'null') {
    const safe = node.type === 'number' && isAccountId(node.value);
    return [fixPolicy(`Put ${node.value} in quotes`, located, [{ edit: 'replace', node, value: node.value }], { preferred: true, safe })];
  }
  if (node.kind === 'scalar' && node.type === 'null') return [removeValueFix(located, object, member, node)];
  return node.kind === 'list' && expectedType !== 'object' ? flattenFixes(located, member, node, expectedType) : [];
}

/** Safe only for labels, which do not grant anything. */
function removeValueFix(located: DiscoveredPolicy, object: ObjectNode, member: Member, node: Node): Fix {
  const { value: name } = member.key;
  const isLabel = name === 'Sid' || name === 'Id';
  const options = { preferred: isLabel, safe: isLabel };
  return member.value === node
    ? fixPolicy(`Remove "${name}"`, located, [{ edit: 'remove-member', object, member }], options)
    : fixPolicy('Remove null', located, [{ edit: 'remove-item', member, item: node }], options);
}

/** `["Allow"]` for `"Allow"`, or a list in a list, which can be read in one way only. */
function flattenFixes(located: DiscoveredPolicy, { value }: Member, node: Node, expectedType: ExpectedType): readonly Fix[] {
  if (!value || !itemsOf(node).every(isStringNode)) return [];
  if (expectedType !== 'text') {
    const items = itemsOf(value).flatMap((item) => itemsOf(item).map(nodeToJson));
    return [fixPolicy('Join the lists', located, [{ edit: 'replace', node: value, value: items }], { preferred: true })];
  }
  const [only, ...others] = itemsOf(node);
  if (!isStringNode(only) || others.length > 0) return [];
  const edit: TreeEdit = { edit: 'replace', node, value: only.value };
  return [fixPolicy(`Use "${only.value}" without the list`, located, [edit], { preferred: true, safe: true })];
}
