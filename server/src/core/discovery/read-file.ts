import { POLICY_HINTS } from '../aws/policy-grammar';
import type { PolicyKind } from '../policy/policy';
import { readFragment, readPolicy, type PolicyKindHints } from '../policy/read-policy';
import type { PlaceholderValues } from '../policy/policy-string';
import { JSON_SYNTAX } from '../syntax/json/json-syntax';
import type { SyntaxFault } from '../syntax/syntax-fault';
import { fileLayer, type ParseOptions, type SourceLayer } from '../syntax/syntax';
import type { Node } from '../syntax/tree';
import type { Discoverer, DiscoverySink, DiscoveryValue } from './discoverer';
import { DISCOVERERS } from './discoverers';
import { NO_CONTAINER, type KeyFact, type DiscoveredPolicy, type PoliciesWithoutDocument, type ResourceMetadata } from './discovery-result';
import type { PolicyAddress } from './policy-address';

export interface DiscoveryInput {
  readonly uri: string;
  readonly text: string;
  /** Declared values of placeholders. */
  readonly placeholderValues?: PlaceholderValues | undefined;
  /**
   * What is known about the kind of the policy at an address, given the kind that its container tells; without it container and content
   * tell.
   */
  readonly kindHintsAt?: ((address: PolicyAddress, containerKind: PolicyKind | undefined) => PolicyKindHints) | undefined;
  /** Whether comments are fine; without it the suffix of the file tells. An editor knows better of a text without name. */
  readonly comments?: 'allowed' | 'fault' | undefined;
}

/** What a file says, as far as this product reads it. */
export interface FileDiscovery {
  readonly uri: string;
  readonly layer: SourceLayer;
  /** The file's top-level values; empty when it was not parsed. */
  readonly roots: readonly Node[];
  readonly policies: readonly DiscoveredPolicy[];
  readonly keyFacts: readonly KeyFact[];
  readonly policiesWithoutDocument: readonly PoliciesWithoutDocument[];
  /** Whose the policies beside the file are, where it is a `metadata.json` that says so. */
  readonly metadata?: ResourceMetadata | undefined;
  /** The ARNs of managed policies in a `managed-policies.json`: the identity of its folder has them. */
  readonly managedPolicyArns: readonly string[];
  /** Faults of the JSON, only where there is a policy; those of a JSON text inside a string count in that string's layer. */
  readonly faults: readonly LayerFault[];
}

export interface LayerFault {
  readonly fault: SyntaxFault;
  readonly layer: SourceLayer;
}

/** Reads a file of any content. Never throws; a file without policies and facts yields an empty result. */
export function discoverPolicies(input: DiscoveryInput): FileDiscovery {
  const discoverers = DISCOVERERS.filter((discoverer) => discoverer.mayContain(input));
  const layer = fileLayer(input.text, JSON_SYNTAX);
  if (discoverers.length === 0) return resultOf(input, layer, [], [], emptyCollection());
  const { roots, faults } = layer.syntax.parse(input.text, parseOptionsFor(input));
  const collection = emptyCollection();
  runDiscoverers(discoverers, roots.map((node, index) => ({ node, pointer: roots.length === 1 ? '' : `/${index}`, layer })),
    sinkInto(collection, input));
  return resultOf(input, layer, roots, faults, collection);
}

function runDiscoverers(discoverers: readonly Discoverer[], values: readonly DiscoveryValue[], sink: DiscoverySink): void {
  let left = values;
  for (const discoverer of discoverers) left = discoverer.discover(left, sink);
}

/** What the discoverers of one file have found so far. */
interface Collection {
  readonly policies: DiscoveredPolicy[];
  readonly keyFacts: KeyFact[];
  readonly policiesWithoutDocument: PoliciesWithoutDocument[];
  readonly faults: LayerFault[];
  metadata: ResourceMetadata | undefined;
  managedPolicyArns: readonly string[];
}

function emptyCollection(): Collection {
  return { policies: [], keyFacts: [], policiesWithoutDocument: [], faults: [], metadata: undefined, managedPolicyArns: [] };
}

function sinkInto(collection: Collection, { uri, placeholderValues, kindHintsAt }: DiscoveryInput): DiscoverySink {
  const kindHints = (address: PolicyAddress, containerKind: PolicyKind | undefined): PolicyKindHints => (
    kindHintsAt ? kindHintsAt(address, containerKind) : { declaredKind: containerKind });
  return {
    uri,
    addDocument: ({ node, address, layer, container, kind }) => {
      const policy = readPolicy(node, { isFragment: false, placeholderValues, ...kindHints(address, kind) });
      collection.policies.push({ uri, address, layer, container, policy });
    },
    addFragment: ({ statements, address, layer }) => {
      const policy = readFragment(statements, { placeholderValues, ...kindHints(address, undefined) });
      collection.policies.push({ uri, address, layer, container: NO_CONTAINER, policy });
    },
    addKeyFacts: (facts) => void collection.keyFacts.push(...facts),
    addPoliciesWithoutDocument: (policies) => void collection.policiesWithoutDocument.push(...policies),
    addFaults: (faults, layer) => void collection.faults.push(...faults.map((fault) => ({ fault, layer }))),
    setMetadata: (metadata) => { collection.metadata = metadata; },
    setManagedPolicies: (arns) => { collection.managedPolicyArns = arns; },
  };
}

/** Faults count only where there is a policy: the editor reports those of other JSON. */
function resultOf(
  { uri }: DiscoveryInput, layer: SourceLayer, roots: readonly Node[], faults: readonly SyntaxFault[], collection: Collection,
): FileDiscovery {
  const { policies } = collection;
  const allFaults = [...faults.map((fault) => ({ fault, layer })), ...collection.faults];
  return { ...collection, uri, layer, roots, faults: policies.length === 0 ? [] : allFaults };
}

/** Comments are fine in `.jsonc`, template expressions in template files; the suffixes can follow each other. */
function parseOptionsFor({ uri, comments }: DiscoveryInput): ParseOptions {
  const path = (/^[^?#]*/.exec(uri)?.[0] ?? uri).toLowerCase();
  return {
    comments: comments ?? (/\.jsonc(?:\.|$)/.test(path) ? 'allowed' : 'fault'),
    templates: /\.(?:tpl|tftpl|tmpl|j2|erb)$/.test(path) ? 'allowed' : 'fault',
    hints: POLICY_HINTS,
  };
}
