/**
 * Calls `look` until it gives something. VS Code has no event for most of what tests wait for, and some of its commands answer
 * empty or reject with `Canceled` while a document is being looked at; both mean "not yet".
 * @param what completes "waited for …" in the error
 */
export async function until<T>(what: string, look: () => T | undefined | Promise<T | undefined>, milliseconds = 20_000): Promise<T> {
  const deadline = Date.now() + milliseconds;
  let last: unknown;
  do {
    try {
      const found = await look();
      if (found !== undefined) return found;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  } while (Date.now() < deadline);
  const reason = last === undefined ? '' : ` (last: ${last instanceof Error ? last.message : JSON.stringify(last)})`;
  throw new Error(`waited ${String(milliseconds / 1000)} s for ${what}${reason}`);
}
