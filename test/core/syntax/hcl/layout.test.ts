import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { laidOut, withLayout } from '../../../../server/src/core/syntax/hcl/layout';
import { realFiles } from '../../../support/real-files';
import { skipTest } from '../../../support/skip-test';
import { findTerraformFormatter, type TerraformFormatter } from '../../../support/terraform-format/terraform-formatter';
import { applyEdits } from '../json/support';

/** Texts, and what `hclwrite.Format` of hcl 2.14 made of them. */
const RECORDED = JSON.parse(readFileSync(path.join(__dirname, 'formatted.json'), 'utf8')) as readonly {
  readonly title: string; readonly before: string; readonly formatted: string }[];

describe('the layout of terraform fmt', function () {
  this.timeout(600_000);
  let formatter: TerraformFormatter | undefined;
  before(async () => {
    formatter = await findTerraformFormatter();
  });

  for (const { title, before: text, formatted } of RECORDED) {
    it(title, () => {
      assert.equal(laidOut(text), formatted);
      assert.equal(laidOut(formatted), formatted);
    });
  }

  it('is recorded as it is', function () {
    if (!formatter) skipTest(this, 'neither Terraform nor Go with hcl is there');
    assert.deepEqual(formatter(RECORDED.map(({ before: text }) => text)), RECORDED.map(({ formatted }) => formatted));
  });

  it('is that of real files, also where all blanks are gone', function () {
    if (!formatter) skipTest(this, 'neither Terraform nor Go with hcl is there');
    const files = realFiles(this, 'KMS_HANDSHAKE_CORPUS', /\.tf$/, 'tf');
    const formatted = formatter(Object.values(files));
    Object.keys(files).forEach((name, index) => assert.equal(laidOut(formatted[index] ?? ''), formatted[index], name));
    const crowded = formatted.map((text) => text.replace(/^( *)([\w"]+) += (?!<<)/gm, '$2 = '));
    formatter(crowded).forEach((text, index) => assert.equal(laidOut(crowded[index] ?? ''), text));
  });

  it('leaves lines alone that have another one', () => {
    const text = 'a = 1\nlonger = 2\n\nb = 3\n\n   c  = 4\nd = 5 # e\n';
    const edits = [{ span: { start: text.indexOf('\n\n   c'), end: text.indexOf('\n\n   c') }, newText: '\nnew_name = 6' }];
    assert.equal(applyEdits(text, withLayout(text, edits)), 'a = 1\nlonger = 2\n\nb        = 3\nnew_name = 6\n\n   c  = 4\nd = 5 # e\n');
    const otherEdits = [{ span: { start: 5, end: 5 }, newText: '\nnew_name = 6' }];
    assert.equal(applyEdits(text, withLayout(text, otherEdits)), text.replace('a = 1\n', 'a = 1\nnew_name = 6\n'));
  });

  it('makes no edits of its own', () => {
    assert.deepEqual(withLayout('a = 1\nlonger = 2\n', []), []);
  });
});
