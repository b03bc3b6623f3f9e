import assert from 'node:assert/strict';
import { visit, type Visit } from './open';

describe('a person with the packed extension', function () {
  this.timeout(120_000);
  let here: Visit;

  before(async function () {
    this.timeout(600_000); // the first time a whole VS Code is installed here
    here = await visit('test/vscode/workspace');
  });
  after(() => here?.end());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await here.workbench.screenshot(`failed-${this.currentTest.title.replaceAll(/\W+/g, '-')}`);
  });

  it('opens a file and finds the commands in the palette', async () => {
    const { workbench } = here;
    await workbench.openFile('kms-handshake.json');
    await workbench.waitForText('111122223333');
    await workbench.palette('KMS: Restart language server', 'palette');
  });

  it('sees a squiggle, and the same in the Problems panel', async () => {
    const { workbench } = here;
    await workbench.openFile('missing-comma.json');
    await workbench.waitForSquiggle('error');
    await workbench.waitForProblem('Expected comma');
    assert.ok((await workbench.problems()).length >= 2, 'a line for the file and one for the fault');
    await workbench.goToProblem('Expected comma');
    await workbench.screenshot('problems');
  });
});
