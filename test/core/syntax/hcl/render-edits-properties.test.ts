import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nodeToJson } from '../../../../server/src/core/syntax/canonical-value';
import { HCL_SYNTAX } from '../../../../server/src/core/syntax/hcl/hcl-syntax';
import { laidOut } from '../../../../server/src/core/syntax/hcl/layout';
import { parseHcl } from '../../../../server/src/core/syntax/hcl/parse-hcl';
import { fileLayer } from '../../../../server/src/core/syntax/syntax';
import type { ListNode, Member, Node, ObjectNode } from '../../../../server/src/core/syntax/tree';
import type { JsonValue, TreeEdit } from '../../../../server/src/core/syntax/tree-edit';
import { valueAfterEdits } from '../../../../server/src/core/syntax/value-after-edits';
import { lineEnd, lineStart } from '../../../../server/src/core/text/lines';
import type { Span } from '../../../../server/src/core/text/span';
import { findTerraformFormatter, type TerraformFormatter } from '../../../support/terraform-format/terraform-formatter';
import { applyEdits, plain } from '../json/support';

/** A piece of configuration, for the indentation that its line has. */
type Printer = (indentation: string) => string;

const NAMES = ['a', 'bc', 'actions', 'resources_of', 'x-y', 'é_name'];
const KEYS = ['Action', 'AWS', 'Sid', '"kms:ViaService"', '"Effect"', '"é"', '"a b"'];
const STRINGS = ['""', '"kms:Decrypt"', '"*"', '"a\\"b\\\\"', '"$${aws:username}/x"', '"arn:${local.x}:${a.b["c"]}/é"', '"100%"', '"# no"'];
const COMMENTS = ['', '', '', ' # why', ' // é', ' # checkov:skip=X: y'];
const comment = fc.constantFrom(...COMMENTS);

const EXPRESSIONS = ['1', '-2.5', 'true', 'null', 'local.x', 'var.y[0]', 'aws_kms_key.k["a"].arn', 'format("%s", var.z)'];
const scalar = fc.constantFrom(...STRINGS, ...EXPRESSIONS)
  .map((text): Printer => () => text);
const heredoc = fc.constantFrom('{\n  "a": "${local.x}"\n}\n', 'x = 1\n   y = 22\n', '').map((content): Printer => () =>
  `<<EOT\n${content}EOT`);

const value = fc.letrec<{ value: Printer }>((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalar,
    fc.array(scalar, { maxLength: 3 }).map((items): Printer => (indentation) => `[${items.map((item) => item(indentation)).join(', ')}]`),
    fc.record({ items: fc.array(fc.tuple(tie('value'), comment), { minLength: 1, maxLength: 3 }), hasLastComma: fc.boolean() })
      .map(({ items, hasLastComma }): Printer => (indentation) => `[\n${items.map(([item, text], index) =>
        `${indentation}  ${item(`${indentation}  `)}${index < items.length - 1 || hasLastComma ? ',' : ''}${text}\n`)
        .join('')}${indentation}]`),
    fc.record({ keys: fc.uniqueArray(fc.constantFrom(...KEYS), { maxLength: 4 }), values: fc.array(fc.tuple(tie('value'), comment),
      { minLength: 4, maxLength: 4 }), sign: fc.constantFrom(' = ', ' : '), hasCommas: fc.boolean() })
      .map(({ keys, values, sign, hasCommas }): Printer => (indentation) => (keys.length === 0 ? '{}'
        : `{\n${keys.map((key, index) => `${indentation}  ${key}${sign}${values[index]?.[0](`${indentation}  `) ?? ''}${
          hasCommas && index < keys.length - 1 ? ',' : ''}${values[index]?.[1] ?? ''}\n`).join('')}${indentation}}`)),
    fc.tuple(fc.constantFrom(...KEYS), scalar).map(([key, inner]): Printer => (indentation) => `{ ${key} = ${inner(indentation)} }`),
    fc.record({ keys: fc.uniqueArray(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 3 }), inner: scalar })
      .map(({ keys, inner }): Printer => (indentation) =>
        `[{\n${keys.map((key) => `${indentation}  ${key} = ${inner('')}\n`).join('')}${indentation}}]`),
    tie('value').map((inner): Printer => (indentation) => `jsonencode(${inner(indentation)})`)),
})).value;

interface Body {
  readonly names: readonly string[];
  readonly values: readonly Printer[];
  readonly comments: readonly string[];
  readonly gaps: readonly string[];
  readonly blocks: readonly Body[];
}

const bodyOf = (blocks: fc.Arbitrary<readonly Body[]>): fc.Arbitrary<Body> => fc.record({
  names: fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 4 }),
  values: fc.array(fc.oneof(value, heredoc), { minLength: 4, maxLength: 4 }),
  comments: fc.array(comment, { minLength: 4, maxLength: 4 }),
  gaps: fc.array(fc.constantFrom('', '', '', '\n', '# above\n'), { minLength: 4, maxLength: 4 }),
  blocks,
});
const body = bodyOf(fc.array(bodyOf(fc.array(bodyOf(fc.constant([])), { maxLength: 1 })), { maxLength: 2 }));

function printBody({ names, values, comments, gaps, blocks }: Body, indentation: string): string {
  const attributes = names.map((name, index) => {
    const printed = values[index]?.(indentation) ?? '';
    const gap = gaps[index] === '\n' ? '\n' : gaps[index] ? indentation + gaps[index] : '';
    return `${gap}${indentation}${name} = ${printed}${printed.endsWith('EOT') ? '' : comments[index] ?? ''}\n`;
  });
  const printedBlocks = blocks.map((block, index) => `${index > 0 || names.length > 0 ? '\n' : ''}${indentation}block${index} "x" {\n${
    printBody(block, `${indentation}  `)}${indentation}}\n`);
  return [...attributes, ...printedBlocks].join('');
}

const configuration = fc.record({ body, isWindows: fc.boolean() }).map(({ body: root, isWindows }) => {
  const text = laidOut(printBody(root, ''));
  return isWindows ? text.replace(/\n/g, '\r\n') : text;
});

const NEW_VALUES: readonly JsonValue[] = ['kms:Encrypt', 'new "quoted"', '${aws_kms_key.new.arn}',
  'arn:${data.aws_partition.p.partition}:${aws:username}', 7, true, null, ['x', 'y'], [], {},
  { 'Sid': 'N', 'kms:key': ['a', 'b'], Deep: { One: '1', Two: ['2'] } }, [{ Sid: 'in list', Action: 'x' }]];

interface Place {
  readonly object: ObjectNode;
  readonly member: Member;
}

function placesIn(node: Node | undefined): readonly Place[] {
  if (node?.kind === 'list') return node.items.flatMap(placesIn);
  return node?.kind !== 'object' ? [] : node.members.flatMap((member) => [
    ...node.style === 'call' || isLabel(node, member) ? [] : [{ object: node, member }], ...placesIn(member.value)]);
}

/** The label of a block is a name of a tree only. */
function isLabel({ span, style }: ObjectNode, member: Member): boolean {
  return style === 'block' && span.start === member.span.start && span.end === member.span.end && member.value?.kind === 'object';
}

function isWritten(member: Member): member is Member & { readonly value: Node } {
  return member.value !== undefined && !(member.value.kind === 'object' && member.value.style === 'call');
}

function editOf(kind: TreeEdit['edit'], { object, member }: Place, newValue: JsonValue, seed: number): TreeEdit | undefined {
  const isBlock = member.value?.kind === 'object' && member.value.style === 'block';
  switch (kind) {
    case 'replace': return !isWritten(member) || isBlock ? undefined : { edit: kind, node: member.value, value: newValue };
    case 'append': return !isWritten(member) || isBlock || member.value.kind === 'scalar' && member.value.style === 'expression' ? undefined
      : { edit: kind, member, value: newValue };
    case 'remove-item': {
      const list: ListNode | undefined = member.value?.kind === 'list' ? member.value : undefined;
      const item = list?.items[seed % Math.max(1, list.items.length)];
      return item ? { edit: kind, member, item } : undefined;
    }
    case 'remove-member': return { edit: kind, object, member };
    case 'set-member': return seed % 3 === 0 ? { edit: kind, object, name: 'New', value: newValue, first: true }
      : { edit: kind, object, name: 'New', value: newValue, after: member.key.value };
    case 'rename-member': return isBlock ? undefined : { edit: kind, member, name: 'Renamed' };
    case 'wrap': case 'text': return undefined;
  }
}

/** Comments, but for those in the lines of what is taken away. */
function commentsOf(text: string, gone?: Span): readonly string[] {
  const lines = gone && { start: lineStart(text, gone.start), end: lineEnd(text, gone.end) };
  return parseHcl(text).comments.filter(({ start }) => !lines || start < lines.start || start >= lines.end)
    .map(({ start, end }) => text.slice(start, end).trim());
}

function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (const character of whole) if (character === part.charAt(at)) at++;
  return at >= part.length;
}

const withoutBlanks = (text: string): string => text.replace(/\s/g, '');

/** Members in any order, and names that stand for nothing but themselves. */
function sorted(input: JsonValue): JsonValue {
  if (Array.isArray(input)) return input.map(sorted);
  if (typeof input !== 'object' || input === null) return input;
  return Object.fromEntries(Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, sorted(inner)]));
}

describe('edits of HCL on random configurations', function () {
  this.timeout(600_000);
  let formatter: TerraformFormatter | undefined;
  before(async () => {
    formatter = await findTerraformFormatter();
  });

  const checkFormat = (texts: readonly string[]): void => {
    const formatted = formatter?.(texts) ?? texts;
    texts.forEach((text, index) => assert.equal(text, formatted[index]));
  };

  const kinds: TreeEdit['edit'][] = ['replace', 'append', 'remove-item', 'remove-member', 'set-member', 'rename-member'];
  for (const kind of kinds) {
    it(`${kind} gives the tree with the edit applied, in the layout of terraform fmt`, () => {
      const texts: string[] = [];
      fc.assert(fc.property(configuration, fc.constantFrom(...NEW_VALUES), fc.nat(1000), fc.nat(1000), (text, newValue, seed, position) => {
        const { root } = HCL_SYNTAX.parse(text, { comments: 'fault' });
        const places = placesIn(root);
        const place = places[position % Math.max(1, places.length)];
        const edit = place && editOf(kind, place, newValue, seed);
        fc.pre(root !== undefined && edit !== undefined);
        const rendered = HCL_SYNTAX.renderEdits(fileLayer(text, HCL_SYNTAX), [edit]);
        const result = applyEdits(text, rendered.edits ?? assert.fail(`${rendered.refusal}\n${text}`));
        const message = `${JSON.stringify(edit)}\n${text}\n=====\n${result}`;
        assert.deepEqual(parseHcl(result).faults, [], message);
        const { root: newRoot } = HCL_SYNTAX.parse(result, { comments: 'fault' });
        const newValues = newRoot ? nodeToJson(newRoot) : null;
        assert.deepEqual(plain(sorted(newValues)), plain(sorted(valueAfterEdits(root, [edit]) ?? null)), message);
        assert.equal(laidOut(result), result, message);
        const gone = edit.edit === 'replace' ? edit.node.span : edit.edit === 'remove-item' ? edit.item.span
          : edit.edit === 'remove-member' ? edit.member.span : undefined;
        const left = commentsOf(text, gone);
        if (gone) assert.ok(isSubsequence(left.join(''), commentsOf(result).join('')), message);
        else assert.deepEqual(commentsOf(result), left, message);
        if (kind === 'append' || kind === 'set-member')
          assert.ok(isSubsequence(withoutBlanks(text), withoutBlanks(result)) || /\[\]|\{\}/.test(text), message);
        if (text.includes('\r\n')) assert.doesNotMatch(result, /[^\r]\n/);
        texts.push(text, result);
      }), { numRuns: 200 });
      checkFormat(texts);
    });
  }
});
