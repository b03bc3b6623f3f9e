/** What holds of every rename: policies are made at random, something in them is renamed, and all is judged again. */
import * as assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { describeConditionRef } from '../../../server/src/core/access/text/describe-access';
import { nameReferencesIn } from '../../../server/src/core/editor/name-references';
import type {  } from '../../../server/src/core/editor/parsed-name';
import { arnFieldAt, locationInName } from '../../../server/src/core/editor/name-references';
import type { ArnField, NameReference } from '../../../server/src/core/editor/parsed-name';
import { renameTargetAt, rename, type Rename } from '../../../server/src/core/editor/rename/rename';
import { namedEntityAt, type NamedEntity } from '../../../server/src/core/editor/named-entity';
import { isRefusal } from '../../../server/src/core/generate/counterpart';
import { actionNamesOf } from '../../support/access-builders';
import { CONSUMER, KEY_ARN, KEY_ID, keyArn, MULTI_REGION_KEY_ID, OWNER, roleArn, rootArn, type StatementJson,
  userArn } from '../../support/fixtures';
import { applyChanges, textOf } from '../../support/expect-findings';
import { analysisOfWorkspaceTexts, workspaceFromTexts, type FilesByPath } from '../../support/workspace-from-texts';

type Texts = Readonly<Record<string, string>>;

const ROLE = `arn:aws:iam::${CONSUMER}:role/team/AppRole`;
const USER = userArn(CONSUMER, 'BobUser');
const OWN_ROLE = roleArn(OWNER, 'OwnRole');
const SESSION = `arn:aws:sts::${CONSUMER}:assumed-role/AppRole/one`;
const MRK = keyArn(MULTI_REGION_KEY_ID);
const FRESH_ACCOUNTS: Readonly<Record<string, string>> = { [OWNER]: '555566667777', [CONSUMER]: '888899990000' };

const some = (...values: readonly string[]): fc.Arbitrary<string | string[]> =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 })
    .map((list) => (list.length === 1 ? list[0] ?? '' : list));
const conditions = fc.option(fc.constantFrom<StatementJson>(
  { StringEquals: { 'kms:CallerAccount': CONSUMER } },
  { StringNotEquals: { 'aws:PrincipalAccount': [OWNER, CONSUMER] } }, { ArnLike: { 'aws:PrincipalArn': [ROLE, SESSION] } },
  { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${CONSUMER}:*` } },
  { StringLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:us-west-2:${CONSUMER}:*` } },
  { ArnEquals: { 'aws:PrincipalArn': OWN_ROLE } },
), { nil: undefined, freq: 2 }).map((Condition) => (Condition ? { Condition } : {}));
const statement = (rest: fc.Arbitrary<object>): fc.Arbitrary<object> =>
  fc.tuple(
    fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
    some('kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:DescribeKey', 'kms:*'),
    rest,
    conditions,
  ).map(([Effect, Action, other, Condition]) => ({ Effect, Action, ...other, ...Condition }));
const principals = some(rootArn(CONSUMER), CONSUMER, OWNER, ROLE, USER, OWN_ROLE, SESSION, '*').map((AWS) => ({
  Principal: { AWS },
  Resource: '*',
}));
const resources = some(KEY_ARN, MRK, '*', `arn:aws:kms:*:${OWNER}:key/*`, `arn:aws:kms:*:${OWNER}:key/${KEY_ID}`,
  MRK.replace('us-west-2', 'eu-west-1'), KEY_ARN.replace('us-west-2', 'eu-west-1'),
  `arn:aws:dynamodb:us-west-2:${CONSUMER}:table/T`).map((Resource) => ({ Resource }));
const document = (rest: fc.Arbitrary<object>, first: readonly object[] = []): fc.Arbitrary<string> =>
  fc.tuple(
    fc.array(statement(rest), { minLength: 1, maxLength: 3 }),
    fc.constantFrom(0, 2),
    fc.boolean(),
  ).map(([statements, indent, wrapped]) => {
    const text = JSON.stringify({ Version: '2012-10-17', Statement: [...first, ...statements] }, undefined, indent);
    return wrapped
      ? JSON.stringify({ Policy: text, PolicyName: 'default' }).replace('"Policy":', first.length > 0 ? '"Policy":' : '"PolicyDocument":')
      : text;
  });
const owner = { Sid: 'Owner', Effect: 'Allow', Principal: { AWS: rootArn(OWNER) }, Action: 'kms:*', Resource: '*' };
const manifest = {
  keys: [{ arn: KEY_ARN, policy: 'key/one.json' }, { arn: MRK, policy: 'key/two.json' }],
  identities: [{ arn: ROLE, policies: ['app/a.json'] }, { arn: USER, policies: ['app/b.json'] }, { arn: OWN_ROLE,
    policies: ['app/c.json'] }, { account: CONSUMER, policies: ['app/d.json'] }],
  accounts: { [OWNER]: 'keys', [CONSUMER]: 'apps' },
};
const workspaces: fc.Arbitrary<Texts> = fc.record({
  'key/one.json': document(principals, [owner]), 'key/two.json': document(principals, [owner]),
  'app/a.json': document(resources), 'app/b.json': document(resources), 'app/c.json': document(resources),
  'app/d.json': document(resources),
}).map((files) => ({ ...files, 'kms-handshake.json': textOf(manifest) }));

/** Every place where something can be renamed, by each field of each name. */
function places(texts: Texts): { readonly mention: NameReference; readonly offset: number; readonly subject: NamedEntity }[] {
  const workspace = workspaceFromTexts(texts);
  return [...nameReferencesIn(workspace)].flatMap((nameReference) => Object.keys(nameReference.fields).flatMap((field) => {
    const characters = nameReference.fields[field as ArnField];
    if (!characters) return [];
    const offset = locationInName(nameReference, characters).span.start + 1;
    const named = renameTargetAt(workspace, nameReference.uri, offset) && namedEntityAt(workspace, nameReference.uri, offset);
    return named ? [{ mention: nameReference, offset, subject: named.entity }] : [];
  }));
}

/** A key by its id: it keeps its Region then, also where that is wrong. */
function nameOf(namedEntity: NamedEntity): string {
  if (namedEntity.kind === 'account') return namedEntity.account;
  return namedEntity.kind === 'key' ? namedEntity.name.keyId : namedEntity.name.arn;
}

function freshName(namedEntity: NamedEntity): string {
  if (namedEntity.kind === 'account') return FRESH_ACCOUNTS[namedEntity.account] ?? '';
  if (namedEntity.kind === 'identity') return 'FreshName';
  return namedEntity.name.keyId.startsWith('mrk-') ? 'mrk-feedabcd12ab34cd56ef1234567890ab' : 'deadbeef-12ab-34cd-56ef-1234567890ab';
}

function done(texts: Texts, uri: string, offset: number, name: string): { readonly result: Rename; readonly after: Texts } {
  const result = rename(workspaceFromTexts(texts), uri, offset, name);
  assert.ok(!isRefusal(result), isRefusal(result) ? result.refused : '');
  return { result, after: applyChanges(texts, result.changes) };
}

/** Every finding and verdict, as lines without offsets; `map` writes the old names as the new ones. */
function judged(files: FilesByPath, map = (text: string): string => text): string[] {
  const texts = Object.fromEntries(Object.entries(files).map(([file, content]) => [file, textOf(content)]));
  const { analysis } = analysisOfWorkspaceTexts(texts);
  const findings = [...analysis.findingsByFile].flatMap(([uri, list]) =>
    list.map(({ code, severity, at, related }) => (
      `${uri} ${severity} ${code} ${
        texts[uri.replace('file:///workspace/', '')]?.slice(at.span.start, at.span.end) ?? ''
      } ${related.length}`
    ))
  );
  const verdicts = [...analysis.pairsByIdentity.values()].flat().flatMap(({ identity, key, verdicts: groups }) =>
    groups.map((group) => {
      const { outcome, reason, conditions: open, decidedBy } = group.verdict;
      return [identity.id, key.id, actionNamesOf(group).join(), outcome, reason, open.map(describeConditionRef).join(),
        decidedBy.map((statementRef) => `${statementRef.policy.uri} ${statementRef.statement.index}`).join()].join(' ');
    })
  );
  return [...findings, ...verdicts].map(map).sort();
}

function check(texts: Texts, place: ReturnType<typeof places>[number]): void {
  const { mention: { uri }, offset, subject: namedEntity } = place;
  const old = nameOf(namedEntity);
  const fresh = freshName(namedEntity);
  const { result, after } = done(texts, uri, offset, fresh);
  assert.ok(result.changes.length > 0, 'the place itself is renamed');
  const map = (text: string): string => text.replace(new RegExp(`(?<![A-Za-z])${old.split('/').at(-1) ?? ''}(?![A-Za-z])`, 'g'), fresh);

  // And back, from the same name.
  const renamed = places(after).find((place) => place.subject.kind === namedEntity.kind && nameOf(place.subject).includes(fresh));
  assert.ok(renamed, 'the new name can be renamed');
  assert.deepEqual(done(after, renamed.mention.uri, renamed.offset, old).after, texts);

  if (result.unrenamed.patterns.length === 0 && result.unrenamed.awsCliOutputs.length === 0 && result.unrenamed.paths.length === 0)
    assert.deepEqual(judged(after), judged(texts, map));
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
    const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json')).map((name) =>
      name.replaceAll(path.sep, '/')
    );
    // Under paths that tell nothing, lest a path goes on telling the old account.
    const plain = (name: string): string => name.replace(/-\d{12}\//, '/');
    const texts = Object.fromEntries(
      names.map((name) => [plain(name), readFileSync(path.join(root, name), 'utf8').replace(/-\d{12}\//g, '/')]),
    );
    const seen = new Set<string>();
    for (const place of places(texts)) {
      const id = `${place.subject.kind} ${nameOf(place.subject)}`;
      if (!seen.has(id)) check(texts, place);
      seen.add(id);
    }
    assert.ok(seen.size > 10, [...seen].join('\n'));
  });

  it('every place that is renamed from leads to the same edit', () => {
    fc.assert(fc.property(workspaces, (texts) => {
      const edits = new Map<string, string>();
      for (const { mention: nameReference, offset, subject: namedEntity } of places(texts)) {
        assert.ok(arnFieldAt(nameReference, offset) !== undefined);
        const after = JSON.stringify(done(texts, nameReference.uri, offset, freshName(namedEntity)).after);
        const known = edits.get(nameOf(namedEntity));
        if (known !== undefined) assert.equal(after, known);
        edits.set(nameOf(namedEntity), after);
      }
    }), { numRuns: 3 });
  });
});
