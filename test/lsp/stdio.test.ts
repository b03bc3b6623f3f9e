import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { StreamMessageReader, type Message } from 'vscode-languageserver/node';
import { messageWriter } from '../../server/src/lsp/stdio';
import { killServers, spawnServer } from '../support/lsp-client';

const notification = (method: string, text: string): Message => ({ jsonrpc: '2.0', method, params: { text } }) as Message;

describe('messages over stdio', () => {
  afterEach(killServers);

  it('arrive in their order, in few writes', async () => {
    const through = new PassThrough();
    const chunks: number[] = [];
    const write = through.write.bind(through);
    const arrived: Message[] = [];
    new StreamMessageReader(through).listen((message) => arrived.push(message));
    const writer = messageWriter({
      on: through.on.bind(through), end: () => through.end(),
      write: (text, encoding, done) => {
        chunks.push(text.length);
        return write(text, encoding, done);
      },
    });
    const first = Array.from({ length: 100 }, (_, i) => notification(`m${i}`, 'grün 🔑\r\n'));
    const large = [notification('large', 'x'.repeat(100_000)), notification('last', '')];
    await Promise.all(first.map(writer.write));
    assert.equal(chunks.length, 1);
    await Promise.all([...large, ...first].map(writer.write));
    assert.equal(chunks.length, 3, 'a full one is not kept back');
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(arrived, [...first, ...large, ...first]);
  });

  it('say so when they cannot be written', async () => {
    const broken = new Writable({ write: (_chunk, _encoding, done) => done(new Error('gone')) });
    const writer = messageWriter(broken);
    const told: string[] = [];
    writer.onError(([error]) => told.push(error.message));
    await assert.rejects(writer.write(notification('m', '')), /gone/);
    const circular: { self?: unknown } = {};
    circular.self = circular;
    await assert.rejects(writer.write(circular as unknown as Message), TypeError);
    assert.ok(told.includes('gone'));
  });

  it('have nothing between them that something prints', async () => {
    const child = await spawnServer(['--import', 'data:text/javascript,setInterval(() => console.log("noise"), 300)']);
    const [printed] = await once(child.stderr, 'data') as [Buffer];
    assert.match(printed.toString(), /noise/);
    const stdout: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    await once(child.stderr, 'data');
    assert.doesNotMatch(Buffer.concat(stdout).toString(), /noise/);
  });

  it('the server ends with its stdin', async () => {
    const child = await spawnServer();
    const ended = once(child, 'exit');
    child.stdin.end();
    assert.deepEqual(await ended, [1, null]);
  });
});
