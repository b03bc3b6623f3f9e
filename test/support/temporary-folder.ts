import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { URI } from 'vscode-uri';

/** A folder on the disk that a test may do with as it likes. */
export interface TestFolder {
  readonly path: string;
  readonly uri: string;
  readonly uriOf: (file: string) => string;
  /** Path below the folder, of a URI in it. */
  readonly nameOf: (uri: string) => string;
  /** A value that is no text is printed as JSON. */
  readonly write: (file: string, content: string | Uint8Array | object) => void;
  readonly remove: (file: string) => void;
}

const temporaryFolders: string[] = [];

/** A folder with these files (path to text, bytes, or a value to print as JSON). */
export function createTestFolder(files: Readonly<Record<string, string | Uint8Array | object>> = {}): TestFolder {
  const root = realpathSync.native(mkdtempSync(path.join(tmpdir(), 'kms-handshake-test-')));
  temporaryFolders.push(root);
  const uriOf = (file: string): string => URI.file(path.join(root, file)).toString();
  const write: TestFolder['write'] = (file, content) => {
    const target = path.join(root, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, typeof content === 'string' || content instanceof Uint8Array ? content : `${JSON.stringify(content, null, 2)}\n`);
  };
  for (const [file, content] of Object.entries(files)) write(file, content);
  return {
    path: root, uri: URI.file(root).toString(), uriOf, write,
    nameOf: (uri) => path.relative(root, URI.parse(uri).fsPath).replaceAll(path.sep, '/'),
    remove: (file) => rmSync(path.join(root, file), { recursive: true }),
  };
}

/** For `afterEach`: removes every folder of the test. */
export function removeTestFolders(): void {
  for (const folder of temporaryFolders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
