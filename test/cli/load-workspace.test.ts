import assert from 'node:assert/strict';
import path from 'node:path';
import { loadWorkspace, fileUriOf } from '../../server/src/cli/load-workspace';
import type { Terminal } from '../../server/src/cli/terminal';
import type { FileContent, Host } from '../../server/src/host/host';
import { createNodeHost } from '../../server/src/host/node-host';

const ROOT = path.parse(process.cwd()).root;
const FILE = path.join(ROOT, 'policies', 'app.json');

const CONTENT: FileContent = { kind: 'text', text: '{ "Statement": [{ "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*" }] }' };

describe('command line: the folder of a whole disk', () => {
  const silent = (): void => undefined;
  const node = createNodeHost({ info: silent, warn: silent, error: silent });
  const host: Host = {
    ...node,
    files: {
      ...node.files,
      list: (fileSelection) => Promise.resolve(fileSelection.folders.some(({ uri }) => uri === fileUriOf(ROOT)) ? [fileUriOf(FILE)] : []),
      readMany: async (uris, _maxBytes, take) => {
        for (const uri of uris) take(uri, CONTENT);
      },
      readNamedFile: () => Promise.resolve(CONTENT),
    },
  };
  const terminalIn = (cwd: string): Terminal => ({
    cwd, writeOutput: silent, writeError: silent,
    kindOf: (file) => Promise.resolve(file === FILE ? 'file' : path.dirname(FILE).startsWith(file) ? 'folder' : undefined),
    isLink: () => Promise.resolve(false), readStandardInput: () => Promise.resolve({ kind: 'missing' }), writeFile: () => Promise.resolve(),
  });

  it('asks about what is in it', async () => {
    const { isRequested, workspace } = await loadWorkspace(host, terminalIn(path.dirname(FILE)), { paths: [ROOT], config: undefined,
      followLinks: false, maxBytes: undefined });
    assert.deepEqual([...workspace.readings.keys()].filter(isRequested), [fileUriOf(FILE)]);
  });

  it('holds the folders below it', async () => {
    const { workspace } = await loadWorkspace(host, terminalIn(ROOT), { paths: [ROOT, path.dirname(FILE)], config: undefined,
      followLinks: false, maxBytes: undefined });
    assert.deepEqual(workspace.folders.map(({ uri }) => uri), [fileUriOf(ROOT)]);
  });

  it('is where a file below it is judged, when it is the current one', async () => {
    const { workspace } = await loadWorkspace(host, terminalIn(ROOT), { paths: [FILE], config: undefined, followLinks: false,
      maxBytes: undefined });
    assert.deepEqual(workspace.folders.map(({ uri }) => uri), [fileUriOf(ROOT)]);
  });
});
