import assert from 'node:assert/strict';
import { parseHcl } from '../../../../server/src/core/syntax/hcl/parse-hcl';
import type { HclBody } from '../../../../server/src/core/syntax/hcl/hcl-tree';
import { checkSpans, outlineOf } from './support';

const MODULE = `data "aws_iam_policy_document" "key" {
  statement {
    sid       = "Owner"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:root"]
    }
  }
  statement {
    sid = "Consumer"
    actions = [
      "kms:Decrypt",
      "kms:DescribeKey",
    ]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.eu-west-1.amazonaws.com"]
    }
  }
}

resource "aws_kms_key" "main" {
  description = "orders"
  policy      = data.aws_iam_policy_document.key.json
}

resource "aws_iam_role_policy" "app" {
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["kms:Decrypt"]
      Resource = aws_kms_key.main.arn
    }]
  })
}
`;

/** Names of blocks and attributes with the path to them. */
function namesIn({ items }: HclBody, path = ''): readonly string[] {
  return items.flatMap((item) => (item.kind === 'attribute' ? [`${path}/${item.name}`]
    : namesIn(item.body, `${path}/${[item.type, ...item.labels.map(({ value }) => value)].join('.')}`)));
}

describe('HCL that is half typed', () => {
  const changes: readonly (readonly [title: string, written: string, typed: string, ...elsewhere: readonly string[]])[] = [
    ['a closing quote is missing', '"Consumer"', '"Consumer'],
    ['a closing quote is missing in a list', '"kms:Decrypt",', '"kms:Decrypt,'],
    ['a string is begun in a list', '"kms:Decrypt",', '"kms:Decrypt",\n      "kms:'],
    ['a bracket is missing', '["kms:*"]', '["kms:*"'],
    ['a bracket is missing behind lines', '    ]\n    resources', '    resources'],
    ['a bracket is missing in jsonencode', '["kms:Decrypt"]\n', '["kms:Decrypt"\n'],
    ['a list is begun', 'actions   = ["kms:*"]', 'actions   = ['],
    ['a comma is missing', '"kms:Decrypt",\n', '"kms:Decrypt"\n'],
    ['a value is missing', 'sid       = "Owner"', 'sid       ='],
    ['a name is begun', '    sid = "Consumer"', '    effe\n    sid = "Consumer"'],
    ['a name and a sign', '    sid = "Consumer"', '    effect =\n    sid = "Consumer"'],
    ['a reference is begun', 'aws_iam_role.app.name', 'aws_iam_role.'],
    ['an interpolation is begun', '"orders"', '"orders-${'],
    ['an interpolation is begun, with a reference', '"orders"', '"orders-${var."'],
    ['the brace of a block is missing', 'statement {\n    sid = "Consumer"', 'statement\n    sid = "Consumer"'],
    ['the brace of a resource is missing', '"main" {', '"main"'],
    ['the brace of a nested block is missing', 'principals {', 'principals'],
    ['a closing brace of a resource is missing', 'key.json\n}\n', 'key.json\n'],
    ['a closing parenthesis is missing', '  })\n', '  }\n'],
    ['a call is begun', 'data.aws_iam_policy_document.key.json', 'jsonencode('],
    ['a heredoc is begun', 'data.aws_iam_policy_document.key.json', '<<EOT'],
    ['the sign of an object is missing', 'Version = "2012-10-17"', 'Version "2012-10-17"'],
    ['a block is begun', '    condition {\n', '    principals {\n    condition {\n', ...['test', 'variable', 'values']
      .map((name) => `/data.aws_iam_policy_document.key/statement/condition/${name}`)],
  ];
  const whole = namesIn(parseHcl(MODULE).body);
  for (const [title, written, typed, ...elsewhere] of changes)
    it(`${title}: what stands around it is kept`, () => {
      assert.ok(MODULE.includes(written), written);
      const text = MODULE.replace(written, typed);
      const parsed = parseHcl(text);
      const names = new Set(namesIn(parsed.body));
      assert.deepEqual(whole.filter((name) => !names.has(name)), elsewhere);
      assert.ok(parsed.faults.length > 0);
      checkSpans(text, parsed);
    });

  it('keeps the items of a list and the members of an object around the place', () => {
    const { body } = parseHcl('x = [\n  "a"\n  "b",\n  @\n  c.d\n]\ny = {\n  a = 1\n  b\n  c = \n  d = [1,\n}\nz = 1\n');
    assert.equal(outlineOf(body), 'x = ["a", "b", c.d]\ny = {a = 1, b = ∅, c = ∅, d = [1]}\nz = 1\n');
  });

  it('has spans within each other wherever it is cut off', () => {
    for (let end = 0; end < MODULE.length; end++) checkSpans(MODULE.slice(0, end), parseHcl(MODULE.slice(0, end)));
    for (let start = 0; start < MODULE.length; start++) checkSpans(MODULE.slice(start), parseHcl(MODULE.slice(start)));
  });
});
