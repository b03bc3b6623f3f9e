import { pointerOfAddress } from '../../discovery/policy-address';
import { arnResource } from '../../aws/arn';
import { locationInFile, type DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Statement } from '../../policy/policy';
import { spanContains, type Span } from '../../text/span';
import type { FileDiscovery } from '../../discovery/read-file';
import type { World } from '../../workspace/world';

/** A policy or a statement in the outline of a file; spans count in the file, and `selectionSpan` lies inside of `span`. */
export interface OutlineItem {
  readonly kind: 'key-policy' | 'identity-policy' | 'statement';
  readonly name: string;
  readonly detail: string;
  readonly span: Span;
  /** The text that the name comes from. */
  readonly selectionSpan: Span;
  readonly children: readonly OutlineItem[];
}

/**
 * The key policies and IAM policies of a file with their statements, in a template by the logical ids of their resources; those of other
 * kinds have nothing to do with KMS.
 */
export function outlineOf(world: World, { policies }: Pick<FileDiscovery, 'policies'>): readonly OutlineItem[] {
  return policies.flatMap((policy) => {
    if (policy.policy.kind !== 'key' && policy.policy.kind !== 'identity') return [];
    const { span } = locationInFile(policy, policy.policy.node.span);
    // The node of a fragment is its first statement; the outline has all of them.
    const last = policy.policy.statements.at(-1);
    const whole = policy.policy.isFragment && last ? { start: span.start, end: locationInFile(policy, last.node.span).span.end } : span;
    const children = policy.policy.statements.map((statement) => statementOutlineItem(policy, statement));
    const resource = policy.template === undefined ? '' : ` of ${policy.template.logicalId}`;
    const names = policy.policy.kind === 'key'
      ? { kind: 'key-policy', name: `Key policy${resource}` } as const
      : { kind: 'identity-policy', name: `IAM policy${resource}` } as const;
    return [{ ...names, detail: policyOwnerText(world, policy), span: whole, selectionSpan: { start: whole.start, end: whole.start },
      children }];
  });
}

/** `alias/app of 111122223333`, `role/App of 444455556666`, as far as it is known; and the place in an output that holds several. */
export function policyOwnerText(world: World, policy: DiscoveredPolicy): string {
  const key = world.keyByPolicy.get(policy);
  const owners = policy.policy.kind === 'key'
    ? [nameWithAccount(key?.aliases[0] ?? key?.keyId, key?.account)]
    : (world.identitiesByPolicy.get(policy) ?? []).map(({ arn, account }) => nameWithAccount(arn && arnResource(arn), account));
  const [first = '', ...furtherNames] = owners.filter((owner) => owner !== '');
  const text = furtherNames.length > 0 ? `${first} and ${furtherNames.length} more` : first;
  return [policy.container.policyName === 'default' ? undefined : policy.container.policyName, text,
    policy.policy.isFragment || policy.template ? undefined : pointerOfAddress(policy.address)].filter(Boolean).join(' · ');
}

function nameWithAccount(name: string | undefined, account: string | undefined): string {
  if (name === undefined || account === undefined) return name ?? account ?? '';
  return `${name} of ${account}`;
}

function statementOutlineItem(policy: DiscoveredPolicy, statement: Statement): OutlineItem {
  const { span } = locationInFile(policy, statement.node.span);
  const sid = statement.sid?.value.trim() ? statement.sid : undefined;
  const selectionSpan = locationInFile(policy, (sid?.node ?? statement.node).span).span;
  return {
    kind: 'statement', name: statementName(statement), detail: statementDetail(statement), span, children: [],
    selectionSpan: sid && spanContains(span, selectionSpan) ? selectionSpan : { start: span.start, end: span.start },
  };
}

/** The Sid, or the statement's position, counted from 1. */
export function statementName({ sid, index }: Statement): string {
  const name = sid?.value.trim() ?? '';
  return name === '' ? `Statement ${index + 1}` : name;
}

/** `Allow 444455556666 kms:Decrypt, kms:Encrypt and 3 more` */
function statementDetail({ effectNode, principal, action }: Statement): string {
  const effect = effectNode?.kind === 'scalar' ? effectNode.value : '';
  const principals = firstValuesText(principal?.principals.map(({ form, account, arn, text: policyString }) => (
    form === 'account' ? account ?? policyString.value : arn?.resource ?? (form === 'anyone' ? 'everyone' : policyString.value))) ?? [], 2);
  const actions = firstValuesText(action?.patterns.map(({ text }) => text.value) ?? [], 2);
  return [effect, principals && (principal?.negated ? `all but ${principals}` : principals),
    actions && (action?.negated ? `all but ${actions}` : actions)].filter(Boolean).join(' ');
}

/** The first of them, and how many there are besides. */
function firstValuesText(values: readonly string[], maxValues: number): string {
  const furtherCount = values.length - maxValues;
  return furtherCount > 0 ? `${values.slice(0, maxValues).join(', ')} and ${furtherCount} more` : values.join(', ');
}
