import * as assert from 'node:assert/strict';
import { textAfterCompletion, completionsAt, textsAfterEachCompletion, completionLabelsAt } from '../../support/completion';
import type { FilesByPath } from '../../support/workspace-from-texts';
import { DECLARED_KINDS, MANIFEST_MEMBERS, RULE_LEVELS } from '../../../server/src/core/manifest/manifest-schema';
import { readManifest } from '../../../server/src/core/manifest/read-manifest';
import { CONSUMER, KEY_ARN, keyArn, OWNER, policyDocument, ROLE_ARN, rootArn } from '../../support/fixtures';

const ELSEWHERE = keyArn('1234abcd-12ab-34cd-56ef-000000000002', 'eu-west-1');
const POLICIES = {
  'producer/key.json': policyDocument(
    { Sid: 'Owner', Effect: 'Allow', Principal: { AWS: rootArn(OWNER) }, Action: 'kms:*', Resource: '*' },
    { Sid: 'App', Effect: 'Allow', Principal: { AWS: ROLE_ARN }, Action: 'kms:Decrypt', Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } },
  ),
  'dump.json': { KeyMetadata: 1,
    Policy: JSON.stringify(
      policyDocument({ Sid: 'Own', Effect: 'Allow', Principal: { AWS: rootArn(OWNER) }, Action: 'kms:*', Resource: '*' }),
    ) },
  'consumer/app.json': policyDocument({ Sid: 'Use', Effect: 'Allow', Action: 'kms:Decrypt',
    Resource: [KEY_ARN, ELSEWHERE, `arn:aws:kms:us-west-2:${OWNER}:alias/app`] }),
  'consumer/team/two.json': policyDocument({ Sid: 'Two', Effect: 'Allow', Action: 'kms:Encrypt',
    Resource: 'arn:aws:kms:us-west-2:${account_id}:key/*' }),
};
const at = (manifest: string): FilesByPath => ({ ...POLICIES, 'kms-handshake.json': manifest });
const offers = (manifest: string): string[] => completionLabelsAt(at(manifest));
const bySchema = (manifest: string): string[] => completionsAt(at(manifest), false, true)?.items.map(({ label }) => label) ?? [];

const PATHS = ['consumer/app.json', 'consumer/team/two.json', 'dump.json', 'producer/key.json', 'consumer/**', 'consumer/team/**',
  'producer/**'];

describe('editor/completion: kms-handshake.json, resources of templates', () => {
  const template = { Resources: {
    DataKey: { Type: 'AWS::KMS::Key' },
    Worker: { Type: 'AWS::IAM::Role', Properties: { Policies: ['One', 'Two'].map((PolicyName) => ({ PolicyName,
      PolicyDocument: policyDocument({ Sid: PolicyName, Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' }) })) } },
    Topic: { Type: 'AWS::SNS::Topic' },
  } };
  const labels = (manifest: string): string[] => completionLabelsAt({ 'stacks/t.json': template, 'kms-handshake.json': manifest });

  it('are offered by their logical ids', () => {
    assert.deepEqual(labels('{ "keys": [{ "policy": "|" }] }'), ['stacks/t.json#DataKey']);
    assert.deepEqual(labels('{ "identities": [{ "policies": ["|"] }] }'), ['stacks/t.json#Worker', 'stacks/**']);
    assert.deepEqual(labels('{ "suppress": [{ "file": "|" }] }'), ['stacks/t.json', 'stacks/t.json#DataKey', 'stacks/t.json#Worker']);
    assert.deepEqual(labels('{ "suppress": [{ "file": "stacks/t.json#Worker", "sid": "|" }] }'), ['One', 'Two']);
  });
});

describe('editor/completion: kms-handshake.json, what is known in the workspace', () => {
  const CASES: readonly (readonly [what: string, manifest: string, expected: readonly string[]])[] = [
    ['ARNs of keys that policies name', '{ "keys": [{ "arn": "|" }] }', [KEY_ARN, ELSEWHERE]],
    ['no ARN that has an entry already', `{ "keys": [{ "arn": "${KEY_ARN}" }, { "arn": "|" }] }`, [ELSEWHERE]],
    ['key policies, one inside of AWS CLI output by its pointer', '{ "keys": [{ "policy": "|" }] }', ['dump.json#/Policy',
      'producer/key.json']],
    ['what is declared already last', `{ "keys": [{ "arn": "${ELSEWHERE}", "policy": "dump.json#/Policy" }, { "policy": "|" }] }`, [
      'producer/key.json',
      'dump.json#/Policy',
    ]],
    ['aliases of the account and Region of the key', `{ "keys": [{ "arn": "${KEY_ARN}", "aliases": ["|"] }] }`, ['alias/app']],
    ['no alias of another Region', `{ "keys": [{ "arn": "${ELSEWHERE}", "aliases": ["|"] }] }`, []],
    ['an entry for each key policy without one', '{ "keys": [ | ] }', ['dump.json#/Policy', 'producer/key.json']],
    ['principals of key policies and declared identities', '{ "identities": [{ "arn": "arn:aws:iam::1|" }, { "arn": '
      + '"arn:aws:iam::777788889999:user/Ann", "policies": ["x.json"] }] }', [ROLE_ARN]],
    ['accounts', '{ "identities": [{ "account": "|" }] }', [OWNER, CONSUMER]],
    ['IAM policies and their folders', '{ "identities": [{ "policies": ["|"] }] }', ['consumer/app.json', 'consumer/team/two.json',
      'consumer/**', 'consumer/team/**']],
    ['an entry for each IAM policy without one', '{ "identities": [ | ] }', ['consumer/app.json', 'consumer/team/two.json']],
    ['files and folders with policies', '{ "kinds": [{ "files": ["|"] }] }', PATHS],
    ['the same for placeholders', '{ "placeholders": [{ "files": "|" }] }', PATHS],
    ['the same to be left out', '{ "exclude": ["|"] }', PATHS],
    ['accounts without a name', `{ "accounts": { "${OWNER}": "security", | } }`, [CONSUMER]],
    ['organizations of conditions', '{ "organizations": { "|" } }', ['o-exampleorgid']],
    ['accounts that are not listed yet', `{ "organizations": { "o-exampleorgid": ["${OWNER}", "|"] } }`, [CONSUMER]],
    ['placeholders of the files', '{ "placeholders": [{ "files": ["consumer/**"], "values": { "|" } }] }', ['account_id']],
    ['no placeholders of other files', '{ "placeholders": [{ "files": ["producer/**"], "values": { "|" } }] }', []],
    ['Sids of the file', '{ "suppress": [{ "rule": "wildcard-principal", "file": "producer/key.json", "sid": "|" }] }', ['Owner', 'App']],
    ['single files to suppress in', '{ "suppress": [{ "file": "|" }] }', PATHS.slice(0, 4)],
    ['nothing for a reason', '{ "suppress": [{ "reason": "|" }] }', []],
    ['nothing for the name of an account', `{ "accounts": { "${OWNER}": "|" } }`, []],
    ['nothing in a comment', '{ // "|\n }', []],
  ];
  for (const [what, manifest, expected] of CASES) {
    it(`offers ${what}: ${manifest}`, () => {
      assert.deepEqual(offers(manifest), expected);
      assert.deepEqual(bySchema(manifest), expected, 'beside a schema too');
    });
  }

  it('offers Regions of keys first, of their partition only', () => {
    const regions = offers('{ "identities": [{ "resourceRegions": ["|"] }] }');
    assert.deepEqual(regions.slice(0, 2), ['eu-west-1', 'us-west-2']);
    assert.ok(regions.includes('ap-south-1') && !regions.includes('cn-north-1'));
  });

  it('finds a key by its alias', () => {
    const manifest = `{ "keys": [{ "arn": "${KEY_ARN}", "aliases": ["alias/app"] }], "placeholders": [{ "files": [], "values": `
      + '{ "k": "|" } }] }';
    assert.match(completionsAt(at(manifest))?.items.find(({ label }) => label === KEY_ARN)?.filterText ?? '', / alias\/app$/);
  });
});

describe('editor/completion: kms-handshake.json, its names and values', () => {
  const shape = (manifest: string, expected: readonly string[]): void => {
    assert.deepEqual(offers(manifest), expected);
    assert.deepEqual(bySchema(manifest), [], 'an editor with the schema says them itself');
  };

  it('are offered where no schema says them', () => {
    shape('{ "keys": [], | }', MANIFEST_MEMBERS.manifest.filter((name) => name !== '$schema' && name !== 'keys'));
    shape('{ "keys": [{ | }] }', MANIFEST_MEMBERS.key);
    shape('{ "identities": [{ "arn": "x", "|" }] }', MANIFEST_MEMBERS.identity.filter((name) => name !== 'arn'));
    shape('{ "kinds": [{ "kind": "|" }] }', DECLARED_KINDS);
    shape('{ "rules": { "root-is-account": "|" } }', RULE_LEVELS);
    assert.ok(offers('{ "keys": [{ "keySpec": "|" }] }').includes('RSA_2048'));
  });

  it('have every code of a rule once', () => {
    for (const manifest of ['{ "rules": { "|" } }', '{ "suppress": [{ "rule": "|" }] }']) {
      const codes = offers(manifest);
      assert.ok(codes.includes('wildcard-principal') && codes.length > 50);
      assert.equal(new Set(codes).size, codes.length);
      assert.deepEqual(bySchema(manifest), []);
    }
    assert.ok(!offers('{ "rules": { "wildcard-principal": "off", "|" } }').includes('wildcard-principal'));
  });
});

describe('editor/completion: kms-handshake.json, what is written', () => {
  it('replaces the whole string, and adds quotes, colons and commas that are missing', () => {
    assert.equal(textAfterCompletion(at('{ "keys": [{ "arn": "arn:aws:|kms" }] }'), KEY_ARN), `{ "keys": [{ "arn": "${KEY_ARN}" }] }`);
    assert.equal(textAfterCompletion(at('{ "keys": [{ "policy": | }] }'), 'producer/key.json'),
      '{ "keys": [{ "policy": "producer/key.json" }] }');
    assert.equal(textAfterCompletion(at('{\n  "keys": [\n    { "arn": "x"\n      "pol|\n    }\n  ]\n}'), 'policy'),
      '{\n  "keys": [\n    { "arn": "x",\n      "policy": ""\n    }\n  ]\n}');
    assert.equal(textAfterCompletion(at(`{ "accounts": { "444|": "x" } }`), CONSUMER), `{ "accounts": { "${CONSUMER}": "x" } }`);
    assert.equal(textAfterCompletion(at('{ "exclude": ["consumer/a|*" "x"] }'), 'consumer/**'), '{ "exclude": ["consumer/**", "x"] }');
    assert.equal(textAfterCompletion(at('{ "identities": [{ "policies": ["consumer/|'), 'consumer/app.json'),
      '{ "identities": [{ "policies": ["consumer/app.json"');
  });

  it('is an entry with what is known filled in', () => {
    assert.deepEqual(
      JSON.parse(textAfterCompletion(at(`{ "keys": [{ "arn": "${ELSEWHERE}", "policy": "dump.json#/Policy" }, |] }`), 'producer/key.json')),
      {
        keys: [{ arn: ELSEWHERE, policy: 'dump.json#/Policy' }, { arn: KEY_ARN, policy: 'producer/key.json' }],
      },
    );
    assert.deepEqual(JSON.parse(textAfterCompletion(at('{ "identities": [|] }'), 'consumer/app.json')), {
      identities: [{ arn: '<IDENTITY_ARN>', policies: ['consumer/app.json'] }],
    });
  });

  it('is in an empty file an entry for each policy, and never a policy', () => {
    for (const empty of ['|', '{|}', '{ | }\n']) {
      const [written = ''] = [...textsAfterEachCompletion(at(empty)).values()].slice(-1);
      if (empty === '|') assert.deepEqual(offers(empty), ['keys and identities']);
      assert.ok(!offers(empty).some((label) => /policy/i.test(label)), empty);
      assert.ok(written.length > 0);
    }
    assert.deepEqual(Object.keys(JSON.parse(textAfterCompletion(at('|'), 'keys and identities')) as object), ['keys', 'identities']);
  });

  it('leaves a file that reads without a fault of syntax, whatever is chosen', () => {
    for (const manifest of ['{ "keys": [ | ] }', '{ "keys": [{ "policy": "|" }] }', '{ "accounts": { | } }', '{ "rules": { | } }',
      '{ "exclude": [ "|" ] }', '{ "keys": [], | }', '{ "placeholders": [{ "files": ["consumer/**"], "values": { | } }] }']) {
      for (const [label, text] of textsAfterEachCompletion(at(manifest))) {
        assert.deepEqual(readManifest({ uri: 'file:///w/kms-handshake.json', text }, 'file:///w', []).syntax, [],
          `${label} in ${manifest}`);
      }
    }
  });
});
