import { embeddedLayer } from '../parse/embedded';
import type { SyntaxFault } from '../parse/fault';
import type { Layer } from '../parse/layer';
import { parseJson } from '../parse/parse';
import { isString, type Node, type ScalarNode } from '../parse/tree';
import { urlEncodedLayer } from '../parse/url-encoded';
import { mayHoldPolicy } from './may-hold-policy';

/** The JSON value inside of a string. */
export interface EmbeddedDocument {
  readonly layer: Layer;
  readonly root: Node | undefined;
  readonly faults: readonly SyntaxFault[];
}

/** AWS Config encodes some strings twice; more is not known of any output. */
const MOST_ENCODINGS = 3;

/**
 * Reads the JSON text in a string: as it is, encoded as a JSON string once more (AWS Config, `supplementaryConfiguration`), or URL-encoded
 * (IAM API Reference, PolicyDetail: "Policies are URL-encoded compliant with RFC 3986"). Undefined where it cannot contain a policy.
 */
export function embeddedDocument(outer: Layer, node: ScalarNode): EmbeddedDocument | undefined {
  let layer = isUrlEncoded(node.value) ? urlEncodedLayer(outer, node) : embeddedLayer(outer, node);
  if (!mayHoldPolicy(layer.text)) return undefined;
  let { root, faults } = parseJson(layer.text, { comments: 'fault' });
  for (let encodings = 1; encodings < MOST_ENCODINGS && isString(root); encodings++) {
    layer = embeddedLayer(layer, root);
    ({ root, faults } = parseJson(layer.text, { comments: 'fault' }));
  }
  return { layer, root, faults };
}

function isUrlEncoded(text: string): boolean {
  return /^\s*%7b/i.test(text);
}
