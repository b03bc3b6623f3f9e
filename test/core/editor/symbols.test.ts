import * as assert from 'node:assert/strict';
import { manifestLinksIn } from '../../../server/src/core/editor/navigation/document-links';
import { outlineOf, type OutlineItem } from '../../../server/src/core/editor/navigation/document-symbols';
import { findWorkspaceSymbols } from '../../../server/src/core/editor/navigation/workspace-symbols';
import { spanContains } from '../../../server/src/core/text/span';
import { uriOfPath, workspaceFromTexts } from '../../support/workspace-from-texts';
import { APP, changed, KEY, MANIFEST, PAIR, shown, texts } from './handshake-fixture';
import { CONSUMER, KEY_ARN, OWNER, ROLE_ARN } from '../../support/fixtures';

/** Each item as `name | detail`, those inside of it indented. */
function outline(path: string, files = PAIR): string[] {
  const { world, readings } = workspaceFromTexts(files);
  const reading = readings.get(uriOfPath(path));
  const lines = (items: readonly OutlineItem[], indent: string): string[] => items.flatMap((item) => {
    assert.ok(spanContains(item.span, item.selectionSpan), `${item.name}: the mark lies inside`);
    for (const child of item.children) assert.ok(spanContains(item.span, child.span), `${child.name} lies inside of ${item.name}`);
    return [`${indent}${item.name} | ${item.detail}`, ...lines(item.children, `${indent}  `)];
  });
  return reading ? lines(outlineOf(world, reading), '') : [];
}

describe('editor/navigation/document-symbols', () => {
  it('a policy says whose it is, its statements who gets what', () => {
    assert.deepEqual(outline(KEY), [
      `Key policy | alias/app of ${OWNER}`,
      `  Owner | Allow ${OWNER} kms:*`,
      '  Consumer | Allow role/App kms:Decrypt, kms:Encrypt',
    ]);
    assert.deepEqual(outline(APP), [
      `IAM policy | role/App of ${CONSUMER}`,
      '  UseKey | Allow kms:Decrypt, s3:GetObject',
      '  Statement 2 | Allow s3:*',
    ]);
  });

  it('long lists are cut, negated ones say so, and what is missing is left out', () => {
    const odd = { Version: '2012-10-17', Statement: [
      { Sid: ' ', Effect: 'Deny', NotPrincipal: { AWS: [OWNER, CONSUMER, ROLE_ARN] }, NotAction: ['kms:A', 'kms:B', 'kms:C'],
        Resource: '*' },
      { Effect: 'Allow', Principal: '*' },
      {},
    ] };
    assert.deepEqual(outline('key.json', texts({ 'key.json': odd })), [
      'Key policy | ',
      `  Statement 1 | Deny all but ${OWNER}, ${CONSUMER} and 1 more all but kms:A, kms:B and 1 more`,
      '  Statement 2 | Allow everyone',
      '  Statement 3 | ',
    ]);
  });

  it('each policy of an output has its own item, with its place in the file', () => {
    const dump = texts({
      'roles.json': {
        RoleDetailList: [{ RoleName: 'App', Arn: ROLE_ARN,
          RolePolicyList: [{ PolicyName: 'use', PolicyDocument: JSON.parse(PAIR[APP] ?? '') as object }] }],
      },
    });
    assert.deepEqual(outline('roles.json', dump)[0], `IAM policy | use · role/App of ${CONSUMER} · `
      + '/RoleDetailList/0/RolePolicyList/0/PolicyDocument');
    assert.deepEqual(outline('key.json', texts({ 'key.json': { Policy: PAIR[KEY], PolicyName: 'default' } })), [
      `Key policy | ${OWNER} · /Policy`, `  Owner | Allow ${OWNER} kms:*`,
      '  Consumer | Allow role/App kms:Decrypt, kms:Encrypt',
    ]);
  });

  it('fragments and half-typed policies have what is there', () => {
    assert.deepEqual(outline('a.json', { 'a.json': '{ "Sid": "A", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": '
      + '"*" }, { "Sid": "B", "Effect": "De' }), [
      'IAM policy | ', '  A | Allow kms:Decrypt', '  B | De',
    ]);
  });

  it('other files and policies of other kinds have none', () => {
    const files = changed(MANIFEST, '"keys": [', '"kinds": [{ "files": ["scp/*"], "kind": "service-control" }], "keys": [', { ...PAIR,
      'scp/a.json': PAIR[APP] ?? '', 'other.json': '{ "a": [] }' });
    assert.deepEqual([outline('scp/a.json', files), outline('other.json', files), outline(MANIFEST, files)], [[], [], []]);
  });
});

describe('editor/navigation/workspace-symbols', () => {
  function found(query: string, files = PAIR): string[] {
    const workspace = workspaceFromTexts(files);
    return findWorkspaceSymbols(workspace, query).map(({ kind, name, container, location: at }) =>
      `${kind} ${name} (${container}) ${shown(workspace, at)}`
    );
  }

  const APP_ROLE = `identity role/App (${CONSUMER}) ${APP}:1 `;
  const APP_KEY = `key alias/app (${KEY_ARN.slice(-36)} · ${OWNER}) ${KEY}:1 `;

  it('has keys, identities and Sids, in that order', () => {
    assert.deepEqual(found(''), [
      APP_KEY, APP_ROLE, `statement Owner (alias/app of ${OWNER}) ${KEY}:5 "Owner"`,
      `statement Consumer (alias/app of ${OWNER}) ${KEY}:14 "Consumer"`,
      `statement UseKey (role/App of ${CONSUMER}) ${APP}:5 "UseKey"`,
    ]);
  });

  it('finds by letters in their order, by ARN and by id, in any case', () => {
    assert.deepEqual(found('ROLEAPP'), [APP_ROLE]);
    assert.deepEqual(found('usky').map((line) => line.split(' ')[1]), ['UseKey']);
    assert.deepEqual(found(KEY_ARN), [APP_KEY]);
    assert.deepEqual(found(KEY_ARN.slice(-36)), [APP_KEY]);
    assert.deepEqual(found('nothing of that name'), []);
  });

  it('a key without a policy is where it is declared, an identity without one where it is named', () => {
    const bare = { [KEY]: PAIR[KEY] ?? '' };
    assert.deepEqual(found('role', bare), [`identity role/App (${CONSUMER}) ${KEY}:18 "${ROLE_ARN}"`]);
    assert.deepEqual(found('alias', { [MANIFEST]: PAIR[MANIFEST] ?? '' }), [
      `key alias/app (${KEY_ARN.slice(-36)} · ${OWNER}) ${MANIFEST}:4 ${KEY_ARN}`,
    ]);
  });

  it('stops at a number that a list can show', () => {
    const many = { Version: '2012-10-17',
      Statement: Array.from({ length: 400 }, (_, i) => ({ Sid: `S${i}`, Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' })) };
    assert.equal(found('', texts({ 'a.json': many })).length, 256);
  });
});

describe('editor/navigation/document-links', () => {
  function links(files: Readonly<Record<string, string>>, path = MANIFEST): string[] {
    const workspace = workspaceFromTexts(files);
    return manifestLinksIn(workspace, uriOfPath(path)).map(({ span, target, pointer }) =>
      `${shown(workspace, { uri: uriOfPath(path), span })} -> ${shown(workspace, target)}${pointer ?? ''}`
    );
  }

  it('a path leads to its file, one with a pointer to the policy', () => {
    assert.deepEqual(links(PAIR), [`${MANIFEST}:5 ${KEY} -> ${KEY}:1 `]);
    const dump = changed(MANIFEST, `"${KEY}"`, '"dump.json#/Policy"', { ...PAIR,
      'dump.json': '{ "KeyId": "x",\n "Policy": { "Version": "2012-10-17", "Statement": [] } }' });
    assert.deepEqual(links(dump), [`${MANIFEST}:5 dump.json#/Policy -> dump.json:2 { "Version": "2012-10-17", "Statement": [] }/Policy`]);
  });

  it('a name with characters of a glob is a name, and ../ leads to the next folder', () => {
    assert.deepEqual(links({ ...changed(MANIFEST, `"${KEY}"`, '"./a(1).json"'), 'a(1).json': '{}' }), [
      `${MANIFEST}:5 ./a(1).json -> a(1).json:1 `,
    ]);
    assert.deepEqual(links({ ...changed(MANIFEST, `"${KEY}"`, '"../next/a.json"'), 'file:///next/a.json': '{}' }), [
      `${MANIFEST}:5 ../next/a.json -> file:///next/a.json:1 `,
    ]);
  });

  it('globs, missing files and policies have none', () => {
    assert.deepEqual(links(changed(MANIFEST, `"${KEY}"`, `"${KEY}#/Policy"`)), []);
    assert.deepEqual(links(changed(MANIFEST, `"${KEY}"`, '"none.json"')), []);
    assert.deepEqual(links(PAIR, KEY), []);
  });
});
