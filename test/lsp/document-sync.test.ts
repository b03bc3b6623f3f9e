import assert from 'node:assert/strict';
import { FileChangeType } from 'vscode-languageserver';
import type { FileContent, Host, Log } from '../../server/src/host/host';
import { createNodeHost } from '../../server/src/host/node-host';
import { createDocumentSync, type DocumentSync } from '../../server/src/lsp/document-sync';
import { createAnalysisHost, type AnalysisHost } from '../../server/src/lsp/analysis-host';
import { DEFAULT_SETTINGS } from '../../server/src/lsp/settings';
import { removeTestFolders, createTestFolder, type TestFolder } from '../support/temporary-folder';
import { identityPolicyForRole, keyPolicyForRole, matchingPair } from '../support/policy-pair';

const SILENT: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('lsp: readings of all folders', () => {
  afterEach(removeTestFolders);

  /** A folder of which nothing has been read yet. */
  function unread(): { readonly files: DocumentSync; readonly known: () => string[]; readonly breathe: () => Promise<void> } {
    const folder = createTestFolder({ ...matchingPair(), 'consumer/other.json': identityPolicyForRole(['kms:Decrypt']) });
    const host = createNodeHost(SILENT);
    const holding: AnalysisHost = createAnalysisHost(SILENT, host.clock);
    const files = createDocumentSync({ host, analysisHost: holding, settings: () => DEFAULT_SETTINGS, onChange: () => undefined });
    files.setFolders([folder.uri]);
    return { files, breathe: host.clock.yieldToEventLoop, known: () => [...holding.workspace().files.keys()].map(folder.nameOf).sort() };
  }

  const ALL = ['consumer/app.json', 'consumer/other.json', 'kms-handshake.json', 'producer/key.json'];

  it('end early when no request needs them any more', async () => {
    const { files, known } = unread();
    await files.rescanFolders(() => true);
    assert.deepEqual(known(), ['kms-handshake.json']);
    await files.rescanFolders();
    assert.deepEqual(known(), ALL);
  });

  it('go on for another request that waits, whichever came last', async () => {
    const { files, known } = unread();
    await Promise.all([files.rescanFolders(), files.rescanFolders(() => true)]);
    assert.deepEqual(known(), ALL);
  });

  it('are not reported as the first complete one when they were cut short', async () => {
    const { files, known, breathe } = unread();
    let settled = false;
    const whenSettled = files.whenSynchronized().then(() => { settled = true; });
    await files.rescanFolders(() => true);
    await breathe();
    assert.equal(settled, false);
    await files.rescanFolders();
    await whenSettled;
    assert.deepEqual(known(), ALL);
  });
});

describe('lsp: a reading that another change of the file overtakes', () => {
  afterEach(removeTestFolders);

  const KEY = 'producer/key.json';

  /** A folder that was read, on a host that holds back what the next reading finds until `release` is called. */
  async function folderWithSlowDisk(): Promise<{ readonly files: DocumentSync; readonly analysisHost: AnalysisHost;
    readonly folder: TestFolder; readonly waitForReading: () => Promise<void>; readonly release: () => void }> {
    const folder = createTestFolder(matchingPair());
    const host = createNodeHost(SILENT);
    let heldUntil: Promise<void> | undefined;
    let release = (): void => undefined;
    let isRead = false;
    const slow: Host = { ...host, files: { ...host.files,
      readMany: async (uris, maxBytes, take, stop) => {
        const held = heldUntil;
        const contents: [string, FileContent][] = [];
        await host.files.readMany(uris, maxBytes, (uri, content) => contents.push([uri, content]), stop);
        isRead = true;
        await held;
        for (const [uri, content] of contents) take(uri, content);
      } } };
    const analysisHost = createAnalysisHost(SILENT, host.clock);
    const files = createDocumentSync({ host: slow, analysisHost, settings: () => DEFAULT_SETTINGS, onChange: () => undefined });
    files.setFolders([folder.uri]);
    await files.rescanFolders();
    isRead = false;
    heldUntil = new Promise((resolve) => { release = resolve; });
    const waitForReading = async (): Promise<void> => {
      while (!isRead) await host.clock.yieldToEventLoop();
      heldUntil = undefined;
    };
    return { files, analysisHost, folder, waitForReading, release: () => release() };
  }

  it('does not bring back a file that was deleted meanwhile', async () => {
    const { files, analysisHost, folder, waitForReading, release } = await folderWithSlowDisk();
    const uri = folder.uriOf(KEY);
    const reading = files.rereadFiles([uri]);
    await waitForReading();
    folder.remove(KEY);
    files.didChangeWatchedFiles([{ uri, type: FileChangeType.Deleted }]);
    await files.rescanFolders();
    assert.equal(analysisHost.workspace().files.has(uri), false);
    release();
    await reading;
    assert.equal(analysisHost.workspace().files.has(uri), false);
  });

  it('does not bring an older text back', async () => {
    const { files, analysisHost, folder, waitForReading, release } = await folderWithSlowDisk();
    const uri = folder.uriOf(KEY);
    const reading = files.rereadFiles([uri]);
    await waitForReading();
    folder.write(KEY, keyPolicyForRole(['kms:Encrypt']));
    await files.rescanFolders();
    release();
    await reading;
    assert.match(analysisHost.workspace().files.get(uri)?.source.text ?? '', /kms:Encrypt/);
  });
});
