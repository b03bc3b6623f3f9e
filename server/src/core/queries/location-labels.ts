import type { Location } from '../text/span';

/** How an answer speaks of places: the door that gives it knows where its reader stands. */
export interface LocationLabels {
  /** A file as its reader names it: `producer/key.json`. */
  readonly file: (uri: string) => string;
  /** The line that a location begins in, counted from 1. */
  readonly line: (at: Location) => number;
}
