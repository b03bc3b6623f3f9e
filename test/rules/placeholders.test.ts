import * as assert from 'node:assert/strict';
import { checkFindings, findingsWithCode, findingLines } from '../support/expect-findings';
import { CONSUMER, KEY_ARN, OWNER, rootArn } from '../support/fixtures';

const ROOT = { Sid: 'Owner', Effect: 'Allow', Principal: { AWS: rootArn(OWNER) }, Action: 'kms:*', Resource: '*' };
const keyPolicy = (Principal: object, more: object = {}): object => ({ Version: '2012-10-17',
  Statement: [ROOT, { Sid: 'Reader', Effect: 'Allow', Principal, Action: 'kms:Decrypt', Resource: '*', ...more }] });
const iamPolicy = (Resource: string, more: object = {}): object => ({ Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource, ...more }] });

/** What a template or script fills in. */
const TEMPLATES = ['${self:custom.account}', '#{AWS::AccountId}', '{{ lookup:account }}', '${aws:accountId}', '${aws:region}',
  '${ssm:/reports/x}', '${opt:stage, \'dev\'}', '$ACCOUNT_ID', '$(Account)', '@@ACCOUNT@@', '@account.id@', '%ACCOUNT_ID%'];

/** A policy for each place where the text can stand. */
function places(text: string): Record<string, object> {
  return {
    'account of a principal': keyPolicy({ AWS: `arn:aws:iam::${text}:root` }),
    'partition of a principal': keyPolicy({ AWS: `arn:${text}:iam::${CONSUMER}:root` }),
    'whole principal': keyPolicy({ AWS: text }),
    'service principal': keyPolicy({ Service: `logs.${text}.amazonaws.com` }),
    'partition of a resource': iamPolicy(KEY_ARN.replace(':aws:', `:${text}:`)),
    'Region of a resource': iamPolicy(KEY_ARN.replace('us-west-2', text)),
    'account of a resource': iamPolicy(KEY_ARN.replace(OWNER, text)),
    'service of a resource': iamPolicy(KEY_ARN.replace('kms', text)),
    'key id of a resource': iamPolicy(`arn:aws:kms:us-west-2:${OWNER}:key/${text}`),
    'whole resource': iamPolicy(text),
    'kms:ViaService': iamPolicy(KEY_ARN, { Condition: { StringEquals: { 'kms:ViaService': `s3.${text}.amazonaws.com` } } }),
    'kms:CallerAccount': keyPolicy({ AWS: '*' }, { Condition: { StringEquals: { 'kms:CallerAccount': text } } }),
    'aws:PrincipalArn': keyPolicy({ AWS: '*' }, { Condition: { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${text}:role/App` } } }),
    action: iamPolicy(KEY_ARN, { Action: [`kms:${text}`, text] }),
  };
}

describe('placeholders with colons of their own', () => {
  for (const text of TEMPLATES) {
    it(`${text} is unknown to every rule, wherever it is`, () => {
      for (const [place, policy] of Object.entries(places(text))) {
        const lines = findingLines({ 'policy.json': policy }).filter((line) => !line.includes('root-is-account'));
        assert.deepEqual(lines, [], place);
      }
    });
  }

  it('a word for a person is reported as that and nothing else', () => {
    for (const [place, policy] of Object.entries(places('<team:account>'))) {
      const codes = new Set(
        findingLines({ 'policy.json': policy }).map((line) => line.split(' ')[2]).filter((code) => code !== 'root-is-account'),
      );
      assert.deepEqual([...codes], ['placeholder-value'], place);
    }
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html: "You can't use a variable to replace parts of the
  // ARN before the fifth colon"
  it('a policy variable in a field of a resource is neither a malformed field nor a Region', () => {
    for (const [from, variable] of [['us-west-2', '${aws:RequestedRegion}'], [OWNER, '${aws:PrincipalAccount}']] as const) {
      checkFindings({ 'app.json': iamPolicy(KEY_ARN.replace(from, variable)) }, []);
    }
    checkFindings({ 'app.json': { ...iamPolicy(KEY_ARN.replace('us-west-2', '${aws:RequestedRegion}')), Version: '2008-10-17' } }, [
      'app.json warning variable-needs-version "${aws:RequestedRegion}"',
    ]);
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
  it('a policy variable in place of an account or service is a single finding, which names it', () => {
    const only = (policy: object): string[] => findingLines({ 'key.json': policy }).filter((line) => !line.includes('root-is-account'));
    assert.deepEqual(only(keyPolicy({ AWS: 'arn:aws:iam::${aws:PrincipalAccount}:root' })), [
      'key.json error principal-not-iam-arn "\\"arn:aws:iam::${aws:PrincipalAccount}:root\\""',
    ]);
    assert.deepEqual(only(keyPolicy({ Service: 'logs.${aws:RequestedRegion}.amazonaws.com' })), [
      'key.json error service-principal-format "\\"logs.${aws:RequestedRegion}.amazonaws.com\\""',
    ]);
    const [finding] = findingsWithCode({ 'key.json': keyPolicy({ AWS: 'arn:aws:iam::${aws:PrincipalAccount}:root' }) },
      'principal-not-iam-arn');
    assert.match(finding?.message ?? '', /cannot contain policy variables/);
  });

  it('an account id of ten digits is still an error; where a placeholder is next to it, the whole ARN is unknown', () => {
    checkFindings({ 'app.json': iamPolicy(KEY_ARN.replace(OWNER, '1111222233')) }, ['app.json error invalid-account-id "1111222233"']);
    checkFindings({ 'app.json': iamPolicy('arn:${AWS::Partition}:kms:us-west-2:1111222233:key/*') }, []);
  });

  it('messages show the name without the account, whatever its field contains', () => {
    for (const account of ['#{AWS::AccountId}', '${self:custom.account}']) {
      const [finding] = findingsWithCode({ 'key.json': keyPolicy({ AWS: `arn:aws:iam::${account}:role/Reports` }, { Action: 'kms:*' }) },
        'wildcard-grants-admin');
      assert.match(finding?.message ?? '', /^"kms:\*" allows role\/Reports to /);
    }
  });
});
