import type { Span } from '../text/span';

/**
 * A text that is parsed as a whole: the file itself, or the JSON text inside a string of it (AWS CLI output). Trees and
 * models count in the layer's text; `toFile` gives the place in the file, `escape` writes text so that it means the same there.
 */
export interface SourceLayer {
  readonly text: string;
  readonly toFileSpan: (span: Span) => Span;
  readonly escape: (text: string) => string;
}

export function fileLayer(text: string): SourceLayer {
  return { text, toFileSpan: (span) => span, escape: (part) => part };
}
