import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sharedVisit } from './open';

const ROOM = {
  'breadcrumbs.enabled': false,
  'editor.fontSize': 13,
  'editor.lineNumbersMinChars': 3,
  'editor.glyphMargin': false,
  'editor.folding': false,
  'editor.scrollbar.vertical': 'hidden',
  'editor.stickyScroll.enabled': false,
  'workbench.activityBar.location': 'hidden',
  'workbench.layoutControl.enabled': false,
  'workbench.editor.editorActionsLocation': 'hidden',
};

describe('a person who writes a template', () => {
  const here = sharedVisit('test/vscode/templates', { settings: ROOM, wide: true });

  it('sees the findings across both policies in YAML', async () => {
    const { workbench } = here;
    // All of the template is to be in the picture.
    await workbench.page.setViewportSize({ width: 1280, height: 1020 });
    await workbench.openFile('data-stack.yaml');
    await workbench.waitForSquiggle('error');
    await workbench.waitForProblem('does not allow');
    await workbench.clearAway();
    await workbench.screenshot('template');
  });

  it('reads what a reference means', async () => {
    const { workbench } = here;
    await workbench.hoverText('Worker.Arn', 'the ARN of the role Worker of this template');
    await workbench.screenshot('template-hover');
    await workbench.clearAway();
  });

  it('repairs a statement of the other policy by a quick fix', async () => {
    const { workbench } = here;
    await workbench.goToProblem('does not allow');
    await workbench.quickFix('Add kms:Encrypt', 'template-quick-fix');
    await workbench.waitForNoProblem('does not allow');
    await workbench.save();
    assert.match(readFileSync(path.join(here.workspace, 'data-stack.yaml'), 'utf8'),
      /Action: \[kms:Decrypt, kms:Encrypt\]\n {12}Resource: '\*'/);
  });
});
