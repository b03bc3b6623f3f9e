/** An answer that is asked for once, and again after it is forgotten or could not be had. */
export interface KeptAnswer<T> {
  readonly get: () => Promise<T>;
  readonly forget: () => void;
}

export function keptAnswer<T>(ask: () => Promise<T>): KeptAnswer<T> {
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
    forget: () => {
      kept = undefined;
    },
  };
}
