import { isAccountId } from '../aws/arn';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Statement } from '../policy/policy';
import { isTemplateFunction } from '../policy/template-function';
import type { TreeEdit } from '../syntax/tree-edit';
import { nodeToJson } from '../syntax/canonical-value';
import { isStringNode, itemsOf, type Member, type Node, type ObjectNode } from '../syntax/tree';
import { fixPolicy, type Fix } from './shared/fix';
import { statementsWithoutPlaceholders } from './shared/placeholder-statements';
import { mentionsKmsInText } from './shared/kms-statements';
import type { Rule } from './rule';

/** A number, a boolean, null, a list or an object where AWS accepts strings only. */
export const valueType: Rule = {
  code: 'value-type',
  severity: 'error',
  summary: 'A value is not a string where AWS accepts only strings',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html',
  check: {
    *nonstandardPolicy({ policy: located }) {
      for (const wrongTypeValue of wrongTypeValuesIn(located)) {
        if (!mentionsKmsInText(located)) return;
        yield { at: locationInFile(located, wrongTypeValue.node.span), message: messageOf(wrongTypeValue), fixes: () =>
          fixesFor(located, wrongTypeValue) };
      }
    },
  },
};

/** `text`: one string; `texts`: a string or a list of them; `values`: booleans and numbers too; `object`: an object. */
type ExpectedType = 'text' | 'texts' | 'values' | 'object';

interface WrongTypeValue {
  readonly node: Node;
  readonly expectedType: ExpectedType;
  readonly object: ObjectNode;
  readonly member: Member;
  /** `Action`, `a principal`. */
  readonly elementName: string;
}

function* wrongTypeValuesIn({ policy }: DiscoveredPolicy): Iterable<WrongTypeValue> {
  if (!policy.isFragment) {
    for (const member of policy.node.members) {
      if (member.key.value === 'Version' || member.key.value === 'Id') yield* checkMember(policy.node, member, 'text');
    }
    for (const node of itemsOf(policy.statementMember?.value)) {
      if (!policy.statementMember || node.kind === 'object' || mayBeAnyType(node)) continue;
      yield { node, expectedType: 'object', object: policy.node, member: policy.statementMember, elementName: 'Statement' };
    }
  }
  for (const statement of statementsWithoutPlaceholders(policy)) yield* wrongTypeValuesInStatement(statement, policy.kind === 'key');
}

function* wrongTypeValuesInStatement({ node }: Statement, checksPrincipal: boolean): Iterable<WrongTypeValue> {
  for (const member of node.members) {
    switch (member.key.value) {
      case 'Sid': case 'Effect': yield* checkMember(node, member, 'text'); break;
      case 'Action': case 'NotAction': case 'Resource': case 'NotResource': yield* checkMember(node, member, 'texts'); break;
      case 'Principal': case 'NotPrincipal': if (checksPrincipal) yield* wrongTypeValuesInPrincipal(node, member); break;
      case 'Condition': yield* wrongTypeValuesInCondition(node, member); break;
    }
  }
}

/** `invalid-principal-key` reports other values than an object or null. */
function* wrongTypeValuesInPrincipal(object: ObjectNode, member: Member): Iterable<WrongTypeValue> {
  const { value } = member;
  if (value?.kind === 'scalar' && value.type === 'null') {
    yield { node: value, expectedType: 'object', object, member, elementName: member.key.value };
  }
  if (value?.kind !== 'object' || mayBeAnyType(value)) return;
  for (const inner of value.members) yield* checkMember(value, inner, 'texts', 'a principal');
}

function* wrongTypeValuesInCondition(object: ObjectNode, member: Member): Iterable<WrongTypeValue> {
  yield* checkMember(object, member, 'object');
  const { value } = member;
  if (value?.kind !== 'object' || mayBeAnyType(value)) return;
  // Behind a key without a value a brace may be missing, and the other members belong elsewhere.
  if (value.members.some((block) => block.value === undefined)) return;
  for (const block of value.members) {
    yield* checkMember(value, block, 'object');
    if (block.value?.kind !== 'object' || mayBeAnyType(block.value)) continue;
    for (const test of block.value.members) yield* checkMember(block.value, test, 'values');
  }
}

function* checkMember(object: ObjectNode, member: Member, expectedType: ExpectedType,
  elementName = member.key.value): Iterable<WrongTypeValue> {
  const { value } = member;
  if (!value) return;
  const nodes = expectedType === 'texts' || expectedType === 'values' ? itemsOf(value) : [value];
  for (const node of nodes) if (!hasExpectedType(node, expectedType)) yield { node, expectedType, object, member, elementName };
}

function hasExpectedType(node: Node, expectedType: ExpectedType): boolean {
  if (isStringNode(node) && expectedType !== 'object' || mayBeAnyType(node)) return true;
  if (expectedType === 'object') return node.kind === 'object' || node.kind === 'list' && node.items.length === 0;
  return expectedType === 'values' && node.kind === 'scalar' && node.type !== 'null';
}

/** A value that is still being typed, or that a template fills in: `{"Ref": …}`, `{"Fn::Sub": …}`, `${…}`. */
function mayBeAnyType(node: Node): boolean {
  if (!node.closed) return true;
  if (node.kind === 'scalar') return node.placeholders.length > 0;
  return isTemplateFunction(node);
}

const EXPECTED_TYPE_NAMES: Readonly<Record<ExpectedType, string>> = {
  text: 'is one string', texts: 'is a string or a list of strings', values: 'is a string, number or boolean, or a list of them',
  object: 'is an object',
};

function messageOf({ node, expectedType, elementName }: WrongTypeValue): string {
  const actual = node.kind !== 'scalar'
    ? `${node.kind === 'object' ? 'an' : 'a'} ${node.kind}`
    : node.type === 'null'
    ? 'null'
    : `a ${node.type}`;
  const advice = expectedType === 'texts' && node.kind === 'scalar' && node.type === 'number'
    ? ' An account id without quotes is a number, which loses its leading zeros.' : '';
  return `The value of ${elementName} ${EXPECTED_TYPE_NAMES[expectedType]}, and this is ${actual}: AWS rejects the policy.${advice}`;
}

function fixesFor(located: DiscoveredPolicy, { node, expectedType, object, member }: WrongTypeValue): readonly Fix[] {
  if (node.kind === 'scalar' && expectedType !== 'object' && node.type !== 'null') {
    const safe = node.type === 'number' && isAccountId(node.value);
    return [fixPolicy(`Put ${node.value} in quotes`, located, [{ edit: 'replace', node, value: node.value }], { preferred: true, safe })];
  }
  if (node.kind === 'scalar' && node.type === 'null') return [removeValueFix(located, object, member, node)];
  return node.kind === 'list' && expectedType !== 'object' ? flattenFixes(located, member, node, expectedType) : [];
}

/** Safe only for labels, which do not grant anything. */
function removeValueFix(located: DiscoveredPolicy, object: ObjectNode, member: Member, node: Node): Fix {
  const edit: TreeEdit = member.value === node ? { edit: 'remove-member', object, member } : { edit: 'remove-item', member, item: node };
  const isLabel = member.key.value === 'Sid' || member.key.value === 'Id';
  return fixPolicy(member.value === node ? `Remove "${member.key.value}"` : 'Remove null', located, [edit], { preferred: isLabel,
    safe: isLabel });
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
