import type { PolicyKind } from '../model/policy';
import { readFragment, readPolicy, type ReadingKind } from '../model/read-policy';
import type { Fill } from '../model/text';
import type { SyntaxFault } from '../parse/fault';
import { fileLayer, type Layer } from '../parse/layer';
import { parseJson, type ParseResult } from '../parse/parse';
import type { Node, ObjectNode } from '../parse/tree';
import { NO_WRAPPER, type KeyFact, type LocatedPolicy, type UnseenPolicies } from './located';
import { mayHoldPolicy } from './may-hold-policy';
import { readManagedPolicies, readMetadata, type ResourceMetadata } from './metadata';
import { hasPrincipal, isDocument, isPartOfStatement, isStatement, isTemplate } from './shapes';
import { isTerraformValues, searchTerraformValues } from './terraform-values';
import { searchWrapper, type Findings, type Found } from './wrappers';
import { commentEnds } from '../parse/comments';

export interface FileInput {
  readonly uri: string;
  readonly text: string;
  /** Declared values of placeholders. */
  readonly fill?: Fill | undefined;
  /** What is known of the kind of the policy at a pointer, given the kind that its wrapper tells; without it wrapper and content tell. */
  readonly kindAt?: ((pointer: string, wrapperKind: PolicyKind | undefined) => ReadingKind) | undefined;
  /** Whether comments are fine; without it the suffix of the file tells. An editor knows better of a text without name. */
  readonly comments?: 'allowed' | 'fault' | undefined;
}

/** What a file says, as far as this product reads it. */
export interface FileReading {
  readonly uri: string;
  readonly layer: Layer;
  /** The file's top-level values; empty when it was not parsed. */
  readonly roots: readonly Node[];
  readonly policies: readonly LocatedPolicy[];
  readonly keyFacts: readonly KeyFact[];
  readonly unseen: readonly UnseenPolicies[];
  /** Whose the policies beside the file are, where it is a `metadata.json` that says so. */
  readonly metadata?: ResourceMetadata | undefined;
  /** The ARNs of managed policies in a `managed-policies.json`: the identity of its folder has them. */
  readonly managedPolicies: readonly string[];
  /** Faults of the JSON, only where there is a policy; those of a JSON text inside a string count in that string's layer. */
  readonly faults: readonly LayerFault[];
}

export interface LayerFault {
  readonly fault: SyntaxFault;
  readonly layer: Layer;
}

/** Reads a file of any content. Never throws; a file that is not ours yields an empty reading. */
export function readFile(input: FileInput): FileReading {
  const { uri, text } = input;
  const layer = fileLayer(text);
  const metadata = readMetadata(uri, text);
  const managedPolicies = readManagedPolicies(uri, text);
  if (!mayHoldPolicy(text)) return { uri, layer, roots: [], policies: [], keyFacts: [], unseen: [], metadata, managedPolicies, faults: [] };
  const parsed = parseJson(text, syntaxOf(input));
  const policies: LocatedPolicy[] = [];
  const findings: Findings & { faults: LayerFault[] } = {
    uri,
    found: (found) => policies.push(located(found, input)),
    keyFacts: [],
    unseen: [],
    faults: [],
  };
  readRoots(parsed, layer, input, findings, policies);
  const faults = policies.length === 0 ? [] : [...parsed.faults.map((fault) => ({ fault, layer })), ...findings.faults];
  return { uri, layer, roots: parsed.roots, policies, keyFacts: findings.keyFacts, unseen: findings.unseen, metadata, managedPolicies, faults };
}

/** Comments are fine in `.jsonc`, template expressions in template files; the suffixes can follow each other. */
function syntaxOf({ uri, comments }: FileInput): { comments: 'allowed' | 'fault'; templates: 'allowed' | 'fault' } {
  const path = (/^[^?#]*/.exec(uri)?.[0] ?? uri).toLowerCase();
  return {
    comments: comments ?? (/\.jsonc(?:\.|$)/.test(path) ? 'allowed' : 'fault'),
    templates: /\.(?:tpl|tftpl|tmpl|j2|erb)$/.test(path) ? 'allowed' : 'fault',
  };
}

function located(found: Found, input: FileInput): LocatedPolicy {
  const { node, pointer, layer, wrapper } = found;
  const { uri, fill } = input;
  return { uri, pointer, layer, wrapper, policy: readPolicy(node, { fragment: false, fill, ...readingKindAt(pointer, found.kind, input) }) };
}

function readingKindAt(pointer: string, wrapperKind: PolicyKind | undefined, { kindAt }: FileInput): ReadingKind {
  return kindAt ? kindAt(pointer, wrapperKind) : { kind: wrapperKind };
}

function readRoots(parsed: ParseResult, layer: Layer, input: FileInput, findings: Findings, policies: LocatedPolicy[]): void {
  const { roots } = parsed;
  const groups = fragmentGroups(roots, input.text);
  roots.forEach((root, index) => {
    const pointer = roots.length === 1 ? '' : `/${index}`;
    const group = groups.get(index);
    if (group) policies.push(fragment(group, pointer, layer, input));
    else if (!isLoose(root)) readValue(root, pointer, layer, input, findings, policies);
  });
}

function readValue(root: Node, pointer: string, layer: Layer, input: FileInput, findings: Findings, policies: LocatedPolicy[]): void {
  if (isTerraformValues(root)) searchTerraformValues(root, layer, findings);
  if (isTemplate(root)) return;
  if (isDocument(root)) {
    findings.found({ node: root, pointer, layer, wrapper: NO_WRAPPER, kind: undefined });
    return;
  }
  const statements = root.kind === 'list' ? root.items.filter(isStatement) : [];
  if (statements.length > 0) policies.push(fragment(statements, pointer, layer, input));
  if (root.kind !== 'list') {
    searchWrapper(root, { pointer, layer, wrapper: NO_WRAPPER }, findings);
    return;
  }
  root.items.forEach((item, index) => {
    const inner = `${pointer}/${index}`;
    if (isDocument(item)) findings.found({ node: item, pointer: inner, layer, wrapper: NO_WRAPPER, kind: undefined });
    else if (!isStatement(item)) searchWrapper(item, { pointer: inner, layer, wrapper: NO_WRAPPER }, findings);
  });
}

function fragment(nodes: readonly ObjectNode[], pointer: string, layer: Layer, input: FileInput): LocatedPolicy {
  const { uri, fill } = input;
  return { uri, pointer, layer, wrapper: NO_WRAPPER, policy: readFragment(nodes, { fill, ...readingKindAt(pointer, undefined, input) }) };
}

function isLoose(node: Node): node is ObjectNode {
  return !isDocument(node) && (isStatement(node) || isPartOfStatement(node));
}

/**
 * Statements that stand one behind another without a list around them: rows with only blanks, commas and comments between
 * are one policy, unless one has a principal and the next has none, which are the two halves of something.
 */
function fragmentGroups(roots: readonly Node[], text: string): Map<number, ObjectNode[]> {
  const groups = new Map<number, ObjectNode[]>();
  let current: ObjectNode[] | undefined;
  let last: ObjectNode | undefined;
  roots.forEach((root, index) => {
    if (!isLoose(root)) {
      last = undefined;
      return;
    }
    if (current && last && hasPrincipal(last) === hasPrincipal(root) && isGap(text.slice(last.span.end, root.span.start))) {
      current.push(root);
    } else {
      current = [root];
      groups.set(index, current);
    }
    last = root;
  });
  return groups;
}

function isGap(text: string): boolean {
  const commentEnd = commentEnds(text);
  let at = 0;
  while (at < text.length) {
    const end = /[\s,\u200b]/.test(text.charAt(at)) ? at + 1 : commentEnd(at);
    if (end === undefined) return false;
    at = end;
  }
  return true;
}
