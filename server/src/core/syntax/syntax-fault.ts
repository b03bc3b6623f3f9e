import type { Span } from '../text/span';

export type SyntaxFaultKind =
  | 'no-break-space' | 'comment' | 'raw-newline' | 'control-character' | 'unterminated-string' | 'missing-comma' | 'trailing-comma'
  | 'missing-brace' | 'missing-value' | 'trailing-text' | 'curly-quote' | 'invalid-escape' | 'unexpected'
  /** Prose in front of the document. */
  | 'leading-text'
  /** Further documents behind the first: a row of statements without brackets around, or a policy pasted behind another. */
  | 'extra-document'
  /** Fine for JSON, but more levels than are read. */
  | 'too-deep';

/** What makes a text no JSON, once for each cause; `edits` repairs every place of this cause. Spans count in the layer's text. */
export interface SyntaxFault {
  readonly kind: SyntaxFaultKind;
  /** The first place of the cause. */
  readonly span: Span;
  /** One sentence for a person, without full stop and number of places. */
  readonly message: string;
  /** How many places have the same cause, the first one included. */
  readonly count: number;
  readonly fix: { readonly title: string; readonly edits: readonly { readonly span: Span; readonly newText: string }[] } | undefined;
}
