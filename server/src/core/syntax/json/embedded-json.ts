import type { SourceLayer } from '../source-layer';
import { valueSpan, type ScalarNode } from '../tree';

/**
 * The layer of a JSON text that stands in a string of another layer, as in the `Policy` of `aws kms get-key-policy`. Works on
 * any layer, so a string inside a string inside a file is fine.
 */
export function embeddedJsonLayer(outer: SourceLayer, node: ScalarNode): SourceLayer {
  return {
    text: node.value,
    toFileSpan: (span) => outer.toFileSpan(valueSpan(node, span.start, span.end)),
    escape: (text) => outer.escape(escapeJson(text)),
  };
}

/** The text as it stands between the quotes of a JSON string. */
export function escapeJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
