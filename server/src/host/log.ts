import type { Log } from './contract';

/** A log that writes each line with `write`; an error is followed by its stack. */
export function lineLog(write: (line: string) => void): Log {
  return {
    info: (message) => write(message),
    warn: (message) => write(`warning: ${message}`),
    error: (message, error) => write(`error: ${error === undefined ? message : `${message}: ${stackOf(error)}`}`),
  };
}

/** What there is to say about a thrown value, its causes included. */
export function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause === undefined ? own : `${own}\ncaused by ${stackOf(error.cause)}`;
}
