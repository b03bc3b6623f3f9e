import * as assert from 'node:assert/strict';
import { deploymentSymbol } from '../../../server/src/core/aws/identifier-comparison';
import { describeSymbolsInSentence } from '../../../server/src/core/text/symbols-in-sentence';

const SCOPE = 'file:///w/t.yaml';
const ACCOUNT = deploymentSymbol('account', 'AWS::AccountId of t.yaml', SCOPE);
const OTHER_ACCOUNT = deploymentSymbol('account', 'AWS::AccountId of u.yaml', 'file:///w/u.yaml');
const REGION = deploymentSymbol('region', 'AWS::Region of t.yaml', SCOPE);
const PARTITION = deploymentSymbol('partition', 'AWS::Partition', SCOPE);
const WORKER = deploymentSymbol('resource', 'Worker of t.yaml', SCOPE);
const KEY = deploymentSymbol('resource', 'DataKey of t.yaml', SCOPE);

describe('symbols in sentences', () => {
  const CASES: Readonly<Record<string, string>> = {
    [`No IAM policy of ${ACCOUNT} uses it`]: 'No IAM policy of the account of t.yaml uses it',
    [`role/App of account ${ACCOUNT}.`]: 'role/App of the account of t.yaml.',
    [`Account ${ACCOUNT} may`]: 'The account of t.yaml may',
    [`role/${WORKER} (${ACCOUNT}) is denied`]: 'role/Worker of t.yaml is denied',
    [`role/${WORKER} of account ${ACCOUNT}`]: 'role/Worker of t.yaml',
    [`role/${WORKER} (${OTHER_ACCOUNT})`]: 'role/Worker of t.yaml (the account of u.yaml)',
    [`Key policy of arn:${PARTITION}:kms:${REGION}:${ACCOUNT}:key/${KEY}: x`]: 'Key policy of key DataKey of t.yaml: x',
    [`arn:aws:iam::${ACCOUNT}:role/path/${WORKER}`]: 'arn:aws:iam::${AWS::AccountId}:role/path/Worker of t.yaml',
    [`arn:aws:iam::${ACCOUNT}:role/${WORKER}`]: 'role/Worker of t.yaml',
    [`"s3.${REGION}.amazonaws.com"`]: '"s3.${AWS::Region}.amazonaws.com"',
    [`arn:${PARTITION}:iam::${ACCOUNT}:root`]: 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root',
    [`in ${REGION}, account ${ACCOUNT}`]: 'in the Region of t.yaml, the account of t.yaml',
    'no symbols (at all)': 'no symbols (at all)',
  };
  for (const [text, expected] of Object.entries(CASES)) {
    it(expected, () => {
      assert.equal(describeSymbolsInSentence(text), expected);
    });
  }
});
