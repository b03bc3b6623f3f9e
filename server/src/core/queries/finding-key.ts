import type { DiscoveredPolicy } from '../discovery/discovery-result';
import { locationInFile } from '../discovery/discovery-result';
import { pointerOfAddress } from '../discovery/policy-address';
import type { FileDiscovery } from '../discovery/read-file';
import type { Statement } from '../policy/policy';
import type { Finding } from '../rules/shared/finding';
import { nodeToJson } from '../syntax/canonical-value';
import type { Node } from '../syntax/tree';
import type { JsonValue } from '../syntax/tree-edit';
import { spanContains, type Span } from '../text/span';

/** What a finding is about, in words that stay where lines move or are indented otherwise: no position, no text around it. */
export interface FindingKey {
  readonly rule: string;
  /** JSON pointer of the policy in its file; empty for a policy that is the whole file, and for findings outside of policies. */
  readonly policy: string;
  /** The Sid; without one the statement as canonical JSON, in which the flagged value is null. Empty outside of statements. */
  readonly statement: string;
  /** Names of the members that lead to the flagged value, without positions in lists: `Principal.AWS`. */
  readonly element: string;
  /** As JSON, or as it is written where it is a part of a value. Empty for a statement that has a Sid. */
  readonly value: string;
}

/** Gives the keys of findings. The text of a file is that in which its findings stand. */
export function createFindingKeys(readings: ReadonlyMap<string, FileDiscovery>,
  textOf: (uri: string) => string): (finding: Finding) => FindingKey {
  const valuesByPolicy = new Map<DiscoveredPolicy, ReadonlyMap<string, FlaggedValue>>();
  return ({ code, at: { uri, span } }) => {
    const policy = readings.get(uri)?.policies.find((candidate) => spanContains(fileSpan(candidate, candidate.policy.node.span), span));
    const writtenText = singleSpaced(textOf(uri).slice(span.start, span.end));
    if (!policy) return { rule: code, policy: '', statement: '', element: '', value: writtenText };
    let values = valuesByPolicy.get(policy);
    if (!values) valuesByPolicy.set(policy, values = valuesOf(policy));
    const statement = policy.policy.statements.find(({ node }) => spanContains(fileSpan(policy, node.span), span));
    const exact = values.get(spanKey(span));
    const flagged = exact ?? innermostAround(values, span);
    const text = exact ? JSON.stringify(exact.value) : writtenText;
    return {
      rule: code, policy: pointerOfAddress(policy.address), statement: statement ? statementKey(statement, flagged?.node) : '',
      element: flagged?.element ?? '', value: flagged?.node === statement?.node && statement?.sid ? '' : text,
    };
  };
}

interface FlaggedValue {
  /** Undefined for the name of a member. */
  readonly node: Node | undefined;
  readonly value: JsonValue;
  readonly element: string;
  readonly span: Span;
}

function statementKey({ sid, node }: Statement, flagged: Node | undefined): string {
  return sid ? sid.value : JSON.stringify(canonicalValue(node, flagged));
}

/** The values, members and names of members of a policy by their span in the file. */
function valuesOf(policy: DiscoveredPolicy): ReadonlyMap<string, FlaggedValue> {
  const values = new Map<string, FlaggedValue>();
  const add = (nodeSpan: Span, value: Omit<FlaggedValue, 'span'>): void => {
    const span = fileSpan(policy, nodeSpan);
    const key = spanKey(span);
    if (!values.has(key)) values.set(key, { ...value, span });
  };
  const statements = new Set<Node>(policy.policy.statements.map(({ node }) => node));
  const visit = (node: Node, element: string): void => {
    add(node.span, { node, value: canonicalValue(node), element });
    if (node.kind === 'list') for (const item of node.items) visit(item, statements.has(item) ? '' : element);
    if (node.kind !== 'object') return;
    for (const { key, value, span } of node.members) {
      const inner = element === '' ? key.value : `${element}.${key.value}`;
      add(span, { node: value, value: value ? canonicalValue(value) : null, element: inner });
      add(key.span, { node: undefined, value: key.value, element: inner });
      if (value) visit(value, statements.has(value) ? '' : inner);
    }
  };
  visit(policy.policy.node, '');
  return values;
}

/** The smallest value that contains the span. */
function innermostAround(values: ReadonlyMap<string, FlaggedValue>, span: Span): FlaggedValue | undefined {
  let innermost: FlaggedValue | undefined;
  for (const value of values.values())
    if (spanContains(value.span, span) && (!innermost || spanContains(innermost.span, value.span))) innermost = value;
  return innermost;
}

/** With sorted names, so that their order does not matter. */
function canonicalValue(node: Node, flagged?: Node): JsonValue {
  if (node === flagged) return null;
  if (node.kind === 'list') return node.items.map((item) => canonicalValue(item, flagged));
  if (node.kind === 'scalar') return nodeToJson(node);
  const members = node.members.map(({ key, value }): [string, JsonValue] => [key.value, value ? canonicalValue(value, flagged) : null]);
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function fileSpan(policy: DiscoveredPolicy, span: Span): Span {
  return locationInFile(policy, span).span;
}

function spanKey({ start, end }: Span): string {
  return `${start}:${end}`;
}

function singleSpaced(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
