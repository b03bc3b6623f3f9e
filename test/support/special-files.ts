import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { TestFolder } from './temporary-folder';

/** A pipe in the folder that has a name: opening it without care waits for somebody to write into it. POSIX only. */
export function makePipe(folder: TestFolder, name: string): void {
  execFileSync('mkfifo', [path.join(folder.path, name)]);
}
