/** What goes between the panel "KMS access" and the extension: plain data, by `postMessage`. */

export type ViewName = 'matrix' | 'map';

/** A place in a file as the protocol has it, lines and UTF-16 characters from 0. */
export interface SourcePlace {
  readonly uri: string;
  readonly range: { readonly start: SourcePosition; readonly end: SourcePosition };
}

interface SourcePosition {
  readonly line: number;
  readonly character: number;
}

/** Said by the panel. */
export type ToExtension =
  /** The view is in front: it wants its contents now and whenever they change. */
  | { readonly type: 'show'; readonly view: ViewName }
  | { readonly type: 'open'; readonly place: SourcePlace };

/** Said by the extension. */
export type ToPanel =
  /** To be brought to the front. */
  | { readonly type: 'view'; readonly view: ViewName }
  /** The contents cannot be had; a sentence for the person who waits for them. */
  | { readonly type: 'trouble'; readonly message: string };
