import { arnResource } from '../../aws/arn';
import { placeOf, type LocatedPolicy } from '../../locate/located';
import type { Policy, Statement } from '../../model/policy';
import { contains, type Span } from '../../text/span';
import type { FileReading } from '../../locate/read-file';
import type { World } from '../../workspace/world';

/** A policy or a statement in the outline of a file; spans count in the file, and `mark` lies inside of `span`. */
export interface OutlineItem {
  readonly what: 'key-policy' | 'identity-policy' | 'statement';
  readonly name: string;
  readonly detail: string;
  readonly span: Span;
  /** The text that the name comes from. */
  readonly mark: Span;
  readonly children: readonly OutlineItem[];
}

/** The key policies and IAM policies of a file with their statements; those of other kinds are no KMS matter. */
export function outlineOf(world: World, { policies }: Pick<FileReading, 'policies'>): readonly OutlineItem[] {
  return policies.flatMap((policy) => {
    const what = whatIs(policy.policy);
    if (!what) return [];
    const { span } = placeOf(policy, policy.policy.node.span);
    // The node of a fragment is its first statement; the outline has all of them.
    const last = policy.policy.statements.at(-1);
    const whole = policy.policy.fragment && last ? { start: span.start, end: placeOf(policy, last.node.span).span.end } : span;
    const children = policy.policy.statements.map((statement) => statementItem(policy, statement));
    return [{ what, name: what === 'key-policy' ? 'Key policy' : 'IAM policy', detail: whose(world, policy), span: whole, mark: { start: whole.start, end: whole.start }, children }];
  });
}

function whatIs({ kind }: Policy): 'key-policy' | 'identity-policy' | undefined {
  if (kind === 'key') return 'key-policy';
  return kind === 'identity' ? 'identity-policy' : undefined;
}

/** `alias/app of 111122223333`, `role/App of 444455556666`, as far as it is known; and the place in an output that holds several. */
export function whose(world: World, policy: LocatedPolicy): string {
  const owners = policy.policy.kind === 'key' ? [keyText(world, policy)] : (world.identitiesOf.get(policy) ?? []).map(({ arn, account }) => ofAccount(arn && arnResource(arn), account));
  const [first = '', ...others] = owners.filter((owner) => owner !== '');
  const text = others.length > 0 ? `${first} and ${others.length} more` : first;
  return [policy.wrapper.policyName === 'default' ? undefined : policy.wrapper.policyName, text, policy.policy.fragment ? undefined : policy.pointer].filter(Boolean).join(' · ');
}

function keyText(world: World, policy: LocatedPolicy): string {
  const key = world.keyOf.get(policy);
  return ofAccount(key?.aliases[0] ?? key?.keyId, key?.account);
}

function ofAccount(name: string | undefined, account: string | undefined): string {
  if (name === undefined || account === undefined) return name ?? account ?? '';
  return `${name} of ${account}`;
}

function statementItem(policy: LocatedPolicy, statement: Statement): OutlineItem {
  const { span } = placeOf(policy, statement.node.span);
  const sid = statement.sid?.value.trim() ? statement.sid : undefined;
  const named = placeOf(policy, (sid?.node ?? statement.node).span).span;
  return {
    what: 'statement', name: statementName(statement), detail: statementDetail(statement), span, children: [],
    mark: sid && contains(span, named) ? named : { start: span.start, end: span.start },
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
  const whom = few(principal?.principals.map(({ form, account, arn, text }) => (
    form === 'account' ? account ?? text.value : arn?.resource ?? (form === 'anyone' ? 'everyone' : text.value))) ?? [], 2);
  const what = few(action?.patterns.map(({ text }) => text.value) ?? [], 2);
  return [effect, whom && (principal?.negated ? `all but ${whom}` : whom), what && (action?.negated ? `all but ${what}` : what)].filter(Boolean).join(' ');
}

/** The first of them, and how many there are besides. */
function few(values: readonly string[], most: number): string {
  const rest = values.length - most;
  return rest > 0 ? `${values.slice(0, most).join(', ')} and ${rest} more` : values.join(', ');
}
