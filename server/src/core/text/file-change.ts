import type { TextEdit } from './span';

/** A change of one file. `create` is the whole text of a new file; `edits`, which do not overlap, change one that exists. */
export type FileChange =
  | { readonly uri: string; readonly create: string }
  | { readonly uri: string; readonly edits: readonly TextEdit[] };
