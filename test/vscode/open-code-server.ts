/** Serves a folder in code-server with the extension installed, for a person with a browser but no desktop VS Code, until interrupted. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pack } from './host/pack';
import { serve } from './host/serve';

async function main(folder: string): Promise<void> {
  if (!existsSync(folder)) throw new Error(`${folder} is not there`);
  const server = await serve({ vsix: await pack() });
  console.log('No desktop VS Code was found. '
    + `Open this in a browser (Ctrl+C ends it):\nhttp://127.0.0.1:${server.port}/?folder=${encodeURIComponent(folder)}`);
}

main(path.resolve(process.argv[2] ?? '.')).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
