import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { memberOf, type ObjectNode } from '../../../../server/src/core/syntax/tree';
import type { TreeEdit } from '../../../../server/src/core/syntax/tree-edit';
import { plain } from '../json/support';
import { edited, parse, valueOf, YAML } from './support';

type YamlValue = string | number | boolean | null | YamlValue[] | { [key: string]: YamlValue };
type YamlDocument = Record<string, YamlValue>;

const WORDS = ['Action', 'Resource', 'Sid', 'kms:Decrypt', '*', 'x/y', '"q"', 'it\'s', 'back\\slash', 'é', 'two\nlines', ' blanks ', '#c',
  'a: b', 'yes', '012345670123', '2012-10-17', '${x}, {y}', '- z', ''];
const NAMES = ['Action', 'Resource', 'Sid', 'kms:ViaService', 'a b', '*', '12'];
const scalarValue = fc.oneof(fc.constantFrom(...WORDS), fc.integer({ min: -5, max: 5 }), fc.boolean(), fc.constant(null));
const value: fc.Arbitrary<YamlValue> = fc.letrec<{ value: YamlValue }>((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalarValue, fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 3 }),
    fc.record({ Ref: fc.constantFrom('Key', 'AWS::AccountId') }) as fc.Arbitrary<YamlValue>),
})).value;
const doc: fc.Arbitrary<YamlDocument> = fc.dictionary(fc.constantFrom(...NAMES), value, { minKeys: 1, maxKeys: 4 });

const LAYOUTS: Readonly<Record<string, (document: YamlDocument) => string>> = {
  ours: (document) => YAML.print(document),
  windows: (document) => YAML.print(document).replace(/\n/g, '\r\n'),
  library: (document) => stringify(document, { version: '1.1' }),
  wide: (document) => stringify(document, { version: '1.1', indent: 4, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' }),
  narrow: (document) => stringify(document,
    { version: '1.1', indent: 3, indentSeq: false, singleQuote: true, lineWidth: 20, minContentWidth: 0 }),
  flow: (document) => stringify(document, { version: '1.1', collectionStyle: 'flow', lineWidth: 0 }),
  broken: (document) => stringify(document, { version: '1.1', collectionStyle: 'flow', lineWidth: 20 }),
  json: (document) => JSON.stringify(document, null, 2),
};

const pickFrom = <T>(list: readonly T[], seed: number): T | undefined => list[seed % Math.max(1, list.length)];

/** An edit of the tree, made on the plain value, too; undefined where there is no place for it. */
function change(kind: TreeEdit['edit'], root: ObjectNode, target: YamlDocument, newValue: YamlValue,
  seeds: readonly number[]): TreeEdit | undefined {
  let object = root;
  let inner = target;
  for (const seed of seeds.slice(3)) {
    const objects = object.members.filter((candidate) => candidate.value?.kind === 'object' && candidate.value.style !== 'tag');
    const member = pickFrom(objects, seed);
    if (member?.value?.kind !== 'object') break;
    inner = inner[member.key.value] as YamlDocument;
    object = member.value;
  }
  const member = pickFrom(object.members, seeds[0] ?? 0);
  const name = member?.key.value ?? 'New';
  switch (kind) {
    case 'replace':
      if (!member?.value) return undefined;
      inner[name] = newValue;
      return { edit: 'replace', node: member.value, value: newValue };
    case 'append': {
      if (!member?.value) return undefined;
      const before = inner[name] ?? null;
      const list = Array.isArray(before) ? before : [before];
      if (!list.some((item) => JSON.stringify(item) === JSON.stringify(newValue))) inner[name] = [...list, newValue];
      return { edit: 'append', member, value: newValue };
    }
    case 'remove-item': {
      if (member?.value?.kind !== 'list' || member.value.items.length === 0) return undefined;
      const index = (seeds[1] ?? 0) % member.value.items.length;
      (inner[name] as YamlValue[]).splice(index, 1);
      return { edit: 'remove-item', member, item: member.value.items[index]! };
    }
    case 'remove-member':
      if (!member) return undefined;
      Reflect.deleteProperty(inner, name);
      return { edit: 'remove-member', object, member };
    case 'set-member': {
      const after = pickFrom([...object.members.map(({ key }) => key.value), 'absent'], seeds[2] ?? 0) ?? 'absent';
      inner['New'] = newValue;
      return { edit: 'set-member', object, name: 'New', value: newValue, ...(seeds[1] ?? 0) % 3 === 0 ? { first: true } : { after } };
    }
    case 'rename-member':
      if (!member || memberOf(object, 'Re: named"')) return undefined;
      inner['Re: named"'] = inner[name] ?? null;
      Reflect.deleteProperty(inner, name);
      return { edit: 'rename-member', member, name: 'Re: named"' };
    case 'wrap': case 'text': return undefined;
  }
}

/** Members in any order. */
function sorted(input: unknown): unknown {
  if (Array.isArray(input)) return input.map(sorted);
  if (typeof input !== 'object' || input === null) return input;
  return Object.fromEntries(Object.entries(input).sort(([a], [b]) => a < b ? -1 : 1).map(([name, inner]) => [name, sorted(inner)]));
}

describe('edits of YAML on random documents', () => {
  const kinds: TreeEdit['edit'][] = ['replace', 'append', 'remove-item', 'remove-member', 'set-member', 'rename-member'];
  for (const kind of kinds) {
    it(`${kind} gives the document with the edit applied, in every layout`, () => {
      fc.assert(fc.property(doc, fc.constantFrom(...Object.keys(LAYOUTS)), value, fc.array(fc.nat(50), { minLength: 5, maxLength: 5 }),
        (document, layout, newValue, seeds) => {
          const text = LAYOUTS[layout]?.(document) ?? '';
          const { root, faults } = parse(text);
          fc.pre(root?.kind === 'object' && faults.length === 0 && JSON.stringify(valueOf(text)) === JSON.stringify(document));
          assert.ok(root?.kind === 'object');
          const expected = structuredClone(document);
          const edit = change(kind, root, expected, newValue, seeds);
          fc.pre(edit !== undefined);
          const result = edited(text, () => [edit]);
          assert.deepEqual(plain(sorted(valueOf(result))), plain(sorted(expected)), `${text}\n=====\n${result}`);
          if (layout === 'windows') assert.doesNotMatch(result, /[^\r]\n/);
        }), { numRuns: 500 });
    });
  }

  it('what is printed is read again', () => {
    fc.assert(fc.property(doc, (document) => assert.deepEqual(plain(valueOf(YAML.print(document))), plain(document))), { numRuns: 500 });
  });
});
