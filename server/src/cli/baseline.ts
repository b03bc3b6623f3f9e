import * as path from 'node:path';
import type { Host } from '../host/host';
import { fileUriOf } from './load-workspace';
import type { Terminal } from './terminal';
import { UsageError } from './usage';

/** A finding that is accepted. `file` is its path from the folder in which `check` runs. */
export interface BaselineEntry {
  readonly rule: string;
  readonly file: string;
  readonly fingerprint: string;
}

const MAX_BASELINE_BYTES = 64 * 1024 * 1024;

/** The accepted findings; none where the file is not there. Throws `UsageError` where it is not a baseline. */
export async function readBaseline(file: string, host: Host, terminal: Terminal): Promise<readonly BaselineEntry[] | undefined> {
  const content = await host.files.read(fileUriOf(path.resolve(terminal.cwd, file)), MAX_BASELINE_BYTES);
  if (content.kind === 'missing') return undefined;
  if (content.kind === 'left-out') throw new UsageError(`the baseline ${file} cannot be read: ${content.why}`);
  const entries = parseBaseline(content.text);
  if (entries === undefined)
    throw new UsageError(`${file} is not a baseline of kms-handshake: --update-baseline writes one to a file that is not there yet`);
  return entries;
}

function parseBaseline(text: string): readonly BaselineEntry[] | undefined {
  try {
    const baseline: unknown = JSON.parse(text);
    if (!isRecord(baseline) || baseline['version'] !== 1 || !Array.isArray(baseline['findings'])) return undefined;
    const entries = baseline['findings'].map((entry: unknown): BaselineEntry | undefined => {
      const { rule, file, fingerprint } = isRecord(entry) ? entry : {};
      const isEntry = typeof rule === 'string' && typeof file === 'string' && typeof fingerprint === 'string';
      return isEntry ? { rule, file, fingerprint } : undefined;
    });
    const complete = entries.filter((entry) => entry !== undefined);
    return complete.length === entries.length ? complete : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** An entry on each line, sorted, so that a change of it can be read. */
export function baselineText(entries: readonly BaselineEntry[]): string {
  const lines = entries.map(({ rule, file, fingerprint }) => JSON.stringify({ rule, file, fingerprint })).sort();
  return `{\n  "version": 1,\n  "findings": [${lines.map((line) => `\n    ${line}`).join(',')}${lines.length > 0 ? '\n  ' : ''}]\n}\n`;
}
