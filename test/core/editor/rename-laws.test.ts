/** What holds of every rename: policies are made at random, something in them is renamed, and all is judged again. */
import * as assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { conditionText } from '../../../server/src/core/access/say';
import { mentionsIn } from '../../../server/src/core/editor/mentions';
import { fieldAt, placeIn, type Field, type Mention } from '../../../server/src/core/editor/names';
import { renamableAt, rename, type Rename } from '../../../server/src/core/editor/rename/rename';
import { namedAt, type Subject } from '../../../server/src/core/editor/subject';
import { isRefusal } from '../../../server/src/core/generate/counterpart';
import { actionNamesOf, EXT, KEY_ARN, KEY_ID, OWN, rootOf, type StatementJson } from '../../support/access';
import { applyChanges, textOf } from '../../support/check';
import { analysisOf, workspaceOf, type Files } from '../../support/workspace';

type Texts = Readonly<Record<string, string>>;

const ROLE = `arn:aws:iam::${EXT}:role/team/AppRole`;
const USER = `arn:aws:iam::${EXT}:user/BobUser`;
const OWN_ROLE = `arn:aws:iam::${OWN}:role/OwnRole`;
const SESSION = `arn:aws:sts::${EXT}:assumed-role/AppRole/one`;
const MRK = `arn:aws:kms:us-west-2:${OWN}:key/mrk-1234abcd12ab34cd56ef1234567890ab`;
const FRESH_ACCOUNTS: Readonly<Record<string, string>> = { [OWN]: '555566667777', [EXT]: '888899990000' };

const some = (...values: readonly string[]): fc.Arbitrary<string | string[]> => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 })
  .map((list) => (list.length === 1 ? list[0] ?? '' : list));
const conditions = fc.option(fc.constantFrom<StatementJson>(
  { StringEquals: { 'kms:CallerAccount': EXT } }, { StringNotEquals: { 'aws:PrincipalAccount': [OWN, EXT] } }, { ArnLike: { 'aws:PrincipalArn': [ROLE, SESSION] } },
  { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${EXT}:*` } }, { StringLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:us-west-2:${EXT}:*` } },
  { ArnEquals: { 'aws:PrincipalArn': OWN_ROLE } },
), { nil: undefined, freq: 2 }).map((Condition) => (Condition ? { Condition } : {}));
const statement = (rest: fc.Arbitrary<object>): fc.Arbitrary<object> => fc.tuple(
  fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'), some('kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:DescribeKey', 'kms:*'), rest, conditions,
).map(([Effect, Action, other, Condition]) => ({ Effect, Action, ...other, ...Condition }));
const principals = some(rootOf(EXT), EXT, OWN, ROLE, USER, OWN_ROLE, SESSION, '*').map((AWS) => ({ Principal: { AWS }, Resource: '*' }));
const resources = some(KEY_ARN, MRK, '*', `arn:aws:kms:*:${OWN}:key/*`, `arn:aws:kms:*:${OWN}:key/${KEY_ID}`, MRK.replace('us-west-2', 'eu-west-1'), KEY_ARN.replace('us-west-2', 'eu-west-1'),
  `arn:aws:dynamodb:us-west-2:${EXT}:table/T`).map((Resource) => ({ Resource }));
const document = (rest: fc.Arbitrary<object>, first: readonly object[] = []): fc.Arbitrary<string> => fc.tuple(
  fc.array(statement(rest), { minLength: 1, maxLength: 3 }), fc.constantFrom(0, 2), fc.boolean(),
).map(([statements, indent, wrapped]) => {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: [...first, ...statements] }, undefined, indent);
  return wrapped ? JSON.stringify({ Policy: text, PolicyName: 'default' }).replace('"Policy":', first.length > 0 ? '"Policy":' : '"PolicyDocument":') : text;
});
const owner = { Sid: 'Owner', Effect: 'Allow', Principal: { AWS: rootOf(OWN) }, Action: 'kms:*', Resource: '*' };
const manifest = {
  keys: [{ arn: KEY_ARN, policy: 'key/one.json' }, { arn: MRK, policy: 'key/two.json' }],
  identities: [{ arn: ROLE, policies: ['app/a.json'] }, { arn: USER, policies: ['app/b.json'] }, { arn: OWN_ROLE, policies: ['app/c.json'] }, { account: EXT, policies: ['app/d.json'] }],
  accounts: { [OWN]: 'keys', [EXT]: 'apps' },
};
const workspaces: fc.Arbitrary<Texts> = fc.record({
  'key/one.json': document(principals, [owner]), 'key/two.json': document(principals, [owner]),
  'app/a.json': document(resources), 'app/b.json': document(resources), 'app/c.json': document(resources), 'app/d.json': document(resources),
}).map((files) => ({ ...files, 'kms-handshake.json': textOf(manifest) }));

/** Every place where something can be renamed, by each field of each name. */
function places(texts: Texts): { readonly mention: Mention; readonly offset: number; readonly subject: Subject }[] {
  const workspace = workspaceOf(texts);
  return [...mentionsIn(workspace)].flatMap((mention) => Object.keys(mention.fields).flatMap((field) => {
    const characters = mention.fields[field as Field];
    if (!characters) return [];
    const offset = placeIn(mention, characters).span.start + 1;
    const named = renamableAt(workspace, mention.uri, offset) && namedAt(workspace, mention.uri, offset);
    return named ? [{ mention, offset, subject: named.subject }] : [];
  }));
}

/** A key by its id: it keeps its Region then, also where that is wrong. */
function nameOf(subject: Subject): string {
  if (subject.what === 'account') return subject.account;
  return subject.what === 'key' ? subject.name.keyId : subject.name.arn;
}

function freshName(subject: Subject): string {
  if (subject.what === 'account') return FRESH_ACCOUNTS[subject.account] ?? '';
  if (subject.what === 'identity') return 'FreshName';
  return subject.name.keyId.startsWith('mrk-') ? 'mrk-feedabcd12ab34cd56ef1234567890ab' : 'deadbeef-12ab-34cd-56ef-1234567890ab';
}

function done(texts: Texts, uri: string, offset: number, name: string): { readonly result: Rename; readonly after: Texts } {
  const result = rename(workspaceOf(texts), uri, offset, name);
  assert.ok(!isRefusal(result), isRefusal(result) ? result.refused : '');
  return { result, after: applyChanges(texts, result.changes) };
}

/** Every finding and verdict, as lines without offsets; `map` writes the old names as the new ones. */
function judged(files: Files, map = (text: string): string => text): string[] {
  const texts = Object.fromEntries(Object.entries(files).map(([file, content]) => [file, textOf(content)]));
  const { analysis } = analysisOf(texts);
  const findings = [...analysis.byFile].flatMap(([uri, list]) => list.map(({ code, severity, at, related }) => (
    `${uri} ${severity} ${code} ${texts[uri.replace('file:///workspace/', '')]?.slice(at.span.start, at.span.end) ?? ''} ${related.length}`)));
  const verdicts = [...analysis.pairs.values()].flat().flatMap(({ identity, key, verdicts: groups }) => groups.map((group) => {
    const { outcome, reason, conditions: open, because } = group.verdict;
    return [identity.id, key.id, actionNamesOf(group).join(), outcome, reason, open.map(conditionText).join(), because.map((one) => `${one.policy.uri} ${one.statement.index}`).join()].join(' ');
  }));
  return [...findings, ...verdicts].map(map).sort();
}

function check(texts: Texts, place: ReturnType<typeof places>[number]): void {
  const { mention: { uri }, offset, subject } = place;
  const old = nameOf(subject);
  const fresh = freshName(subject);
  const { result, after } = done(texts, uri, offset, fresh);
  assert.ok(result.changes.length > 0, 'the place itself is renamed');
  const map = (text: string): string => text.replace(new RegExp(`(?<![A-Za-z])${old.split('/').at(-1) ?? ''}(?![A-Za-z])`, 'g'), fresh);

  // And back, from the same name.
  const renamed = places(after).find((one) => one.subject.what === subject.what && nameOf(one.subject).includes(fresh));
  assert.ok(renamed, 'the new name can be renamed');
  assert.deepEqual(done(after, renamed.mention.uri, renamed.offset, old).after, texts);

  if (result.left.patterns.length === 0 && result.left.outputs.length === 0 && result.left.paths.length === 0) assert.deepEqual(judged(after), judged(texts, map));
}

describe('editor/rename: laws', () => {
  it('there and back gives the same bytes; findings and verdicts are the same with the new name', () => {
    fc.assert(fc.property(workspaces, fc.nat(), (texts, chosen) => {
      const all = places(texts);
      const place = all[chosen % all.length];
      assert.ok(place);
      check(texts, place);
    }), { numRuns: 50 });
  });

  it('at every place of the examples', () => {
    const root = path.join(__dirname, '../../../examples');
    const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json')).map((name) => name.replaceAll(path.sep, '/'));
    // Under paths that tell nothing, lest a path goes on telling the old account.
    const plain = (name: string): string => name.replace(/-\d{12}\//, '/');
    const texts = Object.fromEntries(names.map((name) => [plain(name), readFileSync(path.join(root, name), 'utf8').replace(/-\d{12}\//g, '/')]));
    const seen = new Set<string>();
    for (const place of places(texts)) {
      const id = `${place.subject.what} ${nameOf(place.subject)}`;
      if (!seen.has(id)) check(texts, place);
      seen.add(id);
    }
    assert.ok(seen.size > 10, [...seen].join('\n'));
  });

  it('every place that is renamed from leads to the same edit', () => {
    fc.assert(fc.property(workspaces, (texts) => {
      const edits = new Map<string, string>();
      for (const { mention, offset, subject } of places(texts)) {
        assert.ok(fieldAt(mention, offset) !== undefined);
        const after = JSON.stringify(done(texts, mention.uri, offset, freshName(subject)).after);
        const known = edits.get(nameOf(subject));
        if (known !== undefined) assert.equal(after, known);
        edits.set(nameOf(subject), after);
      }
    }), { numRuns: 3 });
  });
});
