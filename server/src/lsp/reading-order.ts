/**
 * Readings of files run beside each other, and a file may be read again or removed while an earlier reading of it is still under way. What
 * began earlier must not replace what is known since.
 */
export interface ReadingOrder {
  /** Begins a reading. `isOutdated` is true for a file that was removed, or read by a reading that began later. */
  readonly begin: () => Reading;
  readonly noteRemoved: (uri: string) => void;
}

export interface Reading {
  readonly isOutdated: (uri: string) => boolean;
  readonly noteRead: (uri: string) => void;
  readonly end: () => void;
}

export function createReadingOrder(): ReadingOrder {
  let count = 0;
  let underWay = 0;
  /** By file the number of the reading or removal that its text comes from. Nobody asks for it while no reading is under way. */
  const latest = new Map<string, number>();
  return {
    begin: () => {
      const number = ++count;
      underWay++;
      return {
        isOutdated: (uri) => (latest.get(uri) ?? 0) > number,
        noteRead: (uri) => void latest.set(uri, number),
        end: () => {
          if (--underWay === 0) latest.clear();
        },
      };
    },
    noteRemoved: (uri) => {
      if (underWay > 0) latest.set(uri, ++count);
    },
  };
}
