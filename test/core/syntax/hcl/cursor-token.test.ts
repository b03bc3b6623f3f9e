import assert from 'node:assert/strict';
import fc from 'fast-check';
import { HCL_SYNTAX } from '../../../../server/src/core/syntax/hcl/hcl-syntax';
import { parseHcl } from '../../../../server/src/core/syntax/hcl/parse-hcl';
import { fileLayer, type CursorToken } from '../../../../server/src/core/syntax/syntax';
import { applyEdits } from '../json/support';

/** The token at the bar of a text, and the text without it. */
function tokenAt(marked: string): { readonly text: string; readonly token: CursorToken | undefined } {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  return { text, token: HCL_SYNTAX.tokenAt(fileLayer(text, HCL_SYNTAX), offset) };
}

const DOCUMENT = (line: string): string =>
  `data "aws_iam_policy_document" "d" {\n  statement {\n    ${line}\n    resources = ["*"]\n  }\n}\n`;
const OBJECT = (line: string): string => `x = jsonencode({\n  Version = "2012-10-17"\n  ${line}\n})\n`;

describe('the token at a cursor in HCL', () => {
  /** @param inserted the text with "new" inserted as the value, or as the name where a name is typed */
  const cases: readonly (readonly [string, string, string, string])[] = [
    [DOCUMENT('actions = ["|"]'), 'item', '', DOCUMENT('actions = ["new"]')],
    [DOCUMENT('actions = ["kms:De|"]'), 'item', 'kms:De', DOCUMENT('actions = ["new"]')],
    [DOCUMENT('actions = ["kms:De|]'), 'item', 'kms:De', DOCUMENT('actions = ["new"]')],
    [DOCUMENT('actions = ["kms:|, "kms:Encrypt"]'), 'item', 'kms:', DOCUMENT('actions = ["new", "kms:Encrypt"]')],
    [DOCUMENT('actions = [|]'), 'item', '', DOCUMENT('actions = ["new"]')],
    [DOCUMENT('actions = ["a", |]'), 'item', '', DOCUMENT('actions = ["a", "new"]')],
    [DOCUMENT('actions = ["a" |]'), 'item', '', DOCUMENT('actions = ["a", "new"]')],
    [DOCUMENT('actions = [| "a"]'), 'item', '', DOCUMENT('actions = ["new", "a"]')],
    [DOCUMENT('actions = [\n      "a", # why\n      |\n    ]'), 'item', '', DOCUMENT('actions = [\n      "a", # why\n      "new"\n    ]')],
    [DOCUMENT('actions = [\n      "a" # why\n      "|"\n    ]'), 'item', '', DOCUMENT('actions = [\n      "a", # why\n      "new"\n    ]')],
    [DOCUMENT('actions = concat(local.x, ["|"])'), 'item', '', DOCUMENT('actions = concat(local.x, ["new"])')],
    [DOCUMENT('effect = "|"'), 'value', '', DOCUMENT('effect = "new"')],
    [DOCUMENT('effect = |'), 'value', '', DOCUMENT('effect = "new"')],
    [DOCUMENT('effect = "De|'), 'value', 'De', DOCUMENT('effect = "new"')],
    [OBJECT('Id = "|"'), 'value', '', OBJECT('Id = "new"')],
    [OBJECT('Id = |'), 'value', '', OBJECT('Id = "new"')],
    [OBJECT('|'), 'name', '', OBJECT('new = 1')],
    [OBJECT('Sta|'), 'name', 'Sta', OBJECT('new = 1')],
    [OBJECT('"Sta|"'), 'name', 'Sta', OBJECT('new = 1')],
    [OBJECT('Sta| = []'), 'name', 'Sta', OBJECT('new = []')],
    [OBJECT('Principal = { AWS = "|" }'), 'value', '', OBJECT('Principal = { AWS = "new" }')],
    [OBJECT('Principal = { AWS = "a" | }'), 'name', '', OBJECT('Principal = { AWS = "a", new = 1 }')],
    [OBJECT('Statement = [{ Action = ["|"] }]'), 'item', '', OBJECT('Statement = [{ Action = ["new"] }]')],
  ];
  for (const [marked, position, prefix, expected] of cases) {
    it(marked.split('\n').find((line) => line.includes('|')) ?? '', () => {
      const { text, token } = tokenAt(marked);
      assert.ok(token);
      assert.deepEqual([token.position, token.prefix], [position, prefix]);
      const newText = token.print(position === 'name' && !token.valueFollows ? { name: 'new', value: 1 } : { value: 'new' });
      assert.equal(applyEdits(text, [...token.editsBefore, { span: token.span, newText }]), expected);
      for (const repair of token.repairs('MARK', 'Version')) {
        const repaired = applyEdits(text, [{ span: token.span, newText: repair.text }]);
        if (token.editsBefore.length === 0 || repair.text.startsWith(',')) assert.deepEqual(parseHcl(repaired).faults, [], repaired);
      }
    });
  }

  for (const marked of [DOCUMENT('act|'), DOCUMENT('|'), DOCUMENT('# a |'), DOCUMENT('actions = [] # |'), DOCUMENT('sid = "${local.|}"'),
    DOCUMENT('sid = "a"|'), DOCUMENT('sid = /* | */ "a"'), '|', 'x = <<EOT\n{ "a": "|" }\nEOT\n', 'x = f(|)\n', 'x = [1]|\n']) {
    it(`none in ${marked.split('\n').find((line) => line.includes('|')) ?? ''}`, () => {
      assert.equal(tokenAt(marked).token, undefined);
    });
  }

  it('what is behind a heredoc is not in it', () => {
    assert.equal(tokenAt('x = <<EOT\n[ {\nEOT\ny = "|"\n').token?.position, 'value');
  });

  it('several lines are laid out from the first one on', () => {
    const { token } = tokenAt(OBJECT('|'));
    assert.equal(token?.print({ name: 'Statement', value: [{ Sid: 'A', Action: ['b', 'c'] }] }),
      'Statement = [\n  {\n    Sid = "A"\n    Action = [\n      "b",\n      "c",\n    ]\n  },\n]');
    assert.equal(token?.print({ name: 'A', value: { B: 1, Longer: 2 } }), 'A = {\n  B      = 1\n  Longer = 2\n}');
  });

  it('never throws, and has a span within the text', () => {
    const parts = ['"', '[', ']', '{', '}', '(', ')', '=', ':', ',', ' ', '\n', '#', 'a', '<<E\n', 'E\n', '${', '\\', '/*'];
    fc.assert(fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 30 }), fc.nat(40), (texts, position) => {
      const text = texts.join('');
      const offset = Math.min(position, text.length);
      const token = HCL_SYNTAX.tokenAt(fileLayer(text, HCL_SYNTAX), offset);
      if (!token) return;
      assert.ok(token.span.start <= offset && offset <= token.span.end && token.span.end <= text.length);
      assert.equal(text.slice(token.span.start, offset), token.opening + token.prefix);
      token.repairs('MARK', 'Version');
      token.print({ value: 'x' });
    }), { numRuns: 3000 });
  });
});
