import { checkFindings } from '../support/expect-findings';
import { getRolePolicyOutput, identityPolicy, KEY_ARN, KEY_ID, keyPolicy, OWNER, policyDocument } from '../support/fixtures';

const CODE = 'key-id-format';
const ONLY = [CODE, 'placeholder-value', 'malformed-key-arn', 'invalid-account-id', 'unknown-partition'];
const keyWith = (id: string): string => KEY_ARN.replace(KEY_ID, id);

describe(CODE, () => {
  it('finds a cut id', () => {
    checkFindings({ 'app.json': identityPolicy({ Resource: keyWith('1234abcd') }) }, [`app.json warning ${CODE} "1234abcd"`], ONLY);
  });

  it('takes a UUID, an id of a multi-Region key, and patterns', () => {
    checkFindings({
      'app.json': identityPolicy({
        Resource: [KEY_ARN, keyWith('mrk-1234abcd12ab34cd56ef1234567890ab'), keyWith('*'), keyWith('mrk-*'), keyWith('1234????'),
          keyWith('${aws:PrincipalTag/key}')],
      }),
    }, [], ONLY);
  });

  for (const id of ['mrk-1234abcd', 'alias/app', KEY_ID.replace(/-/g, ''), `${KEY_ID}0`, 'app', 'abcdefgh-abcd-abcd-abcd-abcdefghijkl']) {
    it(`finds ${id}, in a Deny, behind a Region that is a pattern, inside AWS CLI output`, () => {
      const policy = policyDocument({ Effect: 'Deny', Action: 'KMS:decrypt', Resource: [KEY_ARN, keyWith(id).replace('us-west-2', '*')] });
      checkFindings({ 'role.json': getRolePolicyOutput(policy) }, [`role.json warning ${CODE} "${id}"`], ONLY);
    });
  }

  it('leaves words to replace, template values and other faults to others', () => {
    checkFindings({
      'a.json': identityPolicy({ Resource: [keyWith('your-key-id'), keyWith('${key_id}')] }),
      'b.json': identityPolicy({ Resource: keyWith('app').replace(OWNER, '1111') }),
      'c.json': identityPolicy({ Resource: keyWith(KEY_ID.toUpperCase()) }),
      'd.json': identityPolicy({ Resource: keyWith('app').replace('arn:aws:', 'arn:aws-x:') }),
    }, [
      'a.json warning placeholder-value "your-key-id"', 'b.json error invalid-account-id "1111"',
      `c.json error malformed-key-arn "\\"${keyWith(KEY_ID.toUpperCase())}\\""`, 'd.json error unknown-partition "aws-x"',
    ], ONLY);
  });

  it('leaves key policies and policies that are not about KMS alone', () => {
    checkFindings({ 'key.json': keyPolicy({ Resource: keyWith('app') }),
      'b.json': identityPolicy({ Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:us-west-2:111122223333:key' }) }, [], ONLY);
  });
});
