import * as assert from 'node:assert/strict';
import { referencesAt } from '../../../server/src/core/editor/navigation/references';
import { analyse } from '../../../server/src/core/analysis/analyse';
import { cursorPositionIn } from '../../support/cursor';
import type { FilesByPath } from '../../support/workspace-from-texts';
import { APP, changed, KEY, MANIFEST, PAIR, shown } from './handshake-fixture';
import { CONSUMER, KEY_ARN, OWNER, ROLE_ARN, roleArn } from '../../support/fixtures';

/** The places, each as `file:line text`, and whether verdicts were asked for. */
function found(files: FilesByPath, includeDeclaration = false): { places: readonly string[]; judged: boolean } {
  const { workspace, uri, offset } = cursorPositionIn(files);
  let judged = false;
  const verdicts = (): ReturnType<typeof analyse> => {
    judged = true;
    return analyse(workspace);
  };
  return { places: referencesAt(workspace, verdicts, uri, offset, includeDeclaration).map((place) => shown(workspace, place)), judged };
}

function places(files: FilesByPath, includeDeclaration = false): readonly string[] {
  return found(files, includeDeclaration).places;
}

const USE = `${APP}:5 "UseKey"`;
const CONSUMER_STATEMENT = `${KEY}:14 "Consumer"`;

describe('editor/navigation/references', () => {
  describe('between the halves', () => {
    it('from a key policy statement to the statements that rely on it, from its Sid, its effect and the white space in it', () => {
      for (const [before, after] of [['"Consumer"', '"Con|sumer"'], ['"Consumer"', '"Consumer"|'], ['"Principal": {\n        "AWS": [',
        '"Pri|ncipal": {\n        "AWS": [']] as const) {
        assert.deepEqual(places(changed(KEY, before, after)), [USE]);
      }
      assert.deepEqual(places(changed(KEY, '"Consumer",\n', '"Consumer",|\n')), [USE]);
    });

    it('from an IAM statement to the key policy statements that it relies on', () => {
      assert.deepEqual(places(changed(APP, '"UseKey"', '"UseKey|"')), [CONSUMER_STATEMENT]);
    });

    it('from an action to that action, not from one that the other half does not have', () => {
      assert.deepEqual(places(changed(KEY, '"kms:Decrypt"', '"kms:Decrypt|"')), [`${APP}:8 "kms:Decrypt"`]);
      assert.deepEqual(places(changed(KEY, '"kms:Encrypt"', '"kms:Encrypt|"')), []);
      assert.deepEqual(places(changed(APP, '"kms:Decrypt"', '"kms:Decrypt|"')), [`${KEY}:22 "kms:Decrypt"`]);
      assert.deepEqual(places(changed(APP, '"s3:GetObject"', '"s3:GetObject|"')), []);
    });

    it('an owner statement that only delegates is relied on by the identities of its account', () => {
      const own = changed(MANIFEST, ROLE_ARN, roleArn(OWNER));
      assert.deepEqual(places(changed(KEY, '"Owner"', '"Owner|"', own)), [USE]);
      assert.deepEqual(places(changed(KEY, '"Owner"', '"Owner|"')), []);
    });

    it('a Deny leads to the statements that it stops, an Allow not to those that ask in vain', () => {
      const denied = changed(KEY, '"Statement": [', '"Statement": [ { "Sid": "Stop|", "Effect": "Deny", "Principal": "*", "Action": '
        + '"kms:Decrypt", "Resource": "*" },');
      assert.deepEqual(places(denied), [USE]);
      const stopped = changed(KEY, '"Statement": [', '"Statement": [ { "Sid": "Stop", "Effect": "Deny", "Principal": "*", "Action": '
        + '"kms:Decrypt", "Resource": "*" },');
      assert.deepEqual(places(changed(KEY, '"Consumer"', '"Consumer|"', stopped)), []);
    });

    it('the statement itself counts as the declaration', () => {
      assert.deepEqual(places(changed(KEY, '"Consumer"', '"Consumer|"'), true), [USE, CONSUMER_STATEMENT]);
      assert.deepEqual(places(changed(KEY, '"kms:Decrypt"', '"kms:Decrypt|"'), true), [`${APP}:8 "kms:Decrypt"`,
        `${KEY}:22 "kms:Decrypt"`]);
    });
  });

  describe('of names', () => {
    it('a key: everywhere that it is named, its declaration on request', () => {
      assert.deepEqual(found(changed(APP, KEY_ARN, `${KEY_ARN}|`)), { places: [`${APP}:11 ${KEY_ARN}`], judged: false });
      assert.deepEqual(places(changed(MANIFEST, KEY_ARN, `|${KEY_ARN}`), true), [`${APP}:11 ${KEY_ARN}`, `${MANIFEST}:4 ${KEY_ARN}`]);
    });

    it('an identity as a principal: where it is named, and the statements that rely on this one', () => {
      const session = changed(APP, '"Resource": "*"', '"Resource": "*", "Condition": { "ArnEquals": { "aws:SourceArn": '
        + `"arn:aws:sts::${CONSUMER}:assumed-role/App/one" } }`);
      assert.deepEqual(places(changed(KEY, ROLE_ARN, `${ROLE_ARN}|`, session), true), [
        `${APP}:5 "UseKey"`, `${APP}:16 arn:aws:sts::${CONSUMER}:assumed-role/App/one`, `${MANIFEST}:13 ${ROLE_ARN}`,
        `${KEY}:18 ${ROLE_ARN}`,
      ]);
    });

    it('an account: its digits, wherever they are an account', () => {
      const digits = changed(APP, '"UseKey"', `"UseKey${CONSUMER}"`);
      assert.deepEqual(
        places(changed(KEY, `"kms:CallerAccount": "${CONSUMER}`, `"kms:CallerAccount": "${CONSUMER}|`, digits), true),
        [`${MANIFEST}:13 ${CONSUMER}`, `${KEY}:18 ${CONSUMER}`, `${KEY}:28 ${CONSUMER}`],
      );
      assert.deepEqual(places(changed(MANIFEST, `"${OWNER}"`, `"${OWNER}|"`)), [`${APP}:11 ${OWNER}`,
        `${MANIFEST}:4 ${OWNER}`, `${KEY}:8 ${OWNER}`]);
    });

    it('is the place itself when nothing else names it, also in half-typed text and in a string', () => {
      assert.deepEqual(places({ 'a.json': `{ "Statement": { "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "${KEY_ARN}|` }), [
        `a.json:1 ${KEY_ARN}`,
      ]);
      const inside = JSON.stringify({ PolicyDocument: PAIR[APP] }).replace(KEY_ARN, `${KEY_ARN}|`);
      assert.deepEqual(places({ 'a.json': inside }), [`a.json:1 ${KEY_ARN}`]);
    });

    it('is nothing in other files and other kinds of policies', () => {
      assert.deepEqual(found({ ...PAIR, 'other.json': `{ "arn": "${KEY_ARN}|" }` }), { places: [], judged: false });
    });
  });
});
