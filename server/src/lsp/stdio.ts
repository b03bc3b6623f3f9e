import { Emitter, type Message, type MessageWriter } from 'vscode-languageserver';

/** Where messages go: a stream of Node's, as far as it is needed. */
export interface Output {
  readonly on: (event: 'error' | 'close', listener: (error: Error) => void) => unknown;
  readonly write: (text: string, encoding: 'utf8', done: (error?: Error | null) => void) => unknown;
  readonly end: () => unknown;
}

/** So much is written at once, that the editor has something to do while the rest is made ready. Characters. */
const ENOUGH = 32 * 1024;

interface Batch {
  text: string;
  /** Ends when all of it is written. */
  readonly written: Promise<void>;
  readonly write: () => void;
}

/**
 * Writes messages as the Language Server Protocol frames them. Those of one turn are written together: a start sends hundreds, for
 * each of which the writer of vscode-languageserver takes a turn, two writes and a handful of promises.
 */
export function messageWriter(output: Output): MessageWriter {
  const errors = new Emitter<[Error, Message | undefined, number | undefined]>();
  const closes = new Emitter<void>();
  let batch: Batch | undefined;
  let failed = 0;
  output.on('error', (error) => void errors.fire([error, undefined, undefined]));
  output.on('close', () => void closes.fire());

  const flush = (): void => {
    const full = batch;
    batch = undefined;
    full?.write();
  };
  const begin = (): Batch => {
    const turn = setImmediate(flush);
    let write = (): void => undefined;
    const written = new Promise<void>((resolve, reject) => {
      write = () => {
        clearImmediate(turn);
        output.write(own.text, 'utf8', (error) => {
          if (!error) resolve();
          else {
            errors.fire([error, undefined, ++failed]);
            reject(error);
          }
        });
      };
    });
    const own = { text: '', written, write };
    return own;
  };
  return {
    onError: errors.event,
    onClose: closes.event,
    write: async (message) => {
      const text = JSON.stringify(message);
      const own = batch ??= begin();
      own.text += `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
      if (own.text.length >= ENOUGH) flush();
      await own.written;
    },
    end: () => {
      flush();
      output.end();
    },
    dispose: () => {
      errors.dispose();
      closes.dispose();
    },
  };
}
