import assert from 'node:assert/strict';
import { parseHcl } from '../../../server/src/core/syntax/hcl/parse-hcl';
import { applyChanges } from '../../support/expect-findings';
import { realFiles } from '../../support/real-files';
import { skipTest } from '../../support/skip-test';
import { findTerraformFormatter } from '../../support/terraform-format/terraform-formatter';
import { analysisOfWorkspaceTexts } from '../../support/workspace-from-texts';

describe('fixes in Terraform', function () {
  this.timeout(600_000);

  it('leave real files in the layout of terraform fmt, and as HCL', async function () {
    const formatter = await findTerraformFormatter();
    if (!formatter) skipTest(this, 'neither Terraform nor Go with hcl is there');
    const files = realFiles(this, 'KMS_HANDSHAKE_CORPUS', /\.tf$/, 'tf');
    const results: string[] = [];
    const titles: string[] = [];
    formatter(Object.values(files)).forEach((text, index) => {
      const name = Object.keys(files)[index] ?? '';
      const texts = { [name]: text };
      const { analysis, world } = analysisOfWorkspaceTexts(texts);
      for (const finding of [...analysis.findingsByFile.values()].flat()) {
        for (const fix of finding.fixes(world).filter(({ refusal }) => refusal === undefined)) {
          const result = applyChanges(texts, fix.files)[name] ?? '';
          titles.push(`${name}: ${fix.title}`);
          results.push(result);
          assert.deepEqual(parseHcl(result).faults, [], titles.at(-1));
        }
      }
    });
    assert.ok(results.length > 0);
    formatter(results).forEach((formatted, index) => assert.equal(results[index], formatted, titles[index]));
  });
});
