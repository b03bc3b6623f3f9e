import type { Span, TextEdit } from '../text/span';

export type SyntaxFaultKind =
  | 'no-break-space' | 'comment' | 'raw-newline' | 'control-character' | 'unterminated-string' | 'missing-comma' | 'trailing-comma'
  | 'missing-brace' | 'missing-value' | 'trailing-text' | 'curly-quote' | 'invalid-escape' | 'unexpected'
  /** Prose in front of the document. */
  | 'leading-text'
  /** Further documents behind the first: a row of statements without brackets around, or a policy pasted behind another. */
  | 'extra-document'
  /** Well-formed, but more levels, or more values behind aliases, than are read. */
  | 'too-deep'
  /** YAML: a line that is not where its neighbours are, or tabs before it; a star without quotes; a line that `git merge` has left. */
  | 'indentation' | 'missing-colon' | 'unknown-alias' | 'conflict-marker';

/** What makes a text no valid JSON or YAML, once for each cause; `edits` repairs all places of it. Spans count in the layer's text. */
export interface SyntaxFault {
  readonly kind: SyntaxFaultKind;
  /** The first place of the cause. */
  readonly span: Span;
  /** One sentence for a person, without full stop and number of places. */
  readonly message: string;
  /** How many places have the same cause, the first one included. */
  readonly count: number;
  readonly fix: { readonly title: string; readonly edits: readonly TextEdit[] } | undefined;
}

export function syntaxFault(kind: SyntaxFaultKind, span: Span, message: string, title = '', edits: readonly TextEdit[] = []): SyntaxFault {
  return { kind, span, message, count: 1, fix: edits.length === 0 ? undefined : { title, edits } };
}
