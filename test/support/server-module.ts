import { build } from 'esbuild';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');
const builtModules = new Map<string, Promise<string>>();

/** The bundled language server: what `npm test` has just built, or, when a suite runs alone, one made of the sources as they are. */
export function buildServerModule(): Promise<string> {
  if (process.env['KMS_HANDSHAKE_RESULT'] !== undefined) return Promise.resolve(path.join(ROOT, 'dist/server.js'));
  const outfile = path.join(ROOT, 'out/test/server.js');
  const made = builtModules.get(outfile) ?? bundle(outfile);
  builtModules.set(outfile, made);
  return made;
}

async function bundle(outfile: string): Promise<string> {
  await build({
    absWorkingDir: ROOT, entryPoints: ['server/src/main-lsp.ts'], outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node20',
    mainFields: ['module', 'main'], logLevel: 'warning', sourcemap: 'inline',
  });
  return outfile;
}
