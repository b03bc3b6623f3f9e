import { checkFindings } from '../support/expect-findings';
import { CONSUMER, getKeyPolicyOutput, keyPolicy, manifest, OWNER, roleOf, rootOf } from './samples';

const ONLY = ['external-account-is-owner'];
const files = (elements: Readonly<Record<string, unknown>>) => ({ 'kms-handshake.json': manifest(), 'key.json': keyPolicy(elements) });

describe('external-account-is-owner', () => {
  it('finds the owner where the Sid speaks of another account', () => {
    checkFindings(files({ Sid: 'Allow another AWS Account to use this CMK', Principal: { AWS: rootOf(OWNER) } }), [
      `key.json info external-account-is-owner "\\"${rootOf(OWNER)}\\""`,
    ], ONLY);
  });

  it('takes another account', () => {
    checkFindings(files({ Sid: 'Allow another AWS Account to use this CMK' }), [], ONLY);
  });

  it('finds roles and PascalCase, inside AWS CLI output', () => {
    checkFindings({ 'kms-handshake.json': manifest(),
      'key.json': getKeyPolicyOutput(keyPolicy({ Sid: 'AllowExternalAccount', Principal: { AWS: [roleOf(OWNER)] } })) }, [
      `key.json info external-account-is-owner ${JSON.stringify(`\\"${roleOf(OWNER)}\\"`)}`,
    ], ONLY);
  });

  it('leaves statements alone that name a foreign account too, and other Sids', () => {
    checkFindings(files({ Sid: 'Allow external accounts', Principal: { AWS: [rootOf(OWNER), rootOf(CONSUMER)] } }), [], ONLY);
    checkFindings(files({ Sid: 'Allow use of the key', Principal: { AWS: rootOf(OWNER) } }), [], ONLY);
    checkFindings(files({ Sid: 'Allow external account', Principal: { AWS: 'arn:aws:iam::${account}:root' } }), [], ONLY);
  });
});
