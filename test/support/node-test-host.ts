import { createNodeHost } from '../../server/src/host/node-host';
import type { Host, Log } from '../../server/src/host/host';

interface TestHost {
  readonly host: Host;
  /** What it logged. */
  readonly logLines: string[];
}

/** The host of Node, with its log as lines. */
export function createTestHost(): TestHost {
  const lines: string[] = [];
  const write = (message: string): void => void lines.push(message);
  const log: Log = { info: write, warn: write, error: write };
  return { host: createNodeHost(log), logLines: lines };
}
