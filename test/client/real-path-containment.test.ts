import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { isInsideFolder } from '../../client/src/real-path-containment';
import { removeTestFolders, createTestFolder } from '../support/temporary-folder';

describe('client: a file that a command is told to write', () => {
  afterEach(removeTestFolders);

  it('lies inside the folder, links followed', async () => {
    const elsewhere = createTestFolder({ 'x.csv': '' });
    const folder = createTestFolder({ 'a.csv': '', 'sub/b.csv': '' });
    symlinkSync(elsewhere.path, path.join(folder.path, 'linked'), 'junction');
    symlinkSync(path.join(folder.path, 'sub'), path.join(folder.path, 'within'), 'junction');
    if (process.platform !== 'win32') symlinkSync(path.join(elsewhere.path, 'new.csv'), path.join(folder.path, 'dangling.csv'));
    const inside = (name: string): Promise<boolean> => isInsideFolder(folder.path, `${folder.path}/${name}`);
    for (const name of ['a.csv', 'new.csv', 'sub/new.csv', 'within/new.csv', 'sub/../new.csv'])
      assert.equal(await inside(name), true, name);
    for (const name of ['linked/new.csv', 'linked/x.csv', '../new.csv', 'sub/../../new.csv', 'not/there/new.csv', 'a\0.csv',
      ...process.platform === 'win32' ? [] : ['dangling.csv']]) {
      assert.equal(await inside(name), false, name);
    }
  });
});
