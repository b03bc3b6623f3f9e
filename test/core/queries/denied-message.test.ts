import assert from 'node:assert/strict';
import { parseDeniedMessage } from '../../../server/src/core/queries/denied-message';
import { CONSUMER, KEY_ARN, OWNER, ROLE_ARN, userArn } from '../../support/fixtures';

const SESSION = 'arn:aws:sts::444455556666:assumed-role/App/i-0123456789abcdef0';
const USER = userArn(CONSUMER);
const message = (rest: string, who = SESSION, action = 'kms:Decrypt'): string =>
  `User: ${who} is not authorized to perform: ${action} ${rest}`;

/** Identity, action, key, reason. */
function read(text: string): (string | undefined)[] | undefined {
  const found = parseDeniedMessage(text);
  return found && [found.identity, found.action, found.key, found.reasonText];
}

describe('answers: AWS AccessDenied messages', () => {
  const CASES: readonly (readonly [source: string, text: string, because: string | undefined])[] = [
    ['no identity-based policy (GitHub, ministryofjustice/modernisation-platform #11726)',
      message(`on resource: ${KEY_ARN} because no identity-based policy allows the kms:Decrypt action`),
      'no identity-based policy allows the kms:Decrypt action'],
    ['no resource-based policy (GitHub, jbrt/ec2cryptomatic #26)',
      message(`on resource: ${KEY_ARN} because no resource-based policy allows the kms:Decrypt action.`),
      'no resource-based policy allows the kms:Decrypt action'],
    ['explicit deny in a resource-based policy (GitHub, aws/aws-nitro-enclaves-sdk-c #157)',
      message(`on resource: ${KEY_ARN} with an explicit deny in a resource-based policy`), 'explicit deny in a resource-based policy'],
    ['explicit deny in a service control policy (IAM User Guide, Troubleshoot access denied error messages)',
      message(`on resource: ${KEY_ARN} with an explicit deny in a service control policy`), 'explicit deny in a service control policy'],
    ['no permissions boundary (IAM User Guide, the same page)', message(`on resource: ${KEY_ARN} because no permissions boundary policy `
      + 'allows the kms:Decrypt action'), 'no permissions boundary policy allows the kms:Decrypt action'],
    ['the older wording without a reason', message(`on resource: ${KEY_ARN}`), undefined],
    ['inside a Lambda error (GitHub, 4dn-dcic/tibanna #402)', '{"cause": "Lambda was unable to decrypt the environment variables because '
      + 'KMS access was denied. KMS Exception: AccessDeniedExceptionKMS Message: '
      + `${message(`on resource: ${KEY_ARN} because no resource-based policy allows the kms:Decrypt action`)} (Service: `
      + 'Lambda, Status Code: 502, Request ID: ID)"}', 'no resource-based policy allows the kms:Decrypt action'],
    ['JSON that was escaped twice (GitHub, aws/aws-nitro-enclaves-sdk-c #157)',
      `{\\"__type\\":\\"AccessDeniedException\\",\\"Message\\":\\"${
        message(`on resource: ${KEY_ARN} with an explicit deny in a resource-based policy`)
      }\\"}\\\\nCould not read response`, 'explicit deny in a resource-based policy'],
    ['XML of Amazon S3 (GitHub, onnela-lab/beiwe-backend #363)',
      `<Error><Code>AccessDenied</Code><Message>${
        message(`on resource: ${KEY_ARN} because no identity-based policy allows the kms:Decrypt action`)
      }</Message><RequestId>A</RequestId></Error>`, 'no identity-based policy allows the kms:Decrypt action'],
    ['broken between words, as in a mail', message(`on\n  resource: ${KEY_ARN}\n  because no identity-based policy\n  allows the `
      + 'kms:Decrypt action'), 'no identity-based policy allows the kms:Decrypt action'],
    ['in the frame of a Terraform error', `│ Error: reading KMS Key: AccessDeniedException:\n│ `
      + message(`on resource:\n│ ${KEY_ARN} because no resource-based policy allows the\n│ kms:Decrypt action`),
      'no resource-based policy allows the kms:Decrypt action'],
  ];
  for (const [source, text, because] of CASES) {
    it(`reads identity, action, key and reason: ${source}`, () => assert.deepEqual(read(text), [SESSION, 'kms:Decrypt', KEY_ARN, because]));
  }

  it('reads a message that a terminal broke in the middle of an ARN', () => {
    const text = message(`on resource: ${KEY_ARN} because no identity-based policy allows the kms:Decrypt action`);
    const broken = text.replace(/.{60}/g, '$&\n');
    assert.deepEqual(read(broken)?.slice(0, 3), [SESSION, 'kms:Decrypt', KEY_ARN]);
  });

  it('finds no key where the message names none: the resource associated with this ciphertext (onnela-lab/beiwe-backend #363)', () => {
    const text = message('on the resource associated with this ciphertext because the resource does not exist in this Region, no '
      + 'resource-based policies allow access, or a resource-based policy explicitly denies access');
    assert.deepEqual(read(text), [SESSION, 'kms:Decrypt', undefined, 'the resource does not exist in this Region, no resource-based '
      + 'policies allow access, or a resource-based policy explicitly denies access']);
    assert.deepEqual(read(message('on the resource associated with this ciphertext because no identity-based policy allows the '
      + 'kms:Decrypt action')), [SESSION, 'kms:Decrypt', undefined, 'no identity-based policy allows the kms:Decrypt action']);
  });

  it('reads the principal of a service that called as itself', () => {
    assert.equal(
      read(message(`on resource: ${KEY_ARN} because no resource-based policy allows the kms:Decrypt action`, 'cloudtrail.amazonaws.com'))
        ?.[0],
      'cloudtrail.amazonaws.com',
    );
    assert.equal(read(message(`on resource: ${KEY_ARN}`, 'somebody'))?.[0], undefined);
  });

  it('reads the action in any case, and other actions', () => {
    assert.equal(read(message(`on resource: ${KEY_ARN}`, USER, 'kms:generatedatakey'))?.[1], 'kms:GenerateDataKey');
    assert.deepEqual(read(message(`on resource: ${KEY_ARN}`, USER, 'kms:CreateGrant'))?.slice(0, 2), [USER, 'kms:CreateGrant']);
  });

  it('leaves out what was made unreadable, as the account in a report', () => {
    assert.deepEqual(read('AccessDeniedException: User: arn:aws:iam::3915824****:user/EC2 is not authorized to perform: '
      + 'kms:DescribeKey on resource: '
      + 'arn:aws:kms:us-west-2:3915824****:key/*****-c223c5 because no resource-based policy allows the kms:DescribeKey action.'),
      [undefined, 'kms:DescribeKey', undefined, 'no resource-based policy allows the kms:DescribeKey action']);
  });

  it('reads the older wording for a ciphertext, with an ARN beside it (GitHub, aceew/aws-lambda-env-vars #7)', () => {
    const text = 'AccessDeniedException: The ciphertext refers to a customer master key that does not exist, does not exist in this '
      + 'region, or you are not allowed to access.';
    assert.deepEqual(read(text), [undefined, 'kms:Decrypt', undefined, undefined]);
    assert.deepEqual(read(`key ${KEY_ARN}, caller ${USER}: ${text}`), [USER, 'kms:Decrypt', KEY_ARN, undefined]);
  });

  it('reads Secrets Manager, which says nothing but that (GitHub, aws-samples/aws-secrets-manager-rotation-lambdas #53)', () => {
    assert.deepEqual(read('An error occurred (AccessDeniedException) when calling the GetSecretValue operation: '
      + 'Access to KMS is not allowed'), [undefined, 'kms:Decrypt', undefined, undefined]);
    assert.equal(
      read('An error occurred (AccessDeniedException) when calling the PutSecretValue operation: Access to KMS is not allowed')?.[1],
      'kms:GenerateDataKey',
    );
  });

  describe('CloudTrail records', () => {
    const record = {
      eventVersion: '1.08',
      userIdentity: { type: 'AssumedRole', arn: SESSION, accountId: CONSUMER,
        sessionContext: { sessionIssuer: { arn: ROLE_ARN } } },
      eventSource: 'kms.amazonaws.com',
      eventName: 'GenerateDataKey',
      awsRegion: 'us-west-2',
      errorCode: 'AccessDenied',
      errorMessage: message(`on resource: ${KEY_ARN} because no resource-based policy allows the kms:GenerateDataKey action`, SESSION,
        'kms:GenerateDataKey'),
      requestParameters: null,
      responseElements: null,
      resources: [{ accountId: OWNER, type: 'AWS::KMS::Key', ARN: KEY_ARN }],
    };
    const wanted = [SESSION, 'kms:GenerateDataKey', KEY_ARN, 'no resource-based policy allows the kms:GenerateDataKey action'];

    it('reads one (KMS Developer Guide, Decrypt in CloudTrail)', () => assert.deepEqual(read(JSON.stringify(record, null, 2)), wanted));

    it('reads the failed one of a log file', () => {
      const { errorCode: _, errorMessage: __, ...fine } = record;
      assert.deepEqual(read(JSON.stringify({ Records: [{ ...fine, eventName: 'Decrypt' }, record] })), wanted);
    });

    it('reads the string in output of aws cloudtrail lookup-events', () => {
      assert.deepEqual(
        read(JSON.stringify({ Events: [{ EventId: 'x', EventName: 'GenerateDataKey', CloudTrailEvent: JSON.stringify(record) }] })),
        wanted,
      );
    });

    it('takes caller and key from the record where the message has none', () => {
      const bare = { ...record, errorMessage: 'AccessDenied', resources: [],
        requestParameters: { keyId: '1234abcd-12ab-34cd-56ef-1234567890ab' } };
      assert.deepEqual(read(JSON.stringify(bare)), [SESSION, 'kms:GenerateDataKey', '1234abcd-12ab-34cd-56ef-1234567890ab', undefined]);
    });

    it('reads the KMS error in a record of Amazon S3', () => {
      const s3 = { ...record, eventSource: 's3.amazonaws.com', eventName: 'GetObject', resources: [],
        errorMessage: message(`on resource: ${KEY_ARN} because no identity-based policy allows the kms:Decrypt action`) };
      assert.deepEqual(read(JSON.stringify(s3))?.slice(0, 3), [SESSION, 'kms:Decrypt', KEY_ARN]);
    });

    it('reads one that was cut off', () => assert.deepEqual(read(JSON.stringify(record).slice(0, -60))?.slice(0, 3), wanted.slice(0, 3)));
  });

  it('takes nothing else for one', () => {
    for (const text of ['', 'hello', '{"Version":"2012-10-17"}', message('on resource: arn:aws:s3:::b/k because no identity-based policy '
      + 'allows the s3:GetObject action', USER, 's3:GetObject'), message('x', USER, 'kms:Nonsense'), KEY_ARN])
      assert.equal(read(text), undefined, text);
  });
});
