import { nodeHost } from '../../server/src/host/node';
import type { Host, Log } from '../../server/src/host/contract';

interface Setup {
  readonly host: Host;
  /** What it logged. */
  readonly lines: string[];
}

/** The host of Node, with its log as lines. */
export function setup(): Setup {
  const lines: string[] = [];
  const write = (message: string): void => void lines.push(message);
  const log: Log = { info: write, warn: write, error: write };
  return { host: nodeHost(log), lines };
}
