import { checkFindings } from '../support/expect-findings';
import {
  CONSUMER, getRolePolicyOutput, identityPolicy, KEY_ARN, KEY_ID, keyPolicy, manifest, OWNER, OWNER_STATEMENT, policyDocument, rootArn,
} from '../support/fixtures';

const ONLY = ['aws-managed-key-cross-account'];
const MANAGED = `arn:aws:kms:us-west-2:${OWNER}:alias/aws/s3`;
const files = { 'kms-handshake.json': manifest() };

describe('aws-managed-key-cross-account', () => {
  it('finds the condition of a key policy that allows another account', () => {
    checkFindings({ ...files, 'key.json': keyPolicy({ Condition: { StringEquals: { 'kms:RequestAlias': 'alias/aws/s3' } } }) },
      ['key.json error aws-managed-key-cross-account "\\"alias/aws/s3\\""'], ONLY);
  });

  it('takes an alias of one\'s own', () => {
    checkFindings({ ...files, 'key.json': keyPolicy({ Condition: { StringEquals: { 'kms:RequestAlias': 'alias/app' } } }) }, [], ONLY);
  });

  it('finds the alias ARN of another account in an identity policy, and says nothing else of it', () => {
    checkFindings({ ...files, 'app.json': identityPolicy({ Resource: [MANAGED] }) }, [
      `app.json error aws-managed-key-cross-account "\\"${MANAGED}\\""`,
    ], [...ONLY, 'alias-arn-in-resource']);
  });

  it('finds the condition of an identity policy for keys of another account', () => {
    checkFindings({ ...files,
      'app.json': identityPolicy({ Condition: { 'ForAnyValue:StringLike': { 'KMS:ResourceAliases': ['alias/aws/*', 'alias/app'] } } }) }, [
      'app.json error aws-managed-key-cross-account "\\"alias/aws/*\\""',
    ], ONLY);
  });

  it('leaves the own account, negated conditions and unknown attachments alone', () => {
    checkFindings({ ...files, 'app.json': identityPolicy({ Resource: `arn:aws:kms:us-west-2:${CONSUMER}:alias/aws/s3` }) }, [], ONLY);
    checkFindings({ ...files, 'key.json': keyPolicy({ Condition: { StringNotEquals: { 'kms:RequestAlias': 'alias/aws/s3' } } }) }, [],
      ONLY);
    checkFindings({ 'app.json': identityPolicy({ Resource: MANAGED }) }, [], ONLY);
  });

  it('finds it inside AWS CLI output', () => {
    checkFindings({ 'kms-handshake.json': { identities: [{ account: CONSUMER, policies: ['role.json'] }] },
      'role.json': getRolePolicyOutput(identityPolicy({ Resource: [KEY_ARN, MANAGED] })) }, [
      `role.json error aws-managed-key-cross-account "\\"${MANAGED}\\""`,
    ], ONLY);
  });

  it('finds a key that describe-key calls AWS managed', () => {
    const described = (manager: string) => ({
      'kms-handshake.json': { identities: [{ account: CONSUMER, policies: ['app.json'] }] },
      'describe-key.json': { KeyMetadata: { AWSAccountId: OWNER, KeyId: KEY_ID, Arn: KEY_ARN, KeyManager: manager, KeyState: 'Enabled' } },
      'app.json': identityPolicy(),
    });
    checkFindings(described('AWS'), [`app.json error aws-managed-key-cross-account "\\"${KEY_ARN}\\""`], ONLY);
    checkFindings(described('CUSTOMER'), [], ONLY);
  });

  it('is the only finding on such a key, also where a key policy for it looks like any other', () => {
    const named = (resource: string) => ({
      'kms-handshake.json': { keys: [{ arn: KEY_ARN, policy: 'key.json', aliases: ['alias/aws/s3'] }],
        identities: [{ account: CONSUMER, policies: ['app.json'] }] },
      'key.json': policyDocument(OWNER_STATEMENT),
      'app.json': identityPolicy({ Resource: resource }),
    });
    const all = [...ONLY, 'identity-not-in-key-policy', 'action-not-allowed-by-key-policy', 'identity-policy-missing'];
    for (const resource of [KEY_ARN, KEY_ARN.replace('us-west-2', '*')])
      checkFindings(named(resource), [`app.json error aws-managed-key-cross-account "\\"${resource}\\""`], all);
    checkFindings({ ...named(KEY_ARN), 'key.json': keyPolicy({ Action: 'kms:Encrypt' }) }, [
      `app.json error aws-managed-key-cross-account "\\"${KEY_ARN}\\""`,
      `key.json error aws-managed-key-cross-account "\\"${rootArn(CONSUMER)}\\""`,
    ], all);
    checkFindings(named(KEY_ARN.replace(KEY_ID, '*')), [], all);
  });
});
