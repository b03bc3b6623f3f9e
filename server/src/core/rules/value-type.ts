import { isAccountId } from '../aws/arn';
import { placeOf, type LocatedPolicy } from '../locate/located';
import type { Statement } from '../model/policy';
import { isTemplateFunction } from '../model/template';
import type { TreeEdit } from '../parse/edit';
import { jsonOf } from '../parse/json-value';
import { isString, itemsOf, type Member, type Node, type ObjectNode } from '../parse/tree';
import type { Fix } from './finding';
import { fixPolicy } from './fix';
import { realStatements } from './judgements/skeleton';
import { isAboutKms } from './judgements/statements';
import type { PolicySubject, RuleFor } from './rule';

/** A number, a boolean, null or an object where AWS takes strings only. */
export const valueType: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'value-type',
    severity: 'error',
    summary: 'A value is not a string where AWS accepts only strings',
    href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html',
    fixable: true,
  },
  needs: ['unusualForm'],
  *check({ policy: located }) {
    for (const wrong of wrongIn(located)) {
      if (!isAboutKms(located)) return;
      yield { at: placeOf(located, wrong.node.span), message: messageOf(wrong), fixes: () => fixesFor(located, wrong) };
    }
  },
};

/** `text`: one string; `texts`: a string or a list of them; `values`: booleans and numbers too; `object`: an object. */
type Due = 'text' | 'texts' | 'values' | 'object';

interface Wrong {
  readonly node: Node;
  readonly due: Due;
  readonly object: ObjectNode;
  readonly member: Member;
  /** Whose value it is: `Action`, `a principal`. */
  readonly of: string;
}

function* wrongIn({ policy }: LocatedPolicy): Iterable<Wrong> {
  if (!policy.fragment) {
    for (const member of policy.node.members) {
      if (member.key.value === 'Version' || member.key.value === 'Id') yield* judge(policy.node, member, 'text');
    }
    for (const node of itemsOf(policy.statementMember?.value)) {
      if (policy.statementMember && node.kind !== 'object' && !mayBeAnything(node)) yield { node, due: 'object', object: policy.node, member: policy.statementMember, of: 'Statement' };
    }
  }
  for (const statement of realStatements(policy)) yield* inStatement(statement, policy.kind === 'key');
}

function* inStatement({ node }: Statement, principals: boolean): Iterable<Wrong> {
  for (const member of node.members) {
    switch (member.key.value) {
      case 'Sid': case 'Effect': yield* judge(node, member, 'text'); break;
      case 'Action': case 'NotAction': case 'Resource': case 'NotResource': yield* judge(node, member, 'texts'); break;
      case 'Principal': case 'NotPrincipal': if (principals) yield* inPrincipal(node, member); break;
      case 'Condition': yield* inCondition(node, member); break;
    }
  }
}

/** What else stands in place of the object is `invalid-principal-key`. */
function* inPrincipal(object: ObjectNode, member: Member): Iterable<Wrong> {
  const { value } = member;
  if (value?.kind === 'scalar' && value.type === 'null') yield { node: value, due: 'object', object, member, of: member.key.value };
  if (value?.kind !== 'object' || mayBeAnything(value)) return;
  for (const inner of value.members) yield* judge(value, inner, 'texts', 'a principal');
}

function* inCondition(object: ObjectNode, member: Member): Iterable<Wrong> {
  yield* judge(object, member, 'object');
  const { value } = member;
  if (value?.kind !== 'object' || mayBeAnything(value)) return;
  // A key without a value: what comes behind it may stand in the wrong place for want of a brace.
  if (value.members.some((block) => block.value === undefined)) return;
  for (const block of value.members) {
    yield* judge(value, block, 'object');
    if (block.value?.kind !== 'object' || mayBeAnything(block.value)) continue;
    for (const test of block.value.members) yield* judge(block.value, test, 'values');
  }
}

function* judge(object: ObjectNode, member: Member, due: Due, of = member.key.value): Iterable<Wrong> {
  const { value } = member;
  if (!value) return;
  const nodes = due === 'texts' || due === 'values' ? itemsOf(value) : [value];
  for (const node of nodes) if (!isRight(node, due)) yield { node, due, object, member, of };
}

function isRight(node: Node, due: Due): boolean {
  if (isString(node) && due !== 'object' || mayBeAnything(node)) return true;
  if (due === 'object') return node.kind === 'object' || node.kind === 'list' && node.items.length === 0;
  return due === 'values' && node.kind === 'scalar' && node.type !== 'null';
}

/** What is still being typed, and what a template puts there: `{"Ref": …}`, `{"Fn::Sub": …}`, `${…}`. */
function mayBeAnything(node: Node): boolean {
  if (!node.closed) return true;
  if (node.kind === 'scalar') return node.holes.length > 0;
  return isTemplateFunction(node);
}

const DUE: Readonly<Record<Due, string>> = {
  text: 'is one string', texts: 'is a string or a list of strings', values: 'is a string, number or boolean, or a list of them', object: 'is an object',
};

function messageOf({ node, due, of }: Wrong): string {
  const written = node.kind !== 'scalar' ? `${node.kind === 'object' ? 'an' : 'a'} ${node.kind}` : node.type === 'null' ? 'null' : `a ${node.type}`;
  const digits = due === 'texts' && node.kind === 'scalar' && node.type === 'number' ? ' An account id without quotes is a number, which loses its leading zeros.' : '';
  return `The value of ${of} ${DUE[due]}, and this is ${written}: AWS rejects the policy.${digits}`;
}

function fixesFor(located: LocatedPolicy, { node, due, object, member }: Wrong): readonly Fix[] {
  if (node.kind === 'scalar' && due !== 'object' && node.type !== 'null') {
    const safe = node.type === 'number' && isAccountId(node.value);
    return [fixPolicy(`Put ${node.value} in quotes`, located, [{ edit: 'replace', node, value: node.value }], { preferred: true, safe })];
  }
  if (node.kind === 'scalar' && node.type === 'null') return [removal(located, object, member, node)];
  return node.kind === 'list' && due !== 'object' ? flattened(located, member, node, due) : [];
}

/** Only labels grant nothing in any case. */
function removal(located: LocatedPolicy, object: ObjectNode, member: Member, node: Node): Fix {
  const edit: TreeEdit = member.value === node ? { edit: 'remove-member', object, member } : { edit: 'remove-item', member, item: node };
  const isLabel = member.key.value === 'Sid' || member.key.value === 'Id';
  return fixPolicy(member.value === node ? `Remove "${member.key.value}"` : 'Remove null', located, [edit], { preferred: isLabel, safe: isLabel });
}

/** `["Allow"]` for `"Allow"`, and a list inside of a list: there is one way to read them. */
function flattened(located: LocatedPolicy, { value }: Member, node: Node, due: Due): readonly Fix[] {
  if (!value || !itemsOf(node).every(isString)) return [];
  if (due !== 'text') return [fixPolicy('Join the lists', located, [{ edit: 'replace', node: value, value: itemsOf(value).flatMap((item) => itemsOf(item).map(jsonOf)) }], { preferred: true })];
  const [only, ...others] = itemsOf(node);
  return isString(only) && others.length === 0 ? [fixPolicy(`Use "${only.value}" without the list`, located, [{ edit: 'replace', node, value: only.value }], { preferred: true, safe: true })] : [];
}
