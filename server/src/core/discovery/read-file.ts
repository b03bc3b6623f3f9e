import type { PolicyKind } from '../policy/policy';
import { readFragment, readPolicy, type PolicyKindHints } from '../policy/read-policy';
import type { PlaceholderValues } from '../policy/policy-string';
import type { SyntaxFault } from '../syntax/syntax-fault';
import { POLICY_HINTS } from '../aws/policy-grammar';
import { fileLayer, type ParseOptions, type ParseResult, type SourceLayer, type Syntax } from '../syntax/syntax';
import { JSON_SYNTAX } from '../syntax/json/json-syntax';
import type { Node, ObjectNode } from '../syntax/tree';
import { NO_CONTAINER, type KeyFact, type DiscoveredPolicy, type PoliciesWithoutDocument } from './discovery-result';
import { mayHoldPolicy } from './may-hold-policy';
import { readManagedPolicies, readMetadata, type ResourceMetadata } from './plain-documents/metadata-files';
import { hasPrincipalMember, isPolicyDocument, isStatementPart, isStatementNode, isInfrastructureTemplate } from './plain-documents/document-shapes';
import { isTerraformValues, discoverTerraformValues } from './terraform-values/terraform-values';
import { discoverInOutput, type DiscoverySink, type DiscoveredDocument } from './aws-output/search-output';

export interface DiscoveryInput {
  readonly uri: string;
  readonly text: string;
  /** Declared values of placeholders. */
  readonly placeholderValues?: PlaceholderValues | undefined;
  /** What is known of the kind of the policy at a pointer, given the kind that its wrapper tells; without it wrapper and content tell. */
  readonly kindHintsAt?: ((pointer: string, wrapperKind: PolicyKind | undefined) => PolicyKindHints) | undefined;
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

/** Reads a file of any content. Never throws; a file that is not ours yields an empty reading. */
export function discoverPolicies(input: DiscoveryInput): FileDiscovery {
  const { uri, text } = input;
  const sourceLayer = fileLayer(text, JSON_SYNTAX);
  const metadata = readMetadata(uri, text);
  const managedPolicies = readManagedPolicies(uri, text);
  if (!mayHoldPolicy(text)) return { uri, layer: sourceLayer, roots: [], policies: [], keyFacts: [], policiesWithoutDocument: [], metadata, managedPolicyArns: managedPolicies, faults: [] };
  const parsed = sourceLayer.syntax.parse(text, parseOptionsFor(input));
  const policies: DiscoveredPolicy[] = [];
  const findings: DiscoverySink & { faults: LayerFault[] } = {
    uri,
    addDocument: (discoveredDocument) => policies.push(discoveredPolicyOf(discoveredDocument, input)),
    keyFacts: [],
    policiesWithoutDocument: [],
    faults: [],
  };
  readRoots(parsed, sourceLayer, input, findings, policies);
  const faults = policies.length === 0 ? [] : [...parsed.faults.map((fault) => ({ fault, layer: sourceLayer })), ...findings.faults];
  return { uri, layer: sourceLayer, roots: parsed.roots, policies, keyFacts: findings.keyFacts, policiesWithoutDocument: findings.policiesWithoutDocument, metadata, managedPolicyArns: managedPolicies, faults };
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

function discoveredPolicyOf(discoveredDocument: DiscoveredDocument, input: DiscoveryInput): DiscoveredPolicy {
  const { node, pointer, layer: sourceLayer, container } = discoveredDocument;
  const { uri, placeholderValues } = input;
  return { uri, pointer, layer: sourceLayer, container, policy: readPolicy(node, { isFragment: false, placeholderValues, ...policyKindHintsAt(pointer, discoveredDocument.kind, input) }) };
}

function policyKindHintsAt(pointer: string, wrapperKind: PolicyKind | undefined, { kindHintsAt }: DiscoveryInput): PolicyKindHints {
  return kindHintsAt ? kindHintsAt(pointer, wrapperKind) : { declaredKind: wrapperKind };
}

function readRoots(parsed: ParseResult, sourceLayer: SourceLayer, input: DiscoveryInput, discoverySink: DiscoverySink, policies: DiscoveredPolicy[]): void {
  const { roots } = parsed;
  const groups = fragmentGroups(roots, sourceLayer);
  roots.forEach((root, index) => {
    const pointer = roots.length === 1 ? '' : `/${index}`;
    const group = groups.get(index);
    if (group) policies.push(fragmentPolicy(group, pointer, sourceLayer, input));
    else if (!isBareStatement(root)) readValue(root, pointer, sourceLayer, input, discoverySink, policies);
  });
}

function readValue(root: Node, pointer: string, sourceLayer: SourceLayer, input: DiscoveryInput, discoverySink: DiscoverySink, policies: DiscoveredPolicy[]): void {
  if (isTerraformValues(root)) discoverTerraformValues(root, sourceLayer, discoverySink);
  if (isInfrastructureTemplate(root)) return;
  if (isPolicyDocument(root)) {
    discoverySink.addDocument({ node: root, pointer, layer: sourceLayer, container: NO_CONTAINER, kind: undefined });
    return;
  }
  const statements = root.kind === 'list' ? root.items.filter(isStatementNode) : [];
  if (statements.length > 0) policies.push(fragmentPolicy(statements, pointer, sourceLayer, input));
  if (root.kind !== 'list') {
    discoverInOutput(root, { pointer, layer: sourceLayer, container: NO_CONTAINER }, discoverySink);
    return;
  }
  root.items.forEach((item, index) => {
    const inner = `${pointer}/${index}`;
    if (isPolicyDocument(item)) discoverySink.addDocument({ node: item, pointer: inner, layer: sourceLayer, container: NO_CONTAINER, kind: undefined });
    else if (!isStatementNode(item)) discoverInOutput(item, { pointer: inner, layer: sourceLayer, container: NO_CONTAINER }, discoverySink);
  });
}

function fragmentPolicy(nodes: readonly ObjectNode[], pointer: string, sourceLayer: SourceLayer, input: DiscoveryInput): DiscoveredPolicy {
  const { uri, placeholderValues } = input;
  return { uri, pointer, layer: sourceLayer, container: NO_CONTAINER, policy: readFragment(nodes, { placeholderValues, ...policyKindHintsAt(pointer, undefined, input) }) };
}

function isBareStatement(node: Node): node is ObjectNode {
  return !isPolicyDocument(node) && (isStatementNode(node) || isStatementPart(node));
}

/**
 * Statements that stand one behind another without a list around them: rows with only blanks, commas and comments between
 * are one policy, unless one has a principal and the next has none, which are the two halves of something.
 */
function fragmentGroups(roots: readonly Node[], { syntax, text }: SourceLayer): Map<number, ObjectNode[]> {
  const groups = new Map<number, ObjectNode[]>();
  let current: ObjectNode[] | undefined;
  let last: ObjectNode | undefined;
  roots.forEach((root, index) => {
    if (!isBareStatement(root)) {
      last = undefined;
      return;
    }
    if (current && last && hasPrincipalMember(last) === hasPrincipalMember(root) && isSeparator(syntax, text.slice(last.span.end, root.span.start))) {
      current.push(root);
    } else {
      current = [root];
      groups.set(index, current);
    }
    last = root;
  });
  return groups;
}

function isSeparator(syntax: Syntax, text: string): boolean {
  let at = syntax.skipBlanks(text, 0);
  while (/[,\u200b]/.test(text.charAt(at))) at = syntax.skipBlanks(text, at + 1);
  return at === text.length;
}
