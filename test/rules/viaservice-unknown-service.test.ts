import { expectFindingsWithCode } from '../support/expect-findings';
import { expectFixReplaces, identityPolicyWithCondition, keyPolicyWithCondition } from '../support/policies-with-condition';
import { OTHER_SERVICE_NAMES, VIA_SERVICES } from '../../server/src/core/aws/services';
import * as assert from 'node:assert/strict';
import { getKeyPolicyOutput } from '../support/fixtures';

const CODE = 'viaservice-unknown-service';
const VIA = 'kms:ViaService';
const only = expectFindingsWithCode(CODE);

describe(CODE, () => {
  it('finds a service under another name than in kms:ViaService', () => {
    only({ 'app.json': identityPolicyWithCondition('StringEquals', VIA, 'ebs.us-west-2.amazonaws.com') }, [`app.json info ${CODE} "ebs"`]);
  });

  it('takes the services that KMS lists, and logs, which CloudWatch Logs requires', () => {
    only({
      'app.json': identityPolicyWithCondition('StringEquals', VIA, ['ec2.us-west-2.amazonaws.com', 'logs.us-west-2.amazonaws.com',
        'dax.us-west-2.amazonaws.com']),
    }, []);
  });

  it('finds one of a list, with a pattern as Region, in a key policy, inside AWS CLI output', () => {
    only({ 'key.json': keyPolicyWithCondition('StringLike', VIA, ['s3.*.amazonaws.com', 'keyspaces.*.amazonaws.com']) }, [
      `key.json info ${CODE} "keyspaces"`,
    ]);
    only({ 'key.json': getKeyPolicyOutput(keyPolicyWithCondition('StringNotEquals', VIA, 'secretmanager.us-west-2.amazonaws.com')) }, [
      `key.json info ${CODE} "secretmanager"`,
    ]);
  });

  it('leaves patterns, placeholders and values of another form', () => {
    only({ 'a.json': identityPolicyWithCondition('StringLike', VIA, '*.us-west-2.amazonaws.com'),
      'b.json': identityPolicyWithCondition('StringEquals', VIA, ['${service}.us-west-2.amazonaws.com', 'EBS.us-west-2.amazonaws.com',
        'ebs']) }, []);
  });

  it('writes the name that KMS has, and nothing else', () => {
    for (const [from, to] of [['ebs', 'ec2'], ['opensearch', 'es'], ['secretmanager', 'secretsmanager']] as const) {
      expectFixReplaces({ 'app.json': identityPolicyWithCondition('StringEquals', VIA, `${from}.us-west-2.amazonaws.com`) }, CODE,
        'app.json', [[from, to]]);
    }
  });

  it('knows other names only for services of the list', () => {
    for (const [other, name] of OTHER_SERVICE_NAMES) assert.ok(VIA_SERVICES.has(name) && !VIA_SERVICES.has(other), other);
  });
});
