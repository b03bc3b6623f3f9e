import * as assert from 'node:assert/strict';
import { accountOfArn, arnResource, formatArn, parseArn, serviceOfArn } from '../../../server/src/core/aws/arn';
import { splitAtColons } from '../../../server/src/core/text/template-expressions';

describe('fields of an ARN', () => {
  it('colons inside of expressions separate nothing (docs/aws-rules.md 8.2)', () => {
    for (const account of ['${aws:PrincipalAccount}', '${self:custom.${opt:stage}.id}', '#{AWS::AccountId}', '{{resolve:ssm:/account}}',
      '<account:id>', '<%= ids[:a] > 0 %>']) {
      const arn = `arn:aws:iam::${account}:role/App`;
      assert.deepEqual(parseArn(arn), { partition: 'aws', service: 'iam', region: '', account, resource: 'role/App' });
      assert.deepEqual([accountOfArn(arn), arnResource(arn), serviceOfArn(arn)], [account, 'role/App', 'iam']);
      assert.equal(serviceOfArn(`arn:${account}:KMS:us-west-2`), 'kms');
    }
  });

  it('all other colons separate, also beside a brace that is never closed', () => {
    assert.deepEqual(splitAtColons('a:b::c'), ['a', 'b', '', 'c']);
    assert.deepEqual(splitAtColons('${a:b'), ['${a', 'b']);
    assert.deepEqual(splitAtColons('{a:b}:<c:d'), ['{a', 'b}', '<c', 'd']);
    assert.deepEqual(parseArn('arn:aws:logs:us-west-2:111122223333:log-group:a:b')?.resource, 'log-group:a:b');
    assert.equal(parseArn('arn:aws:kms:us-west-2'), undefined);
    assert.equal(serviceOfArn('arn:aws:kms'), undefined);
  });

  it('put together again they are the ARN', () => {
    for (const arn of ['arn:aws:kms:${aws:RequestedRegion}:111122223333:key/*', 'arn:aws:logs:us-west-2:111122223333:log-group:a:b']) {
      const fields = parseArn(arn);
      assert.ok(fields);
      assert.equal(formatArn(fields), arn);
    }
  });
});
