import { spawn } from 'node:child_process';
import { ROOT } from './paths.mjs';

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd] default: the repository root
 * @property {NodeJS.ProcessEnv} [env] added to this process's environment
 * @property {boolean} [echo] pass the output through as it comes, besides keeping it
 * @property {number} [timeout] milliseconds after which the process and its children are ended
 */

/**
 * Runs a program to its end; never throws, so that each caller decides what a failure means.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, output: string, timedOut: boolean }>} code 127: it could not be started
 */
export function run(command, args, { cwd = ROOT, env = {}, echo = false, timeout = 0 } = {}) {
  return new Promise((resolve) => {
    const windows = process.platform === 'win32';
    // A group of its own, so that a time limit also ends grandchildren (browsers, servers).
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: !windows,
      shell: windows && /\.cmd$/.test(command) });
    let output = '';
    let timedOut = false;
    /** @param {Buffer} chunk */
    const take = (chunk) => {
      output += chunk.toString();
      if (echo) process.stdout.write(chunk);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    // Asked first: a program may have children in groups of their own (code-server) that only it can end.
    const timer = timeout > 0 ? setTimeout(() => {
      timedOut = true;
      killGroup(child.pid, 'SIGTERM');
      setTimeout(() => killGroup(child.pid, 'SIGKILL'), 5000).unref();
    }, timeout) : undefined;
    // Ctrl+C reaches only this process's group; the child would go on without it.
    const stop = () => {
      killGroup(child.pid, 'SIGTERM');
      process.exit(130);
    };
    process.once('SIGINT', stop).once('SIGTERM', stop);
    /** @param {number} code */
    const done = (code) => {
      clearTimeout(timer);
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve({ code, output, timedOut });
    };
    child.once('error', (error) => { output += `${error.message}\n`; done(127); });
    child.once('close', (code) => { done(code ?? 1); });
  });
}

/**
 * @param {number | undefined} pid
 * @param {NodeJS.Signals} signal
 */
function killGroup(pid, signal) {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    // already gone
  }
}

/**
 * Runs npm as a person would in `cwd`: without what an outer `npm run` leaves in the environment.
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export function npm(args, options = {}) {
  const own = process.env.npm_execpath;
  const env = { ...Object.fromEntries(Object.keys(process.env).filter(isNpmRunVariable).map((name) => [name, undefined])), ...options.env };
  if (own?.endsWith('.js')) return run(process.execPath, [own, ...args], { ...options, env });
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { ...options, env });
}

/** @param {string} name */
const isNpmRunVariable = (name) =>
  /^npm_(package|lifecycle|command|execpath)|^npm_config_(local_prefix|prefix|global_prefix)$|^INIT_CWD$/.test(name);
