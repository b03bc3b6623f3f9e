import { checkFindings } from '../support/expect-findings';
import { CONSUMER, getKeyPolicyOutput, keyPolicy, manifest, OWNER, roleArn, rootArn } from '../support/fixtures';

const ONLY = ['external-account-is-owner'];
const files = (elements: Readonly<Record<string, unknown>>) => ({ 'kms-handshake.json': manifest(), 'key.json': keyPolicy(elements) });

describe('external-account-is-owner', () => {
  it('finds the owner where the Sid speaks of another account', () => {
    checkFindings(files({ Sid: 'Allow another AWS Account to use this CMK', Principal: { AWS: rootArn(OWNER) } }), [
      `key.json info external-account-is-owner "\\"${rootArn(OWNER)}\\""`,
    ], ONLY);
  });

  it('takes another account', () => {
    checkFindings(files({ Sid: 'Allow another AWS Account to use this CMK' }), [], ONLY);
  });

  it('finds roles and PascalCase, inside AWS CLI output', () => {
    checkFindings({ 'kms-handshake.json': manifest(),
      'key.json': getKeyPolicyOutput(keyPolicy({ Sid: 'AllowExternalAccount', Principal: { AWS: [roleArn(OWNER)] } })) }, [
      `key.json info external-account-is-owner ${JSON.stringify(`\\"${roleArn(OWNER)}\\"`)}`,
    ], ONLY);
  });

  it('leaves statements alone that name a foreign account too, and other Sids', () => {
    checkFindings(files({ Sid: 'Allow external accounts', Principal: { AWS: [rootArn(OWNER), rootArn(CONSUMER)] } }), [], ONLY);
    checkFindings(files({ Sid: 'Allow use of the key', Principal: { AWS: rootArn(OWNER) } }), [], ONLY);
    checkFindings(files({ Sid: 'Allow external account', Principal: { AWS: 'arn:aws:iam::${account}:root' } }), [], ONLY);
  });
});
