import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cached, cacheFolder } from '../vscode/host/cache';

describe('the cache of the tests in VS Code', () => {
  let parent: string;
  let before: string | undefined;

  beforeEach(() => {
    parent = mkdtempSync(path.join(tmpdir(), 'kms-handshake-cache-'));
    before = process.env['KMS_HANDSHAKE_CACHE'];
    process.env['KMS_HANDSHAKE_CACHE'] = parent;
  });
  afterEach(() => {
    if (before === undefined) delete process.env['KMS_HANDSHAKE_CACHE'];
    else process.env['KMS_HANDSHAKE_CACHE'] = before;
    rmSync(parent, { recursive: true });
  });

  it('makes a thing once for two that ask at the same time', async () => {
    let made = 0;
    const make = async (folder: string): Promise<void> => {
      made += 1;
      await new Promise(setImmediate); // the other one has asked when this ends
      writeFileSync(path.join(folder, 'file'), '');
    };
    const [text, two] = await Promise.all([cached('thing', make), cached('thing', make)]);
    assert.equal(text, two);
    assert.equal(made, 1);
    assert.deepEqual(readdirSync(cacheFolder()), ['thing']);
  });

  it('keeps nothing of a making that failed', async () => {
    await assert.rejects(cached('thing', () => Promise.reject(new Error('no network'))), /no network/);
    assert.equal(existsSync(path.join(cacheFolder(), 'thing')), false);
    await cached('thing', () => Promise.resolve());
  });

  it('starts anew after a run that was interrupted', async () => {
    const final = path.join(cacheFolder(), 'thing');
    mkdirSync(`${final}.partial`);
    writeFileSync(path.join(`${final}.partial`, 'half'), '');
    mkdirSync(`${final}.lock`);
    writeFileSync(path.join(`${final}.lock`, 'pid'), '999999999'); // above what any system gives out
    assert.deepEqual(readdirSync(await cached('thing', () => Promise.resolve())), []);
    assert.deepEqual(readdirSync(cacheFolder()), ['thing']);
  });
});
