import * as assert from 'node:assert/strict';
import { definitionAt } from '../../../server/src/core/editor/navigation/definition';
import { cursorPositionIn } from '../../support/cursor';
import type { FilesByPath } from '../../support/workspace-from-texts';
import { APP, changed, KEY, MANIFEST, PAIR, shown, texts } from './handshake-fixture';
import { CONSUMER, KEY_ARN, OWNER, ROLE_ARN, roleArn } from '../../support/fixtures';

/** `"name" -> place, place`, or nothing. */
function led(files: FilesByPath): string {
  const { workspace, uri, offset } = cursorPositionIn(files);
  const found = definitionAt(workspace, uri, offset);
  if (!found) return '';
  const text = workspace.files.get(found.origin.uri)?.source.text ?? '';
  return `${text.slice(found.origin.span.start, found.origin.span.end)} -> `
    + found.targets.map(({ location: at }) => shown(workspace, at)).join(', ');
}

const TO_KEY = `${KEY}:1 {…`;
const TO_APP = `${APP}:1 {…`;

describe('editor/navigation/definition', () => {
  it('a key ARN in an IAM policy leads to the key policy, from every character and both quotes', () => {
    for (const after of [`"|${KEY_ARN}"`, `"${KEY_ARN}|"`, `|"${KEY_ARN}"`, `"${KEY_ARN.replace('1111', '11|11')}"`]) {
      assert.equal(led(changed(APP, `"${KEY_ARN}"`, after)), `${KEY_ARN} -> ${TO_KEY}`);
    }
  });

  it('a principal leads to the policies of that role; the root ARN and an account id to those of all its identities', () => {
    assert.equal(led(changed(KEY, ROLE_ARN, `${ROLE_ARN}|`)), `${ROLE_ARN} -> ${TO_APP}`);
    const other = changed(KEY, `"${ROLE_ARN}"`, `"arn:aws:iam::${CONSUMER}:|root"`, { ...PAIR, 'other.json': PAIR[APP] ?? '' });
    const declared = changed(MANIFEST, '"policies": [\n', '"policies": ["consumer/app.json"] }, { "account": '
      + `"${CONSUMER}", "policies": [ "other.json",\n`, other);
    assert.equal(led(declared), `arn:aws:iam::${CONSUMER}:root -> ${TO_APP}, other.json:1 {…`);
    assert.equal(led(changed(KEY, `"${ROLE_ARN}"`, `"|${CONSUMER}"`)), `${CONSUMER} -> ${TO_APP}`);
    assert.equal(led(changed(KEY, `"kms:CallerAccount": "${CONSUMER}`, `"kms:CallerAccount": "${CONSUMER}|`)),
      `${CONSUMER} -> ${TO_APP}`);
  });

  it('a session leads to the policies of its role', () => {
    assert.equal(led(changed(KEY, ROLE_ARN, `arn:aws:sts::${CONSUMER}:assumed-role/App/one|`)),
      `arn:aws:sts::${CONSUMER}:assumed-role/App/one -> ${TO_APP}`);
  });

  it('a principal without a policy leads to its declaration, or nowhere without one', () => {
    const bare = roleArn(CONSUMER, 'Bare');
    assert.equal(led(changed(KEY, ROLE_ARN, `${bare}|`)), '');
    const declared = changed(MANIFEST, '"identities": [', `"identities": [ { "arn": "${bare}", "policies": [] },`);
    assert.equal(led(changed(KEY, ROLE_ARN, `${bare}|`, declared)), `${bare} -> ${MANIFEST}:11 ${bare}`);
  });

  it('a pattern leads to all keys that it reaches, and to no other', () => {
    const second = KEY_ARN.replace('1234abcd', '99999999');
    const far = second.replace(OWNER, '777788889999');
    const three = changed(MANIFEST, '"keys": [', `"keys": [{ "arn": "${second}", "policy": "producer/second.json" }, { "arn": `
      + `"${far}", "policy": "far.json" },`, {
      ...PAIR, 'producer/second.json': PAIR[KEY] ?? '', 'far.json': PAIR[KEY] ?? '',
    });
    assert.equal(led(changed(APP, KEY_ARN, `arn:aws:kms:*:${OWNER}:key/*|`, three)),
      `arn:aws:kms:*:${OWNER}:key/* -> ${TO_KEY}, producer/second.json:1 {…`);
    assert.equal(led(changed(APP, `"${KEY_ARN}"`, '"|*"', three)), `* -> far.json:1 {…, ${TO_KEY}, producer/second.json:1 {…`);
    assert.equal(led(changed(APP, '"Resource": "*"', '"Resource": "*|"', three)), '', 'a statement without KMS actions means no keys');
  });

  it('an ARN with the wrong Region leads to the key of that id', () => {
    const wrong = KEY_ARN.replace('us-west-2', 'eu-west-1');
    assert.equal(led(changed(APP, KEY_ARN, `${wrong}|`)), `${wrong} -> ${TO_KEY}`);
  });

  it('an alias leads to its key, by ARN, by condition and with wildcards', () => {
    const alias = `arn:aws:kms:us-west-2:${OWNER}:alias/app`;
    assert.equal(led(changed(APP, KEY_ARN, `${alias}|`)), `${alias} -> ${TO_KEY}`);
    assert.equal(led(changed(APP, KEY_ARN, `${alias.replace('us-west-2', 'eu-west-1')}|`)), '');
    const condition = (value: string): FilesByPath => changed(APP, `"Resource": "${KEY_ARN}"`, `"Resource": "${KEY_ARN}", "Condition": `
      + `{ "ForAnyValue:StringLike": { "kms:ResourceAliases": "${value}" } }`);
    assert.equal(led(condition('alias/a|pp')), `alias/app -> ${TO_KEY}`);
    assert.equal(led(condition('alias/*|')), `alias/* -> ${TO_KEY}`);
    assert.equal(led(condition('alias/other|')), '');
  });

  it('a key without a policy leads to its declaration, or to the output that mentions it', () => {
    const declared = changed(MANIFEST, `"policy": "${KEY}",`, '', { ...PAIR, [KEY]: '{}' });
    assert.equal(led(changed(APP, KEY_ARN, `${KEY_ARN}|`, declared)), `${KEY_ARN} -> ${MANIFEST}:4 ${KEY_ARN}`);
    const told = texts({ 'keys.json': { Keys: [{ KeyId: KEY_ARN.slice(-36), KeyArn: KEY_ARN }] },
      [APP]: (PAIR[APP] ?? '').replace(KEY_ARN, `${KEY_ARN}|`) });
    assert.match(led(told), /-> keys\.json:3 \{…$/);
  });

  it('what names nothing leads nowhere', () => {
    for (const [before, after] of [['"UseKey"', '"UseK|ey"'], ['"kms:Decrypt"', '"kms:|Decrypt"'], ['"Version"', '"V|ersion"'], ['s3:*',
      's3:|*']] as const) {
      assert.equal(led(changed(APP, before, after)), '');
    }
    assert.equal(led(changed(KEY, '"Resource": "*",\n      "Condition"', '"Resource": "*|",\n      "Condition"')), '',
      '"*" of a key policy is its own key');
    assert.equal(led({ 'other.json': `{ "arn": "${KEY_ARN}|" }` }), '');
  });

  it('policies of other kinds stay silent', () => {
    const boundary = { ...PAIR, 'scp/one.json': (PAIR[APP] ?? '').replace(KEY_ARN, `${KEY_ARN}|`) };
    assert.equal(led(changed(MANIFEST, '"keys": [', '"kinds": [{ "files": ["scp/*"], "kind": "service-control" }], "keys": [', boundary)),
      '');
  });

  it('works in a policy inside a string, and in text that is typed just now', () => {
    const inside = JSON.stringify({ PolicyName: 'app', RoleName: 'App', PolicyDocument: JSON.stringify(JSON.parse(PAIR[APP] ?? '')) });
    assert.equal(led({ ...PAIR, [APP]: inside.replace(KEY_ARN, `${KEY_ARN}|`) }), `${KEY_ARN} -> ${TO_KEY}`);
    assert.equal(led({ ...PAIR, [APP]: `{ "Statement": [{ "Effect": "Allow", "Action": "kms:Decrypt", "Resource": ["${KEY_ARN}|` }),
      `${KEY_ARN} -> ${TO_KEY}`);
    assert.equal(led({ ...PAIR, [APP]: (PAIR[APP] ?? '').replace(/\n/g, '\r\n').replace(KEY_ARN, `${KEY_ARN}|`) }),
      `${KEY_ARN} -> ${TO_KEY}`);
  });

  it('a placeholder whose value is declared leads where the value does', () => {
    const filled = changed(MANIFEST, '"keys": [', '"placeholders": [{ "files": ["**"], "values": { "owner": '
      + `"${OWNER}" } }], "keys": [`);
    const hole = KEY_ARN.replace(OWNER, '${owner}');
    assert.equal(led(changed(APP, KEY_ARN, `${hole}|`, filled)), `${hole} -> ${TO_KEY}`);
  });

  describe('in kms-handshake.json', () => {
    it('a path leads to the policy, a glob to all that match', () => {
      assert.equal(led(changed(MANIFEST, `"${KEY}"`, `"${KEY}|"`)), `${KEY} -> ${TO_KEY}`);
      assert.equal(led(changed(MANIFEST, 'consumer/*', 'consumer/|*', { ...PAIR, 'consumer/b.json': PAIR[APP] ?? '' })),
        `consumer/*.json -> ${TO_APP}, consumer/b.json:1 {…`);
      assert.equal(led(changed(MANIFEST, `"${KEY}"`, '"producer/none.json|"')), '');
    });

    it('a path with a pointer leads to that policy of the file', () => {
      const dump = { Keys: [{ Policy: PAIR[KEY] }, { Policy: PAIR[KEY] }] };
      const found = led(changed(MANIFEST, `"${KEY}"`, '"dump.json#/Keys/1/Policy|"', { ...PAIR, ...texts({ 'dump.json': dump }) }));
      assert.ok(found.startsWith('dump.json#/Keys/1/Policy -> dump.json:7 {') && !found.includes(', dump.json:'), found);
    });

    it('ARNs, accounts and aliases lead to the policies', () => {
      assert.equal(led(changed(MANIFEST, KEY_ARN, `${KEY_ARN}|`)), `${KEY_ARN} -> ${TO_KEY}`);
      assert.equal(led(changed(MANIFEST, ROLE_ARN, `|${ROLE_ARN}`)), `${ROLE_ARN} -> ${TO_APP}`);
      assert.equal(led(changed(MANIFEST, 'alias/app', 'alias/|app')), `alias/app -> ${TO_KEY}`);
      assert.equal(led(changed(MANIFEST, `"${OWNER}": "keys"`, `"${CONSUMER}|": "apps"`)),
        `${CONSUMER} -> ${TO_APP}`);
      assert.equal(led(changed(MANIFEST, `"${OWNER}": "keys"`, `"${OWNER}|": "keys"`)), '',
        'an account without policies is declared right here');
    });

    it('the Sid of a suppression leads to its statement', () => {
      const suppressed = changed(MANIFEST, '"keys": [', `"suppress": [{ "rule": "root-is-account", "file": "${KEY}", "sid": `
        + '"Con|sumer", "reason": "x" }], "keys": [');
      assert.equal(led(suppressed), `Consumer -> ${KEY}:13 {…`);
    });
  });
});
