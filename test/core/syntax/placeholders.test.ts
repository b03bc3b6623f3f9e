import assert from 'node:assert/strict';
import { memberOf } from '../../../server/src/core/syntax/tree';
import { parse } from './json/support';
import { keyArn, MULTI_REGION_KEY_ID, OWNER, roleArn, userArn } from '../../support/fixtures';

/** The holes of a value: `form:name "text"`. */
function holesOf(value: string, under = 'Resource'): string[] {
  const node = memberOf(parse(JSON.stringify({ [under]: value })).root, under)?.value;
  assert.ok(node?.kind === 'scalar');
  return node.placeholders.map(({ form, name, start, end }) => `${form}:${name} ${JSON.stringify(node.value.slice(start, end))}`);
}

describe('holes', () => {
  it('template expressions have their expression as name', () => {
    const expressions: Readonly<Record<string, readonly string[]>> = {
      'arn:aws:kms:${region}:${account_id}:key/${var.key_id}': ['template:region "${region}"', 'template:account_id "${account_id}"',
        'template:var.key_id "${var.key_id}"'],
      '${data.aws_kms_key.main.arn}': ['template:data.aws_kms_key.main.arn "${data.aws_kms_key.main.arn}"'],
      '${var.ids["a"]}': ['template:var.ids["a"] "${var.ids[\\"a\\"]}"'],
      '${lookup({a = 1}, "a")}/x': ['template:lookup({a = 1}, "a") "${lookup({a = 1}, \\"a\\")}"'],
      '${AWS::AccountId}': ['template:AWS::AccountId "${AWS::AccountId}"'],
      '${Key.Arn}': ['template:Key.Arn "${Key.Arn}"'],
      '#{AWS::Region}': ['template:AWS::Region "#{AWS::Region}"'],
      '{{ account }}': ['template:account "{{ account }}"'],
      '{{resolve:ssm:/key}}': ['template:resolve:ssm:/key "{{resolve:ssm:/key}}"'],
      '<%= account %>': ['template:account "<%= account %>"'],
      'arn:%s:kms': ['template:%s 17 "%s"'],
      'arn:aws:iam::%[1]s:root': ['template:%[1]s "%[1]s"'],
      '%(account)s': ['template:account "%(account)s"'],
    };
    for (const [value, holes] of Object.entries(expressions)) {
      const found = holesOf(value).map((hole) => hole.replace(/%s \d+/, '%s 17'));
      assert.deepEqual(found, holes, value);
    }
  });

  it('a name that no condition key of AWS has is a variable of a template', () => {
    // https://www.serverless.com/framework/docs/guides/variables
    const names = ['self:custom.accountId', 'opt:stage', 'opt:stage, \'dev\'', 'env:STAGE', 'param:readerArn', 'sls:stage',
      'cf:network.VpcId', 'cf.us-west-2:network.VpcId', 'cf(us-west-2):network.VpcId', 'ssm:/reports/key-arn',
      'ssm:us-west-2:/reports/key-arn', 's3:settings-bucket/account.json', 'file(./account.yml):id', 'aws:accountId', 'aws:region',
      'self:custom.${opt:stage}.account', 'custom:x', 'output:app.key'];
    for (const name of names)
      assert.deepEqual(holesOf(`arn:\${${name}}:root`).map((hole) => hole.split(' ').at(-1)?.includes('}')), [true], name);
    assert.deepEqual(holesOf('arn:aws:iam::${self:custom.accountId}:root'), ['template:self:custom.accountId "${self:custom.accountId}"']);
  });

  it('a name that a condition key of AWS has is a policy variable', () => {
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    for (const name of ['aws:username', 'aws:UserName', 'aws:PrincipalTag/cost-center', 'aws:RequestTag/team', 'aws:ResourceTag/team',
      'aws:RequestedRegion', 'aws:FederatedProvider', 'aws:CurrentTime', 's3:prefix', 's3:max-keys', 's3:ExistingObjectTag/team',
      'kms:ViaService', 'sns:Endpoint', 'saml:sub', 'ec2:SourceInstanceARN', 'www.amazon.com:user_id', 'cognito-identity.amazonaws.com:sub',
      'token.actions.githubusercontent.com:sub']) {
      assert.deepEqual(holesOf(`arn:aws:s3:::b/\${${name}}`), [], name);
    }
  });

  it('words that scripts replace', () => {
    const words: Readonly<Record<string, readonly string[]>> = {
      'arn:aws:iam::$ACCOUNT_ID:root': ['template:ACCOUNT_ID "$ACCOUNT_ID"'],
      'arn:aws:iam::$account:role/app-$stage': ['template:account "$account"', 'template:stage "$stage"'],
      'arn:aws:kms:$(Region):111122223333:key/*': ['template:Region "$(Region)"'],
      'arn:aws:iam::@@READER_ACCOUNT@@:role/Reader': ['template:READER_ACCOUNT "@@READER_ACCOUNT@@"'],
      'arn:aws:iam::@account.id@:root': ['template:account.id "@account.id@"'],
      'arn:aws:iam::%ACCOUNT_ID%:root': ['template:ACCOUNT_ID "%ACCOUNT_ID%"'],
      '$READER_ARN': ['template:READER_ARN "$READER_ARN"'],
    };
    for (const [value, holes] of Object.entries(words)) assert.deepEqual(holesOf(value), holes, value);
    for (const value of ['a$', '$1', '100% of 50%', 'a%20b%2F', 'x%AB%CD', 'reader@example.com', 'a@b.example, c', '$$ACCOUNT_ID'])
      assert.deepEqual(holesOf(value), [], value);
    assert.deepEqual(holesOf('costs $five @noon@', 'Sid'), []);
  });

  it('variables of IAM, and their escapes in templates, are not placeholders', () => {
    for (const value of ['${aws:username}', '${saml:sub}', '${cognito-identity.amazonaws.com:sub}', '${*}', '${?}', '${$}',
      '${aws:PrincipalTag/team}', '${aws:PrincipalTag/team, \'none\'}', '$${aws:username}', '${!aws:username}', '${', '${}', '#', '{}',
      '100%', 'a<b']) {
      assert.deepEqual(holesOf(value), [], value);
    }
  });

  it('words for a person to replace', () => {
    const words: Readonly<Record<string, readonly string[]>> = {
      '<ACCOUNT_B_ID>': ['word:ACCOUNT_B_ID "<ACCOUNT_B_ID>"'],
      'arn:aws:iam::<account-b>:role/<Role Name>': ['word:account-b "<account-b>"', 'word:Role Name "<Role Name>"'],
      '{cmk-arn}': ['word:cmk-arn "{cmk-arn}"'],
      'arn:aws:kms:us-east-1:222222222222:key/your-key-id': ['word:your-key-id "your-key-id"'],
      [roleArn(OWNER, 'YOUR_ROLE')]: ['word:YOUR_ROLE "YOUR_ROLE"'],
      'arn:aws:kms:REGION:ACCOUNT_ID:key/KEY_ID': ['word:REGION "REGION"', 'word:ACCOUNT_ID "ACCOUNT_ID"', 'word:KEY_ID "KEY_ID"'],
      'arn:aws:kms:region:account-id:key/key_ID': ['word:region "region"', 'word:account-id "account-id"', 'word:key_ID "key_ID"'],
      'arn:aws:kms:us-east-1:ACCOUNT-ID:key/key-id': ['word:ACCOUNT-ID "ACCOUNT-ID"', 'word:key-id "key-id"'],
      'arn:aws:iam::ACCOUNT:root': ['word:ACCOUNT "ACCOUNT"'],
      'arn:aws:iam::XXXXXXXXXXXX:root': ['word:XXXXXXXXXXXX "XXXXXXXXXXXX"'],
      'arn:aws:kms:us-east-2:111122223333:key/d4ff-xmpl': ['word:d4ff-xmpl "d4ff-xmpl"'],
      ACCOUNT_ID: ['word:ACCOUNT_ID "ACCOUNT_ID"'],
      'account-id': ['word:account-id "account-id"'],
      's3.REGION.amazonaws.com': ['word:REGION "REGION"'],
      'arn:aws:kms:${region}:<account>:key/*': ['template:region "${region}"', 'word:account "<account>"'],
    };
    for (const [value, holes] of Object.entries(words)) assert.deepEqual(holesOf(value), holes, value);
  });

  it('real names and patterns are not placeholders', () => {
    const real = ['*', 'kms:*', 'arn:aws:kms:*:111122223333:key/*', roleArn(OWNER, 'ExampleRole'),
      roleArn(OWNER, 'account'), 'arn:aws:iam::111122223333:role/region/ADMIN',
      userArn(OWNER, 'for-your-eyes'), keyArn(MULTI_REGION_KEY_ID),
      'kms:DescribeKey', 'region', 'key', 'IT', 'ACCOUNTING', 's3.us-east-1.amazonaws.com', 'aws:SourceAccount',
      'arn:aws:kms:US-WEST-2:111122223333:key/*'];
    for (const value of real) assert.deepEqual(holesOf(value), [], value);
  });

  it('are looked for in time, also in a long run of what a word may be made of', () => {
    assert.deepEqual(holesOf(`${'x'.repeat(300_000)}\n`), []);
  });

  it('in a Sid any word is a word', () => {
    assert.deepEqual(holesOf('Allow <b> your-key ACCOUNT_ID {x}', 'Sid'), []);
    assert.deepEqual(holesOf('Allow${name}', 'Sid'), ['template:name "${name}"']);
  });

  it('keys can have holes, and count by characters of the value', () => {
    const root = parse('{"${oidc}:sub": "a\\n${b}"}').root;
    assert.ok(root?.kind === 'object');
    assert.deepEqual(root.members[0]?.key.placeholders, [{ form: 'template', name: 'oidc', start: 0, end: 7 }]);
    const node = root.members[0]?.value;
    assert.ok(node?.kind === 'scalar');
    assert.deepEqual(node.placeholders, [{ form: 'template', name: 'b', start: 2, end: 6 }]);
  });
});
