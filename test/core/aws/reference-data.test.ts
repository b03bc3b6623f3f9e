import assert from 'node:assert';
import { ACTIONS, actionNamed, actionsIn, CROSS_ACCOUNT_ACTIONS, countActions, expandAction, KEY_ACTIONS, NO_ACTIONS,
  STAR_ONLY_ACTIONS } from '../../../server/src/core/aws/actions';
import { actionsWithKey, CONDITION_KEYS, conditionKeyNamed, variablePart } from '../../../server/src/core/aws/condition-keys';
import { formatKeyArn, isAliasName, isAwsManagedAlias, keyIdForm, parseKeyArn } from '../../../server/src/core/aws/key-arn';
import { OPERATORS, operatorNamed, parseOperator } from '../../../server/src/core/aws/operators';
import { nearestRegion, PARTITIONS, partitionOfRegion, REGIONS } from '../../../server/src/core/aws/regions';
import { formatViaService, parseViaService, VIA_SERVICES } from '../../../server/src/core/aws/services';
import { USE_CASES, useCaseNamed } from '../../../server/src/core/aws/use-cases';
import { KEY_ARN, KEY_ID, OWNER } from '../../support/fixtures';

const names = (pattern: string): string => actionsIn(expandAction(pattern)).map(({ name }) => name.slice(4)).join(' ');

describe('aws: actions (docs/aws-rules.md 3)', () => {
  it('expands patterns to the actions of today (docs/aws-rules.md 3.3)', () => {
    assert.equal(ACTIONS.length, 58);
    assert.equal(countActions(CROSS_ACCOUNT_ACTIONS), 22);
    assert.equal(countActions(expandAction('kms:GenerateDataKey*')), 4);
    assert.equal(names('kms:ReEncrypt*'), 'ReEncryptFrom ReEncryptTo');
    assert.equal(names('kms:Describe*'), 'DescribeCustomKeyStores DescribeKey');
    assert.equal(names('kms:Dec*'), 'Decapsulate Decrypt');
    assert.equal(countActions(expandAction('kms:Get*')), 5);
    assert.equal(countActions(expandAction('kms:List*')), 7);
  });

  it('knows no kms:ReEncrypt, no other service, and no case', () => {
    for (const pattern of ['kms:ReEncrypt', 's3:*', 'k*:Decrypt', '*:Decrypt', 'kms:', ''])
      assert.equal(expandAction(pattern), NO_ACTIONS, pattern);
    assert.equal(actionNamed('KMS:DECRYPT')?.name, 'kms:Decrypt');
    assert.equal(expandAction('*'), expandAction('KMS:*'));
    assert.equal(expandAction('kms:Decryp?'), actionNamed('kms:Decrypt')?.bit);
  });

  it('takes a pattern of any length', () => {
    assert.equal(expandAction(`kms:${'*e'.repeat(20_000)}`), NO_ACTIONS);
    assert.equal(expandAction(`kms:${'*'.repeat(20_000)}`), expandAction('kms:*'));
    assert.equal(expandAction(`kms:*${'?'.repeat(20_000)}`), NO_ACTIONS);
    assert.equal(names(`kms:${'*'.repeat(50)}De*crypt`), 'Decrypt');
  });

  it('tells actions on keys from those without', () => {
    assert.equal(KEY_ACTIONS & STAR_ONLY_ACTIONS, NO_ACTIONS);
    assert.equal(KEY_ACTIONS & (actionNamed('kms:RetireGrant')?.bit ?? NO_ACTIONS), NO_ACTIONS);
  });
});

describe('aws: condition keys (docs/aws-rules.md 4)', () => {
  it('finds keys in any case, with their variable part', () => {
    const context = conditionKeyNamed('kms:encryptioncontext:App');
    assert.equal(context?.name, 'kms:EncryptionContext:${EncryptionContextKey}');
    assert.equal(context && variablePart(context, 'kms:EncryptionContext:App'), 'App');
    assert.equal(conditionKeyNamed('KMS:CALLERACCOUNT')?.name, 'kms:CallerAccount');
    assert.equal(conditionKeyNamed('aws:resourcetag/Team')?.prefix, 'aws:resourcetag/');
    assert.equal(conditionKeyNamed('kms:RecipientAttestation:PCR31')?.name, 'kms:RecipientAttestation:PCR${N}');
    assert.equal(conditionKeyNamed('kms:RecipientAttestation:PCR32'), undefined);
    assert.equal(conditionKeyNamed('kms:EncryptionContext:'), undefined);
    assert.equal(conditionKeyNamed('kms:CallerAcount'), undefined);
    assert.equal(conditionKeyNamed('aws:PrincipalOrgID')?.isGlobal, true);
  });

  it('knows the actions of a key, and of a key that it does not know', () => {
    const decrypt = actionNamed('kms:Decrypt')?.bit ?? NO_ACTIONS;
    const describe_ = actionNamed('kms:DescribeKey')?.bit ?? NO_ACTIONS;
    assert.equal(actionsWithKey('kms:EncryptionContext:App') & decrypt, decrypt);
    assert.equal(actionsWithKey('kms:EncryptionContext:App') & describe_, NO_ACTIONS);
    assert.equal(actionsWithKey('kms:Whatever'), NO_ACTIONS);
    assert.notEqual(actionsWithKey('aws:Whatever') & describe_, NO_ACTIONS);
  });

  it('lists no key twice', () => {
    assert.equal(new Set(CONDITION_KEYS.map(({ name }) => name.toLowerCase())).size, CONDITION_KEYS.length);
  });
});

describe('aws: operators (docs/aws-rules.md 4.2)', () => {
  it('takes them apart in one spelling', () => {
    assert.equal(OPERATORS.length, 27);
    assert.deepEqual(parseOperator('ForAnyValue:ArnLikeIfExists'), { info: operatorNamed('ArnLike'), setOperator: 'any', ifExists: true });
    assert.equal(parseOperator('stringEquals').info, undefined);
    assert.equal(parseOperator('NullIfExists').info, undefined);
    for (const { name, opposite } of OPERATORS) if (opposite) assert.equal(operatorNamed(opposite)?.opposite, name);
  });
});

describe('aws: Regions, services, keys, use cases', () => {
  it('knows whose a Region is (docs/aws-rules.md 6.3)', () => {
    assert.equal(REGIONS.length, 48);
    assert.equal(PARTITIONS.length, 8);
    for (const { region, partition } of REGIONS) assert.equal(partitionOfRegion(region), partition);
    assert.equal(partitionOfRegion('eu-nowhere-9'), 'aws');
    assert.equal(partitionOfRegion('cn-nowhere-9'), 'aws-cn');
    assert.equal(partitionOfRegion('us-gov-nowhere-1'), 'aws-us-gov');
    assert.equal(partitionOfRegion('nowhere'), undefined);
    assert.equal(nearestRegion('us-wset-2'), 'us-west-2');
  });

  it('takes ViaService values apart (docs/aws-rules.md 4.3)', () => {
    assert.deepEqual(parseViaService('s3.us-west-2.amazonaws.com'), { service: 's3', region: 'us-west-2', suffix: 'amazonaws.com' });
    assert.equal(parseViaService('s3.amazonaws.com'), undefined);
    assert.equal(formatViaService('ec2', 'eu-west-1'), 'ec2.eu-west-1.amazonaws.com');
    assert(VIA_SERVICES.has('logs') && !VIA_SERVICES.has('ebs'));
  });

  it('takes key ARNs apart (docs/aws-rules.md 1.4)', () => {
    const arn = parseKeyArn(KEY_ARN);
    assert.deepEqual(arn, { partition: 'aws', region: 'us-west-2', account: OWNER, keyId: KEY_ID });
    assert.equal(arn && formatKeyArn(arn), KEY_ARN);
    for (const wrong of [`arn:aws:kms:us-west-2:${OWNER}:key/*`, KEY_ARN.replace('arn:aws:', 'arn:*:'),
      `arn:aws:kms::${OWNER}:key/${KEY_ID}`, `${KEY_ARN} `, KEY_ID]) assert.equal(parseKeyArn(wrong), undefined);
    assert.equal(keyIdForm('mrk-1234abcd12ab34cd56ef1234567890ab'), 'multi-region');
    assert(isAliasName('alias/app') && !isAliasName('app') && isAwsManagedAlias('alias/aws/s3'));
  });

  it('gives use cases only actions that exist, and services that are known', () => {
    for (const { id, consumerActions, keyPolicyActions, viaServices } of USE_CASES) {
      for (const action of [...consumerActions, ...keyPolicyActions]) assert.notEqual(expandAction(action), NO_ACTIONS, `${id}: ${action}`);
      for (const service of viaServices) assert(VIA_SERVICES.has(service), `${id}: ${service}`);
    }
    assert.deepEqual(useCaseNamed('s3-get')?.consumerActions, ['kms:Decrypt']);
  });
});
