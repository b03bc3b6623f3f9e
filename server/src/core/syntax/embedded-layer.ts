import type { SourceLayer, Syntax } from './syntax';
import { valueSpan, type ScalarNode } from './tree';

/**
 * The layer of a text that stands in a string of another layer, as in the `Policy` of `aws kms get-key-policy`. Works on any layer, so a
 * string inside a string inside a file is fine.
 */
export function embeddedLayer(outer: SourceLayer, node: ScalarNode, syntax: Syntax): SourceLayer {
  return {
    syntax,
    text: node.value,
    toFileSpan: (span) => outer.toFileSpan(valueSpan(node, span.start, span.end)),
    escape: (text) => outer.escape(outer.syntax.escape(text, node)),
    refusalOf: (text) => outer.syntax.refusalOf(text, node) ?? outer.refusalOf(outer.syntax.escape(text, node)),
  };
}
