import * as assert from 'node:assert/strict';
import { declareAttachment, declareKeyPolicy } from '../../../server/src/core/manifest/manifest-edit';
import type { FileChange } from '../../../server/src/core/text/file-change';
import { CONSUMER, KEY_ARN, OWNER, roleArn, rootArn } from '../../support/fixtures';
import { applyChanges, textOf } from '../../support/expect-findings';
import { uriOfPath, workspaceFromTexts } from '../../support/workspace-from-texts';

const OTHER_KEY = KEY_ARN.replace('1234abcd', '9999abcd');
const KEY_POLICY = { Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: rootArn(OWNER) }, Action: 'kms:*', Resource: '*' }] };
const IAM_POLICY = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY_ARN }] };
const FILES = { 'key.json': KEY_POLICY, 'other-key.json': KEY_POLICY, 'app.json': IAM_POLICY,
  'dump.json': { Keys: [{ KeyId: '1', Policy: JSON.stringify(KEY_POLICY) }] } };

/** `kms-handshake.json`, without white space, after the policy was tied to somebody. */
function manifestAfterDeclaration(manifest: object | string | undefined, path: string,
  to: { readonly key: string } | { readonly arn: string } | { readonly account: string }): string {
  const files = { ...FILES, ...manifest === undefined ? {} : { 'kms-handshake.json': manifest } };
  const { world, readings } = workspaceFromTexts(
    Object.fromEntries(Object.entries(files).map(([name, content]) => [name, textOf(content)])),
  );
  const [policy] = readings.get(uriOfPath(path))?.policies ?? [];
  assert.ok(policy);
  const change = 'key' in to ? declareKeyPolicy(world, policy, to.key) : declareAttachment(world, policy, to);
  assert.ok(change);
  return (applyChanges(files, [change])['kms-handshake.json'] ?? '').replace(/\s+/g, '').replaceAll('"', '');
}

describe('workspace/manifest-edit', () => {
  it('creates the file if it is missing', () => {
    assert.equal(manifestAfterDeclaration(undefined, 'key.json', { key: KEY_ARN }), `{keys:[{arn:${KEY_ARN},policy:key.json}]}`);
    assert.equal(manifestAfterDeclaration(undefined, 'app.json', { account: CONSUMER }),
      `{identities:[{account:${CONSUMER},policies:[app.json]}]}`);
  });

  it('names a policy of several in a file by its place', () => {
    assert.equal(manifestAfterDeclaration({}, 'dump.json', { key: KEY_ARN }), `{keys:[{arn:${KEY_ARN},policy:dump.json#/Keys/0/Policy}]}`);
  });

  describe('a key policy belongs to one key', () => {
    for (const [what, keys, expected] of [
      ['an entry for it alone is rewritten in its place', [{ arn: OTHER_KEY, policy: 'key.json' }], [`{arn:${KEY_ARN},policy:key.json}`]],
      ['however the entry spells the path', [{ arn: OTHER_KEY, policy: './key.json' }], [`{arn:${KEY_ARN},policy:./key.json}`]],
      ['an entry that says more keeps the rest', [{ arn: OTHER_KEY, policy: 'key.json', aliases: ['alias/x'] }], [
        `{arn:${OTHER_KEY},aliases:[alias/x]}`,
        `{arn:${KEY_ARN},policy:key.json}`,
      ]],
      ['where the key has an entry that takes it, the other one goes', [{ arn: OTHER_KEY, policy: 'key.json' }, { arn: KEY_ARN,
        aliases: ['alias/app'] }], [`{arn:${KEY_ARN},policy:key.json,aliases:[alias/app]}`]],
      ['another policy of the key gives way', [{ arn: KEY_ARN, policy: 'other-key.json' }], [`{arn:${KEY_ARN},policy:key.json}`]],
      ['what is declared already stays', [{ arn: KEY_ARN, policy: 'key.json' }], [`{arn:${KEY_ARN},policy:key.json}`]],
      ['other keys stay', [{ arn: OTHER_KEY, policy: 'other-key.json' }], [`{arn:${OTHER_KEY},policy:other-key.json}`,
        `{arn:${KEY_ARN},policy:key.json}`]],
      ['two entries for it become one', [{ arn: OTHER_KEY, policy: 'key.json' }, { arn: OTHER_KEY.replace('9999', '8888'),
        policy: 'key.json' }], [`{arn:${KEY_ARN},policy:key.json}`, `{arn:${OTHER_KEY.replace('9999', '8888')}}`]],
    ] as const) {
      it(what, () => assert.equal(manifestAfterDeclaration({ keys }, 'key.json', { key: KEY_ARN }), `{keys:[${expected.join(',')}]}`));
    }

    it('comments stay', () => {
      const text = `{\n  "keys": [\n    // the key of the app\n    { "arn": "${OTHER_KEY}", "policy": "key.json" } // for now\n  ]\n}\n`;
      assert.equal(manifestAfterDeclaration(text, 'key.json', { key: KEY_ARN }),
        `{keys:[//thekeyoftheapp{arn:${KEY_ARN},policy:key.json}//fornow]}`);
    });
  });

  describe('an IAM policy can be attached to several', () => {
    for (const [what, identities, expected] of [
      ['a role in place of its account', [{ account: CONSUMER, policies: ['app.json'] }], [
        `{arn:${roleArn(CONSUMER)},policies:[app.json]}`,
      ]],
      ['a role in place of its account, which keeps its other policies', [{ account: CONSUMER, policies: ['app.json', 'x.json'] }],
        [`{account:${CONSUMER},policies:[x.json]}`, `{arn:${roleArn(CONSUMER)},policies:[app.json]}`]],
      ['a role that has others', [{ arn: roleArn(CONSUMER), policies: ['x.json'] }], [
        `{arn:${roleArn(CONSUMER)},policies:[x.json,app.json]}`,
      ]],
      ['a role that has others, in place of its account', [{ account: CONSUMER, policies: ['app.json'] }, {
        arn: roleArn(CONSUMER),
        policies: ['x.json'],
      }], [`{arn:${roleArn(CONSUMER)},policies:[x.json,app.json]}`]],
      ['a role that has it', [{ arn: roleArn(CONSUMER), policies: ['app.json'] }], [
        `{arn:${roleArn(CONSUMER)},policies:[app.json]}`,
      ]],
      ['a second role', [{ arn: roleArn(CONSUMER, 'Other'), policies: ['app.json'] }], [
        `{arn:${roleArn(CONSUMER, 'Other')},policies:[app.json]}`,
        `{arn:${roleArn(CONSUMER)},policies:[app.json]}`,
      ]],
      ['not the account of another', [{ account: OWNER, policies: ['app.json'] }], [
        `{account:${OWNER},policies:[app.json]}`,
        `{arn:${roleArn(CONSUMER)},policies:[app.json]}`,
      ]],
      ['beside a pattern, which means other files too', [{ account: CONSUMER, policies: ['*.json'] }], [
        `{account:${CONSUMER},policies:[*.json]}`,
        `{arn:${roleArn(CONSUMER)},policies:[app.json]}`,
      ]],
    ] as const) {
      it(what, () =>
        assert.equal(manifestAfterDeclaration({ identities }, 'app.json', { arn: roleArn(CONSUMER) }),
          `{identities:[${expected.join(',')}]}`));
    }
  });

  describe('with several files, the nearest is written to', () => {
    const NESTED = { 'a/kms-handshake.json': '{}', 'a/b/key.json': KEY_POLICY, 'a/b/app.json': IAM_POLICY, 'c/app.json': IAM_POLICY };
    const change = (files: Readonly<Record<string, string | object>>, path: string): FileChange | undefined => {
      const { world, readings } = workspaceFromTexts(
        Object.fromEntries(Object.entries(files).map(([name, content]) => [name, textOf(content)])),
      );
      const [policy] = readings.get(uriOfPath(path))?.policies ?? [];
      assert.ok(policy);
      return policy.policy.kind === 'key'
        ? declareKeyPolicy(world, policy, KEY_ARN)
        : declareAttachment(world, policy, { arn: roleArn(CONSUMER) });
    };
    const after = (files: Readonly<Record<string, string | object>>, path: string): Record<string, string> =>
      applyChanges(files, [change(files, path) ?? assert.fail('nothing is written')]);

    it('with the path from its folder', () => {
      const files = { ...NESTED, 'kms-handshake.json': '{}' };
      assert.deepEqual(JSON.parse(after(files, 'a/b/key.json')['a/kms-handshake.json'] ?? ''), {
        keys: [{ arn: KEY_ARN, policy: 'b/key.json' }],
      });
      assert.deepEqual(JSON.parse(after(files, 'a/b/app.json')['a/kms-handshake.json'] ?? ''), {
        identities: [{ arn: roleArn(CONSUMER), policies: ['b/app.json'] }],
      });
      assert.deepEqual(JSON.parse(after(files, 'c/app.json')['kms-handshake.json'] ?? ''), {
        identities: [{ arn: roleArn(CONSUMER), policies: ['c/app.json'] }],
      });
    });

    it('and it is created at the root if there is none above the file', () => {
      assert.deepEqual(JSON.parse(after(NESTED, 'c/app.json')['kms-handshake.json'] ?? ''), {
        identities: [{ arn: roleArn(CONSUMER), policies: ['c/app.json'] }],
      });
    });

    it('after which its content counts, whatever one further out has', () => {
      const files = { ...NESTED, 'kms-handshake.json': { keys: [{ arn: OTHER_KEY, policy: 'a/b/key.json' }] } };
      const { world } = workspaceFromTexts(after(files, 'a/b/key.json'));
      assert.deepEqual([...world.keyByPolicy].map(([{ uri }, { arn }]) => [uri, arn]), [[uriOfPath('a/b/key.json'), KEY_ARN]]);
      assert.deepEqual([world.linkReport.conflicts, world.linkReport.manifest], [[], []]);
    });

    it('but not one that is too broken to change', () => {
      assert.equal(change({ ...NESTED, 'a/kms-handshake.json': '[]' }, 'a/b/key.json'), undefined);
    });
  });
});
