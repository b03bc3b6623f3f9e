import { POLICY_HINTS } from '../aws/policy-grammar';
import { embeddedLayer } from '../syntax/embedded-layer';
import { JSON_SYNTAX } from '../syntax/json/json-syntax';
import type { ParseOptions, SourceLayer } from '../syntax/syntax';
import { isStringNode, type Node, type ScalarNode } from '../syntax/tree';
import { urlEncodedLayer } from '../syntax/url-encoded-layer';
import type { LayerFault } from './discoverer';
import { mayHoldPolicy } from './may-hold-policy';

/** The JSON value inside of a string. */
export interface EmbeddedJson {
  readonly layer: SourceLayer;
  readonly root: Node | undefined;
  readonly faults: readonly LayerFault[];
}

/** AWS Config encodes some strings twice; more is not known of any output. */
const MAX_ENCODINGS = 3;

/**
 * Reads the JSON text in a string: as it is, encoded as a JSON string once more (AWS Config, `supplementaryConfiguration`), or URL-encoded
 * (IAM API Reference, PolicyDetail: "Policies are URL-encoded compliant with RFC 3986"). Undefined where it cannot contain a policy.
 *
 * @param templates whether template expressions are fine outside of quotes
 */
export function readEmbeddedJson(outer: SourceLayer, node: ScalarNode, templates: 'allowed' | 'fault' = 'fault'): EmbeddedJson | undefined {
  const options: ParseOptions = { comments: 'fault', hints: POLICY_HINTS, templates };
  let layer = isUrlEncoded(node.value) ? urlEncodedLayer(outer, node, JSON_SYNTAX) : embeddedLayer(outer, node, JSON_SYNTAX);
  if (!mayHoldPolicy(layer.text)) return undefined;
  let { root, faults } = layer.syntax.parse(layer.text, options);
  for (let encodings = 1; encodings < MAX_ENCODINGS && isStringNode(root); encodings++) {
    layer = embeddedLayer(layer, root, JSON_SYNTAX);
    ({ root, faults } = layer.syntax.parse(layer.text, options));
  }
  return { layer, root, faults: faults.map((fault) => ({ fault, layer })) };
}

function isUrlEncoded(text: string): boolean {
  return /^\s*%7b/i.test(text);
}
