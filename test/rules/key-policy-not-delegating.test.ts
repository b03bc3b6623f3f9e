import assert from 'node:assert';
import { KEY_ARN, OWNER, roleArn, rootArn } from '../support/fixtures';
import { applyFix, checkFindings, findingsWithCode, expectFindingsWithCode } from '../support/expect-findings';
import { handshakeFiles } from '../support/handshake-files';

const CODE = 'key-policy-not-delegating';
const NAMED = JSON.stringify(`"${KEY_ARN}"`);
const ADMIN_ONLY = { Principal: { AWS: roleArn(OWNER, 'KeyAdmin') }, Action: 'kms:*' };
const asking = (keyPolicy: readonly { Action: unknown }[], action: unknown = 'kms:Decrypt', resource: unknown = KEY_ARN) => handshakeFiles({
  keyPolicy, withOwnerStatement: false, identityPolicy: [{ Action: action, Resource: resource }], identity: roleArn(OWNER),
});
const only = expectFindingsWithCode(CODE);

describe('key-policy-not-delegating', () => {
  it('is an error where the key policy neither names the identity nor the account', () => {
    only(asking([ADMIN_ONLY]), [`consumer/app.json error ${CODE} ${NAMED}`]);
  });

  it('is the only finding across files then', () => {
    checkFindings(asking([ADMIN_ONLY]), [`consumer/app.json error ${CODE} ${NAMED}`], [CODE, 'action-not-allowed-by-key-policy',
      'identity-not-in-key-policy', 'missing-key-arn-resource']);
  });

  it('is silent where the key policy delegates to the account, names the identity, or allows everyone', () => {
    for (const principal of [{ AWS: rootArn(OWNER) }, { AWS: OWNER }, { AWS: roleArn(OWNER) }, '*'])
      only(asking([{ ...ADMIN_ONLY, Principal: principal } as { Action: unknown }]), []);
  });

  it('is silent while a principal of the account is misspelled (docs/aws-rules.md 8.2)', () => {
    only(asking([ADMIN_ONLY, { Principal: { AWS: `${roleArn(OWNER)} ` }, Action: 'kms:Decrypt' } as { Action: unknown }]), []);
    only(asking([ADMIN_ONLY, { Principal: { AWS: rootArn('1111222233334') }, Action: 'kms:*' } as { Action: unknown }]), []);
  });

  it('is silent where the statement for the account has no effect, which is the finding then (docs/aws-rules.md 1.2)', () => {
    only(
      asking([ADMIN_ONLY,
        { Principal: { AWS: rootArn(OWNER) }, Action: 'kms:*', Resource: 'arn:aws:kms:us-west-2:111122223333:alias/app' } as {
          Action: unknown;
        }]),
      [],
    );
  });

  describe('a statement for the account under aws:PrincipalType (reference_policies_variables, principal key values)', () => {
    const under = (operator: string, value: string, key = 'aws:PrincipalType', effect = 'Allow') =>
      asking([
        { Effect: effect, Principal: { AWS: rootArn(OWNER) }, Action: 'kms:*', Condition: { [operator]: { [key]: value } } } as {
          Action: unknown;
        },
      ]);
    const CODES = [CODE, 'action-not-allowed-by-key-policy', 'identity-not-in-key-policy', 'identity-policy-missing', 'key-policy-lockout',
      'key-policy-single-admin', 'condition-value-not-in-enum', 'root-is-account'];

    it('is the one error, at the key, where it is for identities of another type', () => {
      for (const files of [under('StringEquals', 'Account'), under('StringEquals', 'User', 'AWS:PRINCIPALTYPE'),
        under('StringNotEquals', 'AssumedRole'), under('StringLike', '*User'), under('StringEqualsIfExists', 'Account')]) {
        checkFindings(files, [`consumer/app.json error ${CODE} ${NAMED}`], CODES);
      }
    });

    it('says so, and where', () => {
      const [finding] = findingsWithCode(under('StringEquals', 'Account'), CODE);
      assert.match(finding?.message ?? '',
        /^role\/App \(111122223333\) is denied: .* neither names it nor lets it use IAM policies, .* without such a condition, or a grant, changes that\.$/);
      assert.match(finding?.related[0]?.message ?? '',
        /is for the account where aws:PrincipalType StringEquals Account, which is never the case for role\/App of account 111122223333\.$/);
    });

    it('is silent where it is for roles, and where a value that does not exist is the finding', () => {
      for (const files of [under('StringEquals', 'AssumedRole'), under('StringNotEquals', 'Account'),
        under('StringEqualsIgnoreCase', 'assumedrole'), under('StringLike', '*')]) checkFindings(files, [], CODES);
      checkFindings(under('StringEquals', 'Role'), [
        `producer/key-policy.json error condition-value-not-in-enum ${JSON.stringify('"Role"')}`,
      ], CODES);
    });

    it('is mended by a statement without it', () => {
      checkFindings(applyFix(under('StringEquals', 'Account'), CODE, 'Enable IAM User Permissions'), [],
        CODES.filter((code) => code !== 'root-is-account'));
    });
  });

  it('lies at the action where the account may use others', () => {
    const files = asking([ADMIN_ONLY, { Principal: { AWS: rootArn(OWNER) }, Action: 'kms:Decrypt' } as { Action: unknown }], [
      'kms:Decrypt',
      'kms:Encrypt',
    ]);
    only(files, [`consumer/app.json error ${CODE} "\\"kms:Encrypt\\""`]);
  });

  it('lies at a wildcard whose actions the account may not use (KMS Developer Guide, key-policies)', () => {
    const files = (action: string) =>
      asking([ADMIN_ONLY,
        { Principal: { AWS: rootArn(OWNER) }, Action: ['kms:Decrypt', 'kms:GenerateDataKey'] } as { Action: unknown }], [
        'kms:Decrypt',
        action,
      ]);
    only(files('kms:ReEncrypt*'), [`consumer/app.json error ${CODE} ${JSON.stringify('"kms:ReEncrypt*"')}`]);
    for (const action of ['kms:GenerateDataKey*', 'kms:*']) only(files(action), []);
  });

  it('is silent where the statement does not name the key', () => {
    only(asking([ADMIN_ONLY], 'kms:Decrypt', '*'), []);
    only(asking([ADMIN_ONLY], '*'), []);
  });

  it('is mended by the statement that AWS puts into every new key policy', () => {
    const fixed = applyFix(asking([ADMIN_ONLY]), CODE, 'Enable IAM User Permissions');
    checkFindings(fixed, [], [CODE, 'action-not-allowed-by-key-policy']);
    const { Statement } = JSON.parse(fixed['producer/key-policy.json'] ?? '') as { Statement: object[] };
    assert.equal(Statement.length, 2);
    assert.deepEqual(Statement[1], { Sid: 'Enable IAM User Permissions', Effect: 'Allow', Principal: { AWS: rootArn(OWNER) },
      Action: 'kms:*', Resource: '*' });
  });
});
