import assert from 'node:assert/strict';
import { addBlocksEdit, printBlocks } from '../../../../server/src/core/syntax/hcl/block-edits';
import { HCL_SYNTAX } from '../../../../server/src/core/syntax/hcl/hcl-syntax';
import { parseHcl } from '../../../../server/src/core/syntax/hcl/parse-hcl';
import { fileLayer } from '../../../../server/src/core/syntax/syntax';
import { memberOf, type ListNode, type Member, type Node, type ObjectNode } from '../../../../server/src/core/syntax/tree';
import type { JsonValue, TreeEdit } from '../../../../server/src/core/syntax/tree-edit';
import { findTerraformFormatter, type TerraformFormatter } from '../../../support/terraform-format/terraform-formatter';
import { applyEdits } from '../json/support';

/** The value of the attribute `x`, within calls. */
function memberX(text: string): Member {
  return memberOf(HCL_SYNTAX.parse(text, { comments: 'fault' }).root, 'x') ?? assert.fail(text);
}

/** The one argument of a call, in place of it. */
function argumentOf(node: Node | undefined): Node {
  const value = node?.kind === 'object' && node.style === 'call' ? node.members[0]?.value : undefined;
  return value?.kind === 'list' && value.items[0] ? argumentOf(value.items[0]) : node ?? assert.fail();
}

function objectOf(text: string): ObjectNode {
  const node = argumentOf(memberX(text).value);
  assert.ok(node.kind === 'object');
  return node;
}

function listOf(text: string): ListNode {
  const node = argumentOf(memberX(text).value);
  assert.ok(node.kind === 'list');
  return node;
}

describe('edits of HCL', function () {
  this.timeout(600_000);
  const results: string[] = [];

  function check(text: string, edits: readonly TreeEdit[], expected: string): void {
    const { edits: textEdits, refusal } = HCL_SYNTAX.renderEdits(fileLayer(text, HCL_SYNTAX), edits);
    const result = applyEdits(text, textEdits ?? assert.fail(refusal));
    assert.equal(result, expected);
    results.push(result);
  }

  function refuses(text: string, edits: readonly TreeEdit[], expected: RegExp): void {
    assert.match(HCL_SYNTAX.renderEdits(fileLayer(text, HCL_SYNTAX), edits).refusal ?? '', expected);
  }

  const appended = (before: string, after: string, value: JsonValue = 'b'): void => {
    it(`${before} gets an item`, () => {
      const text = `x = ${before}\n`;
      check(text, [{ edit: 'append', member: memberX(text), value }], `x = ${after}\n`);
    });
  };

  appended('"a"', '["a", "b"]');
  appended('["a"]', '["a", "b"]');
  appended('["a", ]', '["a", "b", ]');
  appended('[]', '["b"]');
  appended('[\n  "a" # why\n]', '[\n  "a", # why\n  "b"\n]');
  appended('[\n  "a", # why\n]', '[\n  "a", # why\n  "b",\n]');
  appended('[\n  # none yet\n]', '[\n  # none yet\n  "b",\n]');
  appended('aws_kms_key.k.arn', '[aws_kms_key.k.arn, "b"]');
  appended('"${aws_kms_key.k.arn}"', '["${aws_kms_key.k.arn}", "b"]');
  appended('local.x', 'concat(local.x, ["b"])');
  appended('aws_iam_role.r[*].arn', 'concat(aws_iam_role.r[*].arn, ["b"])');
  appended('data.aws_iam_roles.r.arns', 'concat(data.aws_iam_roles.r.arns, ["b"])');
  appended('concat(local.x, ["a"])', 'concat(local.x, ["a", "b"])');
  appended('concat(local.x, local.y)', 'concat(local.x, local.y, ["b"])');
  appended('distinct(concat(local.x, ["a"]))', 'distinct(concat(local.x, ["a", "b"]))');
  appended('toset(["a"])', 'toset(["a", "b"])');
  appended('var.y ? ["a"] : []', 'concat(var.y ? ["a"] : [], ["b"])');
  appended('[for y in local.x : y]', 'concat([for y in local.x : y], ["b"])');
  appended('["a"]', '["a", aws_kms_key.k["x"].arn]', '${aws_kms_key.k[\'x\'].arn}');
  appended('["a"]', '["a", "arn:${var.p}:$${aws:username}:$${NAME}"]', 'arn:${var.p}:${aws:username}:${NAME}');

  it('a value in an object that may be a list or not becomes a list of both', () => {
    const text = 'x = jsonencode({ A = local.y })\n';
    const member = memberOf(objectOf(text), 'A') ?? assert.fail();
    check(text, [{ edit: 'append', member, value: 'b' }], 'x = jsonencode({ A = flatten([local.y, "b"]) })\n');
  });

  const replaced = (before: string, value: JsonValue, after: string): void => {
    it(`${before} becomes ${after}`, () => {
      const text = `x = ${before}\n`;
      check(text, [{ edit: 'replace', node: memberX(text).value ?? assert.fail(), value }], `x = ${after}\n`);
    });
  };
  replaced('"arn:${join(":", var.y)}:a/*"', 'arn:${join(\':\',var.y)}:b/*', '"arn:${join(":", var.y)}:b/*"');
  replaced('"${a.b}/x"', '${a.b}', 'a.b');
  replaced('"${a.b}"', 'c', '"c"');
  replaced('(a.b)', 'c', '"c"');
  replaced('a.b', '${a.b}x', '"${a.b}x"');
  replaced('"$${aws:username}"', '${aws:userid}', '"$${aws:userid}"');
  replaced('"a$"', 'a${x}', '"a$${x}"');
  replaced('"a"', 'a%{x}', '"a%%{x}"');
  replaced('123456789012', '123456789012', '"123456789012"');
  replaced('["a"]', ['b', 'c'], '["b", "c"]');
  replaced('<<EOT\nabc\nEOT', 'abd\n', '<<EOT\nabd\nEOT');
  replaced('<<EOT\nabc\nEOT', 'abd', '"abd"');

  it('members go in the style of their neighbours', () => {
    const json = 'x = jsonencode({\n  "A" : "1",\n  "B" : "2"\n})\n';
    check(json, [{ edit: 'set-member', object: objectOf(json), name: 'C', value: { D: ['e', 'f'], G: 1 } }],
      'x = jsonencode({\n  "A" : "1",\n  "B" : "2",\n  "C" : {\n    "D" : [\n      "e",\n      "f",\n    ],\n    "G" : 1\n  }\n})\n');
    const text = 'x = jsonencode({\n  A      = "1"\n  "b:c"  = "2" # why\n  Longer = 3\n})\n';
    check(text, [{ edit: 'set-member', object: objectOf(text), name: 'Condition', value: 'y', after: 'A' }],
      'x = jsonencode({\n  A         = "1"\n  Condition = "y"\n  "b:c"     = "2" # why\n  Longer    = 3\n})\n');
    const line = 'x = jsonencode({ A = "1" })\n';
    check(line, [{ edit: 'set-member', object: objectOf(line), name: 'B', value: ['c', 'd'] }],
      'x = jsonencode({ A = "1", B = ["c", "d"] })\n');
  });

  it('items of a list whose brackets share lines go on as the list begins', () => {
    const text = 'x = jsonencode([{\n  A = "1"\n}])\n';
    const member = { ...memberX(text), value: listOf(text) };
    check(text, [{ edit: 'append', member, value: { A: '2', Longer: '3' } }],
      'x = jsonencode([{\n  A = "1"\n  }, {\n  A      = "2"\n  Longer = "3"\n}])\n');
  });

  it('items and members go with their lines and the comments there', () => {
    const text = 'x = [\n  "a", # one\n  # two\n  "b", # three\n  "c"\n]\n';
    const member = memberX(text);
    const [, second, third] = member.value?.kind === 'list' ? member.value.items : [];
    assert.ok(second && third);
    check(text, [{ edit: 'remove-item', member, item: second }], 'x = [\n  "a", # one\n  # two\n  "c"\n]\n');
    check(text, [{ edit: 'remove-item', member, item: third }], 'x = [\n  "a", # one\n  # two\n  "b" # three\n]\n');
    check(text, [{ edit: 'remove-item', member, item: second }, { edit: 'append', member, value: 'd' }],
      'x = [\n  "a", # one\n  # two\n  "c",\n  "d"\n]\n');
  });

  it('attributes of blocks', () => {
    const text = 'y "a" {\n  b = 1 # c\n\n  d {}\n}\n';
    const body = memberOf(memberOf(HCL_SYNTAX.parse(text, { comments: 'fault' }).root, 'y')?.value, 'a')?.value;
    assert.ok(body?.kind === 'object');
    check(text, [{ edit: 'set-member', object: body, name: 'longer', value: '${a.b}' }],
      'y "a" {\n  b      = 1 # c\n  longer = a.b\n\n  d {}\n}\n');
    check(text, [{ edit: 'remove-member', object: body, member: body.members[0] ?? assert.fail() }], 'y "a" {\n  d {}\n}\n');
    check(text, [{ edit: 'remove-member', object: body, member: body.members[1] ?? assert.fail() }], 'y "a" {\n  b = 1 # c\n}\n');
    const inner = body.members[1]?.value;
    assert.ok(inner?.kind === 'object');
    check(text, [{ edit: 'set-member', object: inner, name: 'e', value: [] }], 'y "a" {\n  b = 1 # c\n\n  d {\n    e = []\n  }\n}\n');
  });

  it('blocks', () => {
    const blocks = [{ type: 'data', labels: ['t', 'n'], attributes: { a: '${b.c}', longer: ['d'] },
      blocks: [{ type: 'e', attributes: { f: true } }] }];
    const printed = 'data "t" "n" {\n  a      = b.c\n  longer = ["d"]\n\n  e {\n    f = true\n  }\n}\n';
    assert.equal(printBlocks(blocks), printed);
    for (const [text, expected] of [['', printed], ['x = 1\n', `x = 1\n\n${printed}`], ['x = 1', `x = 1\n\n${printed}`],
      ['y {}\n# end\n', `y {}\n\n${printed}# end\n`], ['# only\n', `# only\n\n${printed}`]] as const)
      check(text, [addBlocksEdit(text, { body: parseHcl(text).body, block: undefined }, blocks)], expected);
    const text = 'y {\n  a {}\n  b {}\n}\n';
    const [block] = parseHcl(text).body.items;
    assert.ok(block?.kind === 'block');
    check(text, [addBlocksEdit(text, { body: block.body, block }, [{ type: 'c', attributes: {} }])], 'y {\n  a {}\n  b {}\n  c {}\n}\n');
  });

  it('values without text are refused', () => {
    const text = 'x = local.y\n';
    const { value } = memberX(text);
    assert.ok(value);
    const list: ListNode = { kind: 'list', span: value.span, items: [value], closed: true };
    refuses(text, [{ edit: 'remove-item', member: { ...memberX(text), value: list }, item: value }], /computed by an expression/);
    refuses(text, [{ edit: 'wrap', nodes: [value], value: 1 }], /JSON only/);
  });

  it('leave a file in the layout of terraform fmt', async () => {
    const formatter: TerraformFormatter | undefined = await findTerraformFormatter();
    const formatted = formatter?.(results) ?? results;
    results.forEach((result, index) => assert.equal(result, formatted[index]));
  });
});
