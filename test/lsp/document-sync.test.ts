import assert from 'node:assert/strict';
import type { Log } from '../../server/src/host/host';
import { createNodeHost } from '../../server/src/host/node-host';
import { createDocumentSync, type DocumentSync } from '../../server/src/lsp/document-sync';
import { createAnalysisHost, type AnalysisHost } from '../../server/src/lsp/analysis-host';
import { DEFAULT_SETTINGS } from '../../server/src/lsp/settings';
import { removeTestFolders, createTestFolder } from '../support/temporary-folder';
import { identityPolicyForRole, matchingPair } from '../support/policy-pair';

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
