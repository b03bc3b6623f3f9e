import assert from 'node:assert/strict';
import type { Finding } from '../../server/src/core/rules/shared/finding';
import { RULES } from '../../server/src/core/rules/registry';
import { workspacesOfPage } from '../support/documented-examples';
import { findingsWithCode, textOf } from '../support/expect-findings';
import {
  CONSUMER, identityPolicy, KEY_ARN, KEY_ID, keyArn, keyPolicy, manifest, MULTI_REGION_KEY_ID, OWNER, roleArn, rootArn,
} from '../support/fixtures';
import { handshakeFiles } from '../support/handshake-files';
import { analysisOfWorkspaceTexts, type FilesByPath } from '../support/workspace-from-texts';

/** What lists show of a message before they cut it off (docs/writing.md). */
const VISIBLE_LENGTH = 60;

/** A whole id of a key takes most of that: messages have `1234abcd…`, and the ARN stands in related information. */
const WHOLE_KEY_ID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\bmrk-[0-9a-f]{32}\b/;

/** Who or what is meant: a value, an element, an identity, an account, a condition key, an action. */
const SUBJECT = new RegExp([
  /["'“]|\b\d{12}\b|\b(?:kms|aws|ec2|rds|s3):\w|\b(?:role|user|key)\/\S|\bkey (?:mrk-)?[0-9a-f]{8}…|\.amazonaws\.com/,
  /\b(?:Null|Bool|Arn\w+|String\w+|Numeric\w+|Date\w+|IpAddress|ForA\w+|NotAction|NotResource|NotPrincipal|Id|Sid|Version|Effect)\b/,
  /\b(?:Action|Principal|Resource|Region|principals?|session|statement|key policy|policy|ARN|value|condition|keys?|role|id|grants?)\b/i,
].map(({ source }) => source).join('|'));

/** What is wrong with it, or what follows. */
const FAULT = new RegExp([
  /\b(?:not|never|no|nobody|nothing|cannot|neither|without|only|another|missing|redundant|deprecated|deleted|rejects?|denied|denies)\b/,
  /\b(?:too (?:large|early)|could belong|several lines|everything but|covers|contains|would allow|old policy language|placeholders?)\b/,
  /\b(?:anyone can|every identity of|allows (?:account|role|user|every)|as the character itself|means account)\b/,
].map(({ source }) => source).join('|'), 'i');

/** For rules whose pages have no example that stands by itself. */
const OTHER_EXAMPLES: Readonly<Record<string, FilesByPath>> = {
  'fragment': { 'kms-handshake.json': manifest(), 'key.json': { Effect: 'Allow', Action: 'kms:Decrypt', Principal: '*', Resource: '*' } },
  'key-policy-not-delegating': handshakeFiles({
    keyPolicy: [{ Principal: { AWS: roleArn(OWNER, 'KeyAdmin') }, Action: 'kms:*' }], withOwnerStatement: false,
    identityPolicy: [{ Action: 'kms:Decrypt', Resource: KEY_ARN }], identity: roleArn(OWNER),
  }),
  'link-ambiguous': {
    'key.json': keyPolicy(), 'app.json': identityPolicy({ Resource: [KEY_ARN, keyArn('abcd1234-12ab-34cd-56ef-1234567890ab')] }),
  },
  'link-conflict': { [`us-west-2/${OWNER}/${KEY_ID}/a.json`]: keyPolicy(), [`us-west-2/${OWNER}/${KEY_ID}/b.json`]: keyPolicy() },
  'mrk-single-region': {
    'kms-handshake.json': {
      keys: ['us-east-1', 'eu-west-1'].map((region) => ({ arn: replicaArn(region), policy: `${region}.json` })),
      identities: [{ arn: roleArn(CONSUMER), policies: ['app.json'] }],
    },
    'us-east-1.json': keyPolicy(), 'eu-west-1.json': keyPolicy(), 'app.json': identityPolicy({ Resource: replicaArn('us-east-1') }),
  },
  'suppression-unused': {
    'kms-handshake.json': manifest({ suppress: [{ rule: 'wildcard-principal', file: 'key.json', reason: 'open on purpose' }] }),
    'key.json': keyPolicy({ Principal: { AWS: rootArn(CONSUMER) } }),
  },
};

function replicaArn(region: string): string {
  return `arn:aws:kms:${region}:${OWNER}:key/${MULTI_REGION_KEY_ID}`;
}

function findingsOfExamples(code: string): Finding[] {
  const example = OTHER_EXAMPLES[code];
  return [...workspacesOfPage(`${code}.md`), ...example ? [example] : []].flatMap((files) => {
    const texts = Object.fromEntries(Object.entries(files).map(([name, content]) => [name, textOf(content)]));
    return [...analysisOfWorkspaceTexts(texts).analysis.findingsByFile.values()].flat().filter((finding) => finding.code === code);
  });
}

/** Why the beginning of the message does not say what is the matter; undefined where it does. */
function faultOfBeginning(message: string): string | undefined {
  const beginning = message.slice(0, VISIBLE_LENGTH);
  if (WHOLE_KEY_ID.test(beginning)) return `a whole key id: ${beginning}`;
  if (!SUBJECT.test(beginning)) return `no subject: ${beginning}`;
  return FAULT.test(beginning) ? undefined : `no fault: ${beginning}`;
}

describe('the first 60 characters of a message (docs/writing.md)', () => {
  for (const { code } of RULES) {
    it(`say what is the matter: ${code}`, () => {
      const findings = findingsOfExamples(code);
      assert.ok(findings.length > 0, 'the examples have the finding');
      assert.deepEqual(findings.flatMap(({ message }) => faultOfBeginning(message) ?? []), []);
    });
  }

  it('are found wanting where they hold an id, or only an introduction', () => {
    for (const message of [
      `The policy of key ${KEY_ID} (account ${OWNER}, us-west-2) does not allow role/App kms:Encrypt.`,
      'Services call KMS in their own Region. The key is in us-west-2, not in eu-west-1.',
      'When a service calls KMS for users, calls may come from its network, so this does not work.',
    ]) assert.notEqual(faultOfBeginning(message), undefined, message);
  });
});

describe('a finding that shortens the id of a key', () => {
  const files = handshakeFiles({
    keyPolicy: [{ Principal: { AWS: rootArn(CONSUMER) }, Action: ['kms:Decrypt', 'kms:GenerateDataKey*'] }],
    identityPolicy: [{ Action: 'kms:Encrypt', Resource: KEY_ARN }],
  });

  it('has the ARN of the key in its related information, and the key policy in its own words', () => {
    const [finding] = findingsWithCode(files, 'action-not-allowed-by-key-policy');
    assert.equal(finding?.message, `role/App (${CONSUMER}) is denied kms:Encrypt: the policy of key 1234abcd… (${OWNER}) does not allow `
      + 'it, and across accounts both policies must allow a request. Only a grant could still allow it.');
    assert.deepEqual(finding.related.map(({ message }) => message),
      [`Key policy of ${KEY_ARN}: statement 2 allows only kms:Decrypt and kms:GenerateDataKey* for role/App of account ${CONSUMER}.`]);
  });
});
