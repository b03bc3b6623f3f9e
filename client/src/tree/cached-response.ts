/** An answer that is asked for once, and again after it is forgotten or could not be had. */
export interface CachedResponse<T> {
  readonly get: () => Promise<T>;
  readonly invalidate: () => void;
}

export function createCachedResponse<T>(ask: () => Promise<T>): CachedResponse<T> {
  let kept: Promise<T> | undefined;
  const get = async (): Promise<T> => {
    const asked = kept ??= ask();
    try {
      return await asked;
    } catch (error) {
      if (kept === asked) kept = undefined;
      throw error;
    }
  };
  return {
    get,
    invalidate: () => {
      kept = undefined;
    },
  };
}
