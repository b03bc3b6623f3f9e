import * as assert from 'node:assert/strict';
import { checkFindings, findingsWithCode } from '../support/expect-findings';
import { CONSUMER, identityPolicy, KEY_ARN, keyPolicy, manifest, OWNER, ROLE_ARN } from '../support/fixtures';

const ONLY = ['manifest-invalid'];
const files = { 'key.json': keyPolicy(), 'app.json': identityPolicy() };

describe('manifest-invalid', () => {
  it('finds what is not an ARN, a rule or a member', () => {
    checkFindings({ ...files,
      'kms-handshake.json': manifest({ keys: [{ arn: 'alias/app' }], rulez: {}, rules: { 'wildcard-principle': 'off' } }) }, [
      'kms-handshake.json error manifest-invalid "\\"alias/app\\""',
      'kms-handshake.json error manifest-invalid "\\"rulez\\""',
      'kms-handshake.json error manifest-invalid "\\"wildcard-principle\\""',
    ], ONLY);
  });

  it('finds what is not a Region, and warns about unknown ones', () => {
    const identities = [{ arn: ROLE_ARN, policies: ['app.json'],
      resourceRegions: ['us-west-2', 'Oregon', 'us-wset-2'] }];
    checkFindings({ ...files, 'kms-handshake.json': manifest({ identities }) }, [
      'kms-handshake.json error manifest-invalid "\\"Oregon\\""',
      'kms-handshake.json warning manifest-invalid "\\"us-wset-2\\""',
    ], ONLY);
  });

  it('takes a sound one, with comments', () => {
    checkFindings({ ...files, 'kms-handshake.json': `// who is who\n${JSON.stringify(manifest({ accounts: { [OWNER]: 'security' } }))}` },
      [], ONLY);
  });

  it('warns of a trailing comma, as VS Code does in JSON with comments, and reads what is before it', () => {
    checkFindings({ ...files, 'kms-handshake.json': '{ "rules": { "wildcard-principle": "off", }, }' }, [
      'kms-handshake.json error manifest-invalid "\\"wildcard-principle\\""',
      'kms-handshake.json warning manifest-invalid ","',
    ], ONLY);
  });

  it('says that nothing is read at paths that lead out of the workspace, and finds the file inside', () => {
    const declared = (path: string) => ({ ...files, 'kms-handshake.json': { keys: [{ arn: KEY_ARN, policy: path }] } });
    for (const path of ['../key.json', 'sub/../../key.json', '../escape/*.json']) {
      const [finding, ...more] = findingsWithCode(declared(path), 'manifest-invalid');
      assert.deepEqual([finding?.message, more.length], [`There is no file "${path}" in the workspace. `
        + 'The path leads out of the folder of kms-handshake.json, and files outside of the workspace are not read.', 0]);
    }
    checkFindings(declared('sub/../key.json'), [], ONLY);
  });

  it('finds a NUL in a path, absolute paths and other schemes', () => {
    for (const [path, why] of [['a\u0000.json', /contains a NUL character/], ['/etc/key.json', /is not relative/], ['C:/key.json',
      /is not relative/], ['file:///etc/key.json', /is not relative/]] as const) {
      assert.match(
        findingsWithCode({ ...files, 'kms-handshake.json': { keys: [{ arn: KEY_ARN, policy: path }], exclude: [path] } },
          'manifest-invalid')[1]
          ?.message ?? '',
        why,
      );
    }
  });

  it('finds paths that lead nowhere', () => {
    checkFindings({ ...files,
      'kms-handshake.json': { keys: [{ arn: KEY_ARN, policy: 'keys.json' }],
        identities: [{ account: OWNER, policies: ['none/*.json'] }] } }, [
      'kms-handshake.json error manifest-invalid "\\"keys.json\\""',
      'kms-handshake.json error manifest-invalid "\\"none/*.json\\""',
    ], ONLY);
  });

  it('finds patterns that would cost too much, wherever a path or glob is allowed, and leaves them out', () => {
    const long = '*a'.repeat(600);
    const manifests = [
      { exclude: [long] }, { kinds: [{ files: [long], kind: 'ignore' }] }, { placeholders: [{ files: [long], values: {} }] },
      { identities: [{ account: OWNER, policies: ['app.json', long] }] }, { suppress: [{ rule: 'version', file: long, reason: 'a test' }] },
    ];
    for (const content of manifests) {
      const messages = findingsWithCode({ ...files, 'kms-handshake.json': content }, 'manifest-invalid').map(({ message }) => message);
      assert.deepEqual(messages, ['The pattern is longer than 1024 characters. Write several shorter ones.'], Object.keys(content)[0]);
    }
    const [finding] = findingsWithCode({ ...files, 'kms-handshake.json': { exclude: ['{a,b}'.repeat(20)] } }, 'manifest-invalid');
    assert.match(finding?.message ?? '', /^The pattern stands for more than 16384 characters/);
  });

  it('finds a broken file and goes on', () => {
    assert.equal(findingsWithCode({ ...files, 'kms-handshake.json': '{ "keys": [ }' }, 'manifest-invalid').length, 1);
  });

  it('checks those of folders below the root like the one at the root', () => {
    checkFindings({ ...files, 'infra/kms-handshake.json': { keys: [{ arn: KEY_ARN, policy: 'key.json' }], rulez: {} },
      'infra/other.json': keyPolicy() }, [
      'infra/kms-handshake.json error manifest-invalid "\\"key.json\\""',
      'infra/kms-handshake.json error manifest-invalid "\\"rulez\\""',
    ], ONLY);
    checkFindings({ ...files, 'infra/kms-handshake.json': { keys: [{ arn: KEY_ARN, policy: 'key.json' }] }, 'infra/key.json': keyPolicy() },
      [], ONLY);
    checkFindings({ 'kms-handshake.json': { exclude: ['infra'] }, 'infra/kms-handshake.json': { rulez: {} } }, [], ONLY);
    checkFindings({ 'infra/my-kms-handshake.json': { rulez: {} } }, [], ONLY);
  });

  describe('a file that is named as the policy of a key and of an identity', () => {
    const identities = [{ arn: ROLE_ARN, policies: ['app.json'] }];

    it('is reported where it is not what its text shows', () => {
      checkFindings({ ...files, 'kms-handshake.json': { keys: [{ arn: KEY_ARN, policy: 'app.json' }], identities } }, [
        'kms-handshake.json error manifest-invalid "\\"app.json\\""',
      ], ONLY);
      const [finding] = findingsWithCode({ ...files, 'kms-handshake.json': { keys: [{ arn: KEY_ARN, policy: 'app.json' }], identities } },
        'manifest-invalid');
      assert.match(finding?.message ?? '', /is listed under "keys" and under "identities"/);
    });

    it('is the one or the other where only a folder or glob names it', () => {
      checkFindings({ ...files,
        'kms-handshake.json': { keys: [{ arn: KEY_ARN, policy: 'key.json' }],
          identities: [{ account: CONSUMER, policies: ['*.json'] }] } }, [], ONLY);
    });
  });

  it('tells "kinds" that contradict "keys" or "identities" of the same file, where no nearer file decides', () => {
    const kinds = [{ files: ['team/app.json'], kind: 'boundary' }];
    const identities = [{ arn: ROLE_ARN, policies: ['team/app.json'] }];
    const own = { 'team/app.json': identityPolicy() };
    checkFindings({ ...own, 'kms-handshake.json': { kinds, identities } }, [
      'kms-handshake.json error manifest-invalid "\\"team/app.json\\""',
    ], ONLY);
    assert.match(findingsWithCode({ ...own, 'kms-handshake.json': { kinds, identities } }, 'manifest-invalid')[0]?.message ?? '',
      /"kinds" says that it is of the kind "boundary"/);
    checkFindings({ ...own, 'kms-handshake.json': { identities },
      'team/kms-handshake.json': { kinds: [{ files: ['app.json'], kind: 'boundary' }] } }, [], ONLY);
    checkFindings({ ...own, 'kms-handshake.json': { kinds },
      'team/kms-handshake.json': { identities: [{ arn: ROLE_ARN, policies: ['app.json'] }] } }, [],
      ONLY);
  });

  it('takes the logical ids of resources of a template, and tells those that it does not have', () => {
    const template = `Resources:
  DataKey:
    Type: AWS::KMS::Key
    Properties: {KeyPolicy: {Version: '2012-10-17', Statement: []}}
  OtherKey: {Type: AWS::KMS::Key}
  WorkerKms:
    Type: AWS::IAM::ManagedPolicy
    Properties: {PolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: kms:Decrypt, Resource: '*'}]}}
`;
    const declared = (policy: string, policies: string) => ({ 'stacks/t.yaml': template, 'kms-handshake.json': {
      keys: [{ arn: KEY_ARN, policy }], identities: [{ arn: ROLE_ARN, policies: [policies] }] } });
    const messages = (policy: string, policies: string): string[] =>
      findingsWithCode(declared(policy, policies), 'manifest-invalid').map(({ message }) => message);
    assert.deepEqual(messages('stacks/t.yaml#DataKey', 'stacks/t.yaml#WorkerKms'), []);
    checkFindings(declared('stacks/t.yaml#DataKye', 'stacks/*.yaml#WorkerKms'), [
      'kms-handshake.json error manifest-invalid "\\"stacks/t.yaml#DataKye\\""'], ONLY);
    assert.deepEqual(messages('stacks/t.yaml#DataKye', 'stacks/t.yaml#Nobody'), [
      '"stacks/t.yaml" has no resource "DataKye" with a policy. Did you mean "DataKey"?',
      '"stacks/t.yaml" has no resource "Nobody" with a policy. Resources with policies: DataKey, OtherKey and WorkerKms.']);
    assert.match(messages('stacks/t.yaml#WorkerKms', 'stacks/t.yaml')[0] ?? '', /"stacks\/t.yaml#WorkerKms" contains no key policy/);
    assert.deepEqual(messages('stacks/t.yaml', 'stacks/t.yaml#WorkerKms'),
      ['A key has one policy, but "stacks/t.yaml" means 2. Say which: #DataKey, #OtherKey.']);
    assert.deepEqual(messages('none.yaml#DataKey', 'stacks/t.yaml#WorkerKms'), ['There is no file "none.yaml".']);
  });

  it('ends each message once', () => {
    for (const { message } of findingsWithCode({ ...files, 'kms-handshake.json': { rulez: {}, keys: [{}] } }, 'manifest-invalid'))
      assert.match(message, /[^.?][.?]$/);
  });
});
