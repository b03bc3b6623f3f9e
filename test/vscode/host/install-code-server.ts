import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cached } from './cache';
import { program } from './program';
import { ensureBuildTools } from './system-packages';

/** VS Code's own server and workbench as an npm package, and the Node it is made for. */
const CODE_SERVER = '4.139.1';
const NODE = '24.21.0';

export interface CodeServer {
  /** its Node */
  readonly node: string;
  /** its start file */
  readonly entry: string;
}

/** Installs code-server into the cache; about a minute the first time, then nothing. */
export async function codeServer(): Promise<CodeServer> {
  const nodePackage = `node-${process.platform}-${process.arch}`;
  const folder = await cached(`code-server-${CODE_SERVER}-node-${NODE}-${process.platform}-${process.arch}`, async (made) => {
    if (process.platform === 'win32') throw new Error('code-server does not run on Windows; in WSL it does.');
    await ensureBuildTools();
    console.log(`installing code-server ${CODE_SERVER} (once, about a minute)`);
    await install(made, nodePackage);
  });
  return { node: path.join(folder, 'node_modules', nodePackage, 'bin/node'),
    entry: path.join(folder, 'node_modules/code-server/out/node/entry.js') };
}

/**
 * No install scripts: code-server's own refuses other Nodes than its own and compiles eight add-ons with system headers.
 * What matters of it is done here step by step.
 */
async function install(folder: string, nodePackage: string): Promise<void> {
  writeFileSync(path.join(folder, 'package.json'), '{"private":true}\n');
  const plain = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await program('npm', [...plain, `${nodePackage}@${NODE}`, `code-server@${CODE_SERVER}`], { cwd: folder, env: npmEnvironment() });

  const own = path.join(folder, 'node_modules', nodePackage);
  // The add-ons must be compiled with, and against the headers of, the Node that will load them.
  const env = { ...npmEnvironment(), PATH: `${path.join(own, 'bin')}${path.delimiter}${process.env['PATH'] ?? ''}`,
    npm_config_nodedir: own };
  const vscode = path.join(folder, 'node_modules/code-server/lib/vscode');
  await program('npm', [...plain, '--omit=dev'], { cwd: vscode, env });
  await program('npm', [...plain, '--omit=dev'], { cwd: path.join(vscode, 'extensions'), env });
  await program('npm', ['rebuild', '@vscode/spdlog', '@vscode/native-watchdog'], { cwd: vscode, env });
  if (!existsSync(path.join(vscode, 'node_modules/@vscode/spdlog/build/Release/spdlog.node')))
    throw new Error('code-server: @vscode/spdlog was not compiled.');
}

/** Without what an outer `npm test` leaves in the environment, which would point npm at this project. */
function npmEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) =>
      !/^npm_(package|lifecycle|command|execpath|node_execpath)|^npm_config_(local_prefix|prefix|global_prefix|omit_lockfile_registry_resolved|save_exact)$|^INIT_CWD$/
        .test(name)
    ),
  );
}
