import assert from 'node:assert/strict';
import { documentBlock } from '../../../../server/src/core/discovery/terraform/document-blocks';
import { renderDocumentEdits } from '../../../../server/src/core/discovery/terraform/document-edits';
import { nodeToJson } from '../../../../server/src/core/syntax/canonical-value';
import { printBlocks } from '../../../../server/src/core/syntax/hcl/block-edits';
import { HCL_SYNTAX } from '../../../../server/src/core/syntax/hcl/hcl-syntax';
import type { RenderedEdits } from '../../../../server/src/core/syntax/syntax';
import { fileLayer } from '../../../../server/src/core/syntax/syntax';
import { itemsOf, memberOf, type Member, type Node, type ObjectNode } from '../../../../server/src/core/syntax/tree';
import type { TreeEdit } from '../../../../server/src/core/syntax/tree-edit';
import { valueAfterEdits } from '../../../../server/src/core/syntax/value-after-edits';
import { findTerraformFormatter } from '../../../support/terraform-format/terraform-formatter';
import { applyEdits, plain } from '../../syntax/json/support';
import { documentTree } from './document-tree';

const DOCUMENT = `data "aws_iam_policy_document" "d" {
  statement {
    sid       = "A" # why
    actions   = ["kms:Decrypt"]
    resources = ["*"] # all

    principals {
      type        = "AWS"
      identifiers = ["a", "b"]
    }

    # when
    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["x"]
    }
  }

  statement {
    not_actions = local.x
    resources   = ["*"]
  }
}
`;

function statement(root: ObjectNode, index: number): ObjectNode {
  const node = itemsOf(memberOf(root, 'Statement')?.value)[index];
  assert.ok(node?.kind === 'object');
  return node;
}

/** The member at the end of the names. */
function member(root: Node | undefined, ...names: readonly string[]): Member {
  const [name = '', ...others] = names;
  const found = memberOf(root, name) ?? assert.fail(name);
  return others.length > 0 ? member(found.value, ...others) : found;
}

function objectIn(root: Node | undefined, ...names: readonly string[]): ObjectNode {
  const { value } = member(root, ...names);
  assert.ok(value?.kind === 'object');
  return value;
}

function itemIn({ value }: Member, index: number): Node {
  return itemsOf(value)[index] ?? assert.fail();
}

function render(text: string, make: (root: ObjectNode) => readonly TreeEdit[]): RenderedEdits {
  const root = documentTree(text);
  return renderDocumentEdits(fileLayer(text, HCL_SYNTAX), root, make(root)) ?? assert.fail(text);
}

describe('edits of a policy in a document of Terraform', function () {
  this.timeout(600_000);
  const results: string[] = [];

  /** @param changes what is in the text, and what is there then */
  function becomes(title: string, make: (root: ObjectNode) => readonly TreeEdit[], changes: readonly (readonly [string, string])[],
    text = DOCUMENT): void {
    it(title, () => {
      const rendered = render(text, make);
      const result = applyEdits(text, rendered.edits ?? assert.fail(rendered.refusal));
      const expected = changes.reduce((before, [from, to]) => {
        assert.ok(before.includes(from), from);
        return before.replace(from, () => to);
      }, text);
      assert.equal(result, expected);
      results.push(result);
      // The policy is what was asked for, but that lists stay lists, and that values of arguments are texts.
      const root = documentTree(text);
      const lists = (node: unknown): unknown => JSON.parse(JSON.stringify(node).replace(/\["((?:[^"\\]|\\.)*)"\]/g, '"$1"')
        .replace(/:(true|false|\d+)/g, ':"$1"'));
      const value = lists(plain(nodeToJson(documentTree(result))));
      if (!result.includes('concat(')) assert.deepEqual(sorted(value), sorted(lists(withEffect(plain(valueAfterEdits(root, make(root)))))));
    });
  }

  becomes('an action and a principal', (root) => [
    { edit: 'append', member: member(statement(root, 0), 'Action'), value: 'kms:Encrypt' },
    { edit: 'append', member: member(statement(root, 0), 'Principal', 'AWS'), value: '${aws_iam_role.r.arn}' },
  ], [['["kms:Decrypt"]', '["kms:Decrypt", "kms:Encrypt"]'], ['["a", "b"]', '["a", "b", aws_iam_role.r.arn]']]);

  becomes('an action in a list that an expression gives',
    (root) => [{ edit: 'append', member: member(statement(root, 1), 'NotAction'), value: 'kms:Encrypt' }],
    [['local.x', 'concat(local.x, ["kms:Encrypt"])']]);

  becomes('an effect that is not written', (root) => [
    { edit: 'replace', node: member(statement(root, 0), 'Effect').value ?? assert.fail(), value: 'Deny' }],
  [['# why\n', '# why\n    effect    = "Deny"\n']]);

  becomes('a resource in place of another one', (root) => [
    { edit: 'replace', node: itemIn(member(statement(root, 0), 'Resource'), 0), value: '${aws_kms_key.k.arn}' }],
  [['["*"] # all', '[aws_kms_key.k.arn] # all']]);

  becomes('a principal of another type', (root) => [
    { edit: 'set-member', object: objectIn(statement(root, 0), 'Principal'), name: 'Service', value: 's' }],
  [['"b"]\n    }\n', '"b"]\n    }\n\n    principals {\n      type        = "Service"\n      identifiers = ["s"]\n    }\n']]);

  becomes('principals in front of conditions', (root) => [
    { edit: 'set-member', object: statement(root, 0), name: 'Principal', value: '*' }],
  [['    condition', '    principals {\n      type        = "*"\n      identifiers = ["*"]\n    }\n\n    condition']],
  'data "aws_iam_policy_document" "d" {\n  statement {\n    actions = ["kms:*"]\n\n    condition {\n      test     = "Bool"\n'
    + '      variable = "kms:ViaService"\n      values   = ["x"]\n    }\n  }\n}\n');

  becomes('a condition of another operator, and the first condition', (root) => [
    { edit: 'set-member', object: objectIn(statement(root, 0), 'Condition'), name: 'Bool', value: { 'kms:GrantIsForAWSResource': true } },
    { edit: 'set-member', object: statement(root, 1), name: 'Condition',
      value: { StringLike: { 'aws:PrincipalArn': '${var.r}/${aws:username}' } } },
  ], [['["x"]\n    }\n', '["x"]\n    }\n\n    condition {\n      test     = "Bool"\n      variable = "kms:GrantIsForAWSResource"\n'
    + '      values   = ["true"]\n    }\n'],
  ['    resources   = ["*"]\n', '    resources   = ["*"]\n\n    condition {\n      test     = "StringLike"\n'
    + '      variable = "aws:PrincipalArn"\n      values   = ["${var.r}/$${aws:username}"]\n    }\n']]);

  becomes('another value of a condition', (root) => [
    { edit: 'append', member: member(statement(root, 0), 'Condition', 'StringEquals', 'kms:ViaService'), value: 'y' }],
  [['["x"]', '["x", "y"]']]);

  becomes('elements and operators of other names', (root) => [
    { edit: 'rename-member', member: member(statement(root, 0), 'Principal'), name: 'NotPrincipal' },
    { edit: 'rename-member', member: member(statement(root, 0), 'Action'), name: 'NotAction' },
    { edit: 'rename-member', member: member(statement(root, 0), 'Condition', 'StringEquals'), name: 'StringLike' }],
  [['principals {', 'not_principals {'], ['sid       =', 'sid         ='], ['actions   =', 'not_actions ='],
    ['resources =', 'resources   ='], ['"StringEquals"', '"StringLike"']]);

  becomes('a principal less', (root) => [
    { edit: 'remove-item', member: member(statement(root, 0), 'Principal', 'AWS'),
      item: itemIn(member(statement(root, 0), 'Principal', 'AWS'), 0) }],
  [['["a", "b"]', '["b"]']]);

  becomes('no condition', (root) => [
    { edit: 'remove-member', object: statement(root, 0), member: member(statement(root, 0), 'Condition') }],
  [['\n    condition {\n      test     = "StringEquals"\n      variable = "kms:ViaService"\n      values   = ["x"]\n    }\n', '\n']]);

  becomes('a statement less and another one more', (root) => [
    { edit: 'remove-item', member: member(root, 'Statement'), item: statement(root, 0) },
    { edit: 'append', member: member(root, 'Statement'), value: { Sid: 'N', Effect: 'Allow', Principal: { AWS: ['x'] }, Action: ['a', 'b'],
      Resource: '*' } }],
  [[DOCUMENT.slice(DOCUMENT.indexOf('  statement'), DOCUMENT.lastIndexOf('  statement')), ''],
    ['["*"]\n  }\n', '["*"]\n  }\n\n  statement {\n    sid    = "N"\n    effect = "Allow"\n    actions = [\n      "a",\n      "b",\n    ]\n'
      + '    resources = ["*"]\n\n    principals {\n      type        = "AWS"\n      identifiers = ["x"]\n    }\n  }\n']]);

  becomes('a version and a Sid', (root) => [
    { edit: 'set-member', object: root, name: 'Version', value: '2008-10-17' },
    { edit: 'set-member', object: statement(root, 1), name: 'Sid', value: 'X', first: true }],
  [['{\n', '{\n  version = "2008-10-17"\n\n'], ['    not_actions', '    sid         = "X"\n    not_actions']]);

  it('are refused where the blocks are made elsewhere', () => {
    const text = 'data "aws_iam_policy_document" "d" {\n  dynamic "statement" {\n    for_each = var.x\n    content {}\n  }\n}\n';
    const root = documentTree(text);
    const [block] = HCL_SYNTAX.parse(text, { comments: 'fault' }).roots;
    assert.ok(block);
    const dynamic: Node = { ...statement(documentTree(DOCUMENT), 0), span: { start: text.indexOf('dynamic'), end: text.length - 3 } };
    const list: Node = { kind: 'list', span: root.span, items: [dynamic], closed: true };
    const policy: ObjectNode = { ...root, members: [{ ...member(root, 'Statement'), value: list }] };
    const edit: TreeEdit = { edit: 'remove-item', member: member(policy, 'Statement'), item: dynamic };
    assert.match(renderDocumentEdits(fileLayer(text, HCL_SYNTAX), policy, [edit])?.refusal ?? '', /dynamic block/);
  });

  it('are those of the syntax where the policy is not a document', () => {
    const text = 'x = {\n}\n';
    const { root } = HCL_SYNTAX.parse(text, { comments: 'fault' });
    assert.ok(root);
    assert.equal(renderDocumentEdits(fileLayer(text, HCL_SYNTAX), root, []), undefined);
  });

  it('a whole policy is a document', () => {
    const printed = printBlocks([documentBlock({ Version: '2012-10-17', Id: 'i', Statement: { Effect: 'Deny',
      NotPrincipal: { AWS: '${var.r}' }, Action: 'kms:*', Resource: ['*'],
      Condition: { NumericLessThan: { 'aws:MultiFactorAuthAge': 300 } } } }, 'k')]);
    assert.equal(printed, 'data "aws_iam_policy_document" "k" {\n  policy_id = "i"\n\n  statement {\n    effect    = "Deny"\n'
      + '    actions   = ["kms:*"]\n    resources = ["*"]\n\n    not_principals {\n      type        = "AWS"\n'
      + '      identifiers = [var.r]\n    }\n\n'
      + '    condition {\n      test     = "NumericLessThan"\n      variable = "aws:MultiFactorAuthAge"\n'
      + '      values   = ["300"]\n    }\n  }\n}\n');
    results.push(printed);
  });

  it('leave a file in the layout of terraform fmt', async () => {
    const formatter = await findTerraformFormatter();
    const formatted = formatter?.(results) ?? results;
    results.forEach((result, index) => assert.equal(result, formatted[index]));
  });
});

/** The default of a statement. */
function withEffect(policy: unknown): unknown {
  const { Statement: statements, ...others } = policy as { Statement: readonly object[] };
  return { ...others, Statement: statements.map((item) => ({ Effect: 'Allow', ...item })) };
}

/** Members in any order. */
function sorted(input: unknown): unknown {
  if (Array.isArray(input)) return input.map(sorted);
  if (typeof input !== 'object' || input === null) return input;
  return Object.fromEntries(Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, sorted(inner)]));
}
