import * as assert from 'node:assert/strict';
import { applyFix, checkFindings, findingsWithCode, findingLines } from '../support/expect-findings';
import { CONSUMER, getKeyPolicyOutput, identityPolicy, keyPolicy, manifest, OWNER, rootArn } from '../support/fixtures';

const ONLY = ['wildcard-principal'];
const STAR = '"\\"*\\""';
const everyone = (condition?: object): object => keyPolicy({ Principal: { AWS: '*' }, ...(condition ? { Condition: condition } : {}) });

describe('wildcard-principal', () => {
  for (const principal of ['*', { AWS: '*' }, { AWS: ['*'] }, { AWS: [rootArn(CONSUMER), '*'] }]) {
    it(`finds ${JSON.stringify(principal)}`, () => {
      checkFindings({ 'key.json': keyPolicy({ Principal: principal }) }, [`key.json error wildcard-principal ${STAR}`], ONLY);
    });
  }

  it('is a warning for what works in the owner\'s account only: no other account gets it (docs/aws-rules.md 3.1)', () => {
    const files = { 'key.json': keyPolicy({ Principal: '*', Action: ['kms:PutKeyPolicy', 'kms:GetKeyPolicy'] }) };
    checkFindings(files, [`key.json warning wildcard-principal ${STAR}`], ONLY);
    checkFindings({ 'key.json': keyPolicy({ Principal: '*', Action: ['kms:PutKeyPolicy', 'kms:DescribeKey'] }) }, [
      `key.json error wildcard-principal ${STAR}`,
    ], ONLY);
  });

  const limits: readonly object[] = [
    { StringEquals: { 'kms:CallerAccount': OWNER } },
    { StringEquals: { 'kms:CallerAccount': CONSUMER } },
    { StringEquals: { 'aws:PrincipalAccount': [CONSUMER, '777788889999'] } },
    { StringLike: { 'KMS:calleraccount': [OWNER, CONSUMER] } },
    { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } },
    { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-exampleorgid/r-ab12/*' } },
    { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${CONSUMER}:role/team-*` } },
    { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::amzn-s3-demo-bucket' } },
    { StringEquals: { 'aws:SourceVpce': 'vpce-1234567890abcdef0' } },
    { StringEquals: { 'aws:PrincipalAccount': '${account_id}' } },
    // A star is a wildcard only to the Like operators (IAM User Guide, condition operators): here it is one that no account has.
    { StringEquals: { 'kms:CallerAccount': '*' } },
    { StringEquals: { 'kms:CallerAccount': [OWNER, '*'] } },
    { StringEquals: { 'kms:CallerAccount': OWNER, 'kms:ViaService': 's3.us-west-2.amazonaws.com' } },
    // Account and organization of the key (IAM User Guide, aws:ResourceAccount, aws:ResourceOrgID).
    { StringEquals: { 'aws:PrincipalAccount': '${aws:ResourceAccount}' } },
    { StringEquals: { 'aws:PrincipalOrgID': '${aws:ResourceOrgID}' } },
    { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': '${aws:ResourceOrgID}/*' } },
  ];
  for (const condition of limits) {
    it(`takes ${JSON.stringify(condition)}`, () => checkFindings({ 'key.json': everyone(condition) }, [], ONLY));
  }

  describe('an explicit Deny overrides the Allow (IAM User Guide, policy evaluation logic)', () => {
    const outside = { StringNotEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } };
    const services = { Bool: { 'aws:PrincipalIsAWSService': 'false' } };
    const files = (Condition: object, deny: object = {}): Record<string, object> => ({
      'key.json': keyPolicy({ Principal: '*' }, { Effect: 'Deny', Principal: '*', Action: 'kms:*', Resource: '*', Condition, ...deny }),
    });
    const limiting: readonly object[] = [
      outside, { ...outside, ...services }, { StringNotEqualsIfExists: { 'kms:CallerAccount': [OWNER, CONSUMER] } },
      { StringNotEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid', 'aws:PrincipalAccount': CONSUMER } },
      { ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::${CONSUMER}:role/*` } },
    ];
    for (const condition of limiting) it(`takes a Deny with ${JSON.stringify(condition)}`, () => checkFindings(files(condition), [], ONLY));

    const open: readonly object[] = [
      { ...outside, Bool: { 'aws:ViaAWSService': 'false' } }, { ...outside, Null: { 'kms:ViaService': 'true' } },
      { StringNotLike: { 'aws:PrincipalOrgID': 'o-*' } },
      { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } }, services,
      { 'ForAnyValue:StringNotEquals': { 'aws:PrincipalOrgID': 'o-exampleorgid' } },
      { StringNotEquals: { 'aws:PrincipalOrgID': '${aws:PrincipalOrgID}' } },
    ];
    const found = [`key.json error wildcard-principal ${STAR}`];
    for (const condition of open)
      it(`finds it with a Deny with ${JSON.stringify(condition)}`, () => checkFindings(files(condition), found, ONLY));

    it('finds it with a Deny that leaves something of it', () => {
      checkFindings(files(outside, { Action: 'kms:Encrypt' }), found, ONLY);
      checkFindings(files(outside, { Principal: { AWS: rootArn(CONSUMER) } }), found, ONLY);
      checkFindings(files(outside, { Resource: 'arn:aws:s3:::amzn-s3-demo-bucket' }), found, ONLY);
    });
  });

  const noLimits: readonly object[] = [
    { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } },
    { StringEquals: { 'kms:EncryptionContext:App': 'x' } },
    { Bool: { 'aws:SecureTransport': 'true' } },
    { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
    { StringNotEquals: { 'kms:CallerAccount': OWNER } },
    { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-exampleorgid' } },
    { 'ForAllValues:StringEquals': { 'aws:PrincipalOrgPaths': 'o-exampleorgid/*' } },
    { StringLike: { 'aws:PrincipalOrgID': 'o-*' } },
    { StringEqualsIfExists: { 'kms:CallerAccount': CONSUMER } },
    { 'ForAllValues:StringEquals': { 'kms:CallerAccount': CONSUMER } },
    { StringLike: { 'aws:PrincipalAccount': '4444*' } },
    { StringLike: { 'kms:CallerAccount': '*' } },
    { StringLike: { 'kms:CallerAccount': [OWNER, '*'] } },
    { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/App' } },
    { StringEquals: { 'aws:PrincipalOrgID': '${aws:PrincipalTag/org}' } },
    { StringEquals: { 'aws:PrincipalAccount': ['${aws:ResourceAccount}', '${aws:PrincipalAccount}'] } },
    { Bool: { 'aws:PrincipalIsAWSService': 'true' } },
  ];
  for (const condition of noLimits) {
    it(`warns with ${JSON.stringify(condition)}`, () =>
      checkFindings({ 'key.json': everyone(condition) }, [`key.json warning wildcard-principal ${STAR}`], ONLY));
  }

  it('leaves Deny, services, identity policies and other resource policies alone', () => {
    checkFindings({
      'a.json': keyPolicy({ Effect: 'Deny', Principal: '*' }),
      'b.json': keyPolicy({ Principal: { Service: 'sns.amazonaws.com' } }),
      'c.json': identityPolicy(),
      'd.json': { Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }] },
    }, [], ONLY);
  });

  it('says whom IfExists allows (IAM User Guide, condition operators: ...IfExists)', () => {
    const [finding] = findingsWithCode({ 'kms-handshake.json': manifest(),
      'key.json': keyPolicy({ Principal: { AWS: '*' }, Condition: { StringEqualsIfExists: { 'kms:CallerAccount': CONSUMER } } }) },
      'wildcard-principal');
    assert.match(finding?.message ?? '', /kms:CallerAccount is tested with IfExists, which allows every call without it/);
  });

  it('finds it in a fragment and inside AWS CLI output', () => {
    checkFindings({
      'part.json': { Effect: 'Allow', Principal: '*', Action: ['KMS:decrypt'], Resource: '*' },
      'out.json': getKeyPolicyOutput(everyone()),
    }, [`part.json error wildcard-principal ${STAR}`, 'out.json error wildcard-principal "\\\\\\"*\\\\\\""'], ONLY);
  });

  it('names the account whose policies name the key', () => {
    for (const principal of ['*', { AWS: '*' }]) {
      const files = { 'kms-handshake.json': manifest(), 'key.json': keyPolicy({ Principal: principal }), 'app.json': identityPolicy() };
      const after = applyFix(files, 'wildcard-principal');
      assert.deepEqual(JSON.parse(after['key.json'] ?? ''), keyPolicy());
      assert.deepEqual(findingLines(after).filter((line) => / (error|warning|info) /.test(line)), []);
    }
  });

  it('offers the account that another statement limits everyone to', () => {
    const limited = { Effect: 'Allow', Principal: '*', Action: 'kms:Encrypt', Resource: '*',
      Condition: { StringEquals: { 'kms:CallerAccount': CONSUMER } } };
    const after = applyFix({ 'kms-handshake.json': manifest(), 'key.json': keyPolicy({ Principal: '*' }, limited) }, 'wildcard-principal',
      `account ${CONSUMER} by`);
    checkFindings(after, [], ONLY);
  });

  it('limits the callers by kms:CallerAccount', () => {
    const files = { 'kms-handshake.json': manifest(),
      'key.json': everyone({ StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } }) };
    const after = applyFix(files, 'wildcard-principal', `account ${OWNER} by`);
    assert.deepEqual(JSON.parse(after['key.json'] ?? ''),
      everyone({ StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com', 'kms:CallerAccount': OWNER } }));
    checkFindings(after, [], ONLY);
    const bare = applyFix({ 'kms-handshake.json': manifest(), 'key.json': everyone() }, 'wildcard-principal', `account ${OWNER} by`);
    assert.deepEqual(JSON.parse(bare['key.json'] ?? ''), everyone({ StringEquals: { 'kms:CallerAccount': OWNER } }));
  });
});
