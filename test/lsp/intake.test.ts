import assert from 'node:assert/strict';
import type { Log } from '../../server/src/host/contract';
import { nodeHost } from '../../server/src/host/node';
import { intake, type Intake } from '../../server/src/lsp/intake';
import { knowledge, type Knowledge } from '../../server/src/lsp/knowledge';
import { DEFAULT_SETTINGS } from '../../server/src/lsp/settings';
import { removeTestFolders, testFolder } from '../support/folder';
import { fittingPair, identityPolicy } from './pair';

const SILENT: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('lsp: readings of all folders', () => {
  afterEach(removeTestFolders);

  /** A folder of which nothing has been read yet. */
  function unread(): { readonly files: Intake; readonly known: () => string[]; readonly breathe: () => Promise<void> } {
    const folder = testFolder({ ...fittingPair(), 'consumer/other.json': identityPolicy(['kms:Decrypt']) });
    const host = nodeHost(SILENT);
    const holding: Knowledge = knowledge(SILENT, host.clock);
    const files = intake({ host, knowledge: holding, settings: () => DEFAULT_SETTINGS, onChange: () => undefined, ahead: () => undefined });
    files.setFolders([folder.uri]);
    return { files, breathe: host.clock.breathe, known: () => [...holding.workspace().files.keys()].map(folder.nameOf).sort() };
  }

  const ALL = ['consumer/app.json', 'consumer/other.json', 'kms-handshake.json', 'producer/key.json'];

  it('end early when nobody wants them any more', async () => {
    const { files, known } = unread();
    await files.readAll(() => true);
    assert.deepEqual(known(), ['kms-handshake.json']);
    await files.readAll();
    assert.deepEqual(known(), ALL);
  });

  it('go on for somebody else who waits, whoever asked last', async () => {
    const { files, known } = unread();
    await Promise.all([files.readAll(), files.readAll(() => true)]);
    assert.deepEqual(known(), ALL);
  });

  it('are told to nobody as the first complete one when they were cut short', async () => {
    const { files, known, breathe } = unread();
    let settled = false;
    const whenSettled = files.settled().then(() => { settled = true; });
    await files.readAll(() => true);
    await breathe();
    assert.equal(settled, false);
    await files.readAll();
    await whenSettled;
    assert.deepEqual(known(), ALL);
  });
});
