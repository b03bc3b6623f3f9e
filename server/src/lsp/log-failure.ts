import type { Log } from '../host/host';

/** Does work that nobody waits for, or whose failure ends nothing: what goes wrong is logged. Never fails. */
export async function logFailure(log: Log, what: string, work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.error(`${what} failed`, error);
  }
}
