/** An answer that is asked for once, and again after it is forgotten or could not be had. */
export interface CachedResponse<T> {
  readonly get: () => Promise<T>;
  readonly invalidate: () => void;
}

export function createCachedResponse<T>(ask: () => Promise<T>): CachedResponse<T> {
  let cachedResponse: Promise<T> | undefined;
  const get = async (): Promise<T> => {
    const response = cachedResponse ??= ask();
    try {
      return await response;
    } catch (error) {
      if (cachedResponse === response) cachedResponse = undefined;
      throw error;
    }
  };
  return {
    get,
    invalidate: () => {
      cachedResponse = undefined;
    },
  };
}
