import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type {
  ActionElement, ActionPattern, Condition, Principal, PrincipalElement, ResourceElement, ResourcePattern, Statement,
} from '../policy/policy';
import type { PolicyString } from '../policy/policy-string';
import type { Member, ScalarNode } from '../syntax/tree';
import { spanContainsOffset, type Location, type Span } from '../text/span';

/** A place of a policy that means something, and what it means: the ground of all that an editor asks at a cursor. */
export interface SyntaxTarget {
  readonly policy: DiscoveredPolicy;
  /** The statement that it lies in. */
  readonly statement: Statement | undefined;
  readonly location: Location;
  readonly node: SyntaxTargetNode;
}

/** What stands at a spot. `element`: the name of an element, of the document, a statement or a Principal (`AWS`). */
export type SyntaxTargetNode =
  | { readonly kind: 'policy' }
  | { readonly kind: 'statement' }
  | { readonly kind: 'element'; readonly member: Member }
  | { readonly kind: 'sid'; readonly text: PolicyString }
  | { readonly kind: 'effect' }
  | { readonly kind: 'principal'; readonly element: PrincipalElement; readonly principal: Principal }
  | { readonly kind: 'action'; readonly element: ActionElement; readonly pattern: ActionPattern }
  | { readonly kind: 'resource'; readonly element: ResourceElement; readonly pattern: ResourcePattern }
  | { readonly kind: 'operator'; readonly condition: Condition }
  | { readonly kind: 'condition-key'; readonly condition: Condition }
  | { readonly kind: 'condition-value'; readonly condition: Condition; readonly value: PolicyString };

/** The innermost spot at an offset of the file, both ends of a word included; undefined outside all policies. */
export function findSyntaxTarget(policies: readonly DiscoveredPolicy[], offset: number): SyntaxTarget | undefined {
  let innermost: SyntaxTarget | undefined;
  for (const policy of policies) {
    for (const syntaxTarget of syntaxTargetsOf(policy)) {
      if (spanContainsOffset(syntaxTarget.location.span, offset)
        && (innermost === undefined || targetLength(syntaxTarget) < targetLength(innermost))) innermost = syntaxTarget;
    }
  }
  return innermost;
}

/** Every spot of a policy, what is around before what is in it. */
function* syntaxTargetsOf(policy: DiscoveredPolicy): Generator<SyntaxTarget> {
  const createTarget = syntaxTargetFactory(policy, undefined);
  const { node, isFragment, statements } = policy.policy;
  yield createTarget(node.span, { kind: 'policy' });
  if (!isFragment) for (const member of node.members) yield createTarget(member.key.span, { kind: 'element', member });
  for (const statement of statements) yield* statementTargets(policy, statement);
}

type SyntaxTargetFactory = (span: Span, syntaxTargetNode: SyntaxTargetNode) => SyntaxTarget;

function syntaxTargetFactory(policy: DiscoveredPolicy, statement: Statement | undefined): SyntaxTargetFactory {
  return (span, syntaxTargetNode) => ({ policy, statement, node: syntaxTargetNode, location: locationInFile(policy, span) });
}

function* statementTargets(policy: DiscoveredPolicy, statement: Statement): Generator<SyntaxTarget> {
  const createTarget = syntaxTargetFactory(policy, statement);
  const { node, sid, effectNode, principal, action, resource } = statement;
  yield createTarget(node.span, { kind: 'statement' });
  for (const member of node.members) yield createTarget(member.key.span, { kind: 'element', member });
  if (sid) yield createTarget(sid.node.span, { kind: 'sid', text: sid });
  if (effectNode) yield createTarget(effectNode.span, { kind: 'effect' });
  if (principal) yield* principalTargets(createTarget, principal);
  for (const pattern of action?.patterns ?? [])
    if (action) yield createTarget(pattern.text.node.span, { kind: 'action', element: action, pattern });
  for (const pattern of resource?.patterns ?? [])
    if (resource) yield createTarget(pattern.text.node.span, { kind: 'resource', element: resource, pattern });
  yield* conditionTargets(createTarget, statement.conditions);
}

function* principalTargets(createTarget: SyntaxTargetFactory, element: PrincipalElement): Generator<SyntaxTarget> {
  const { value } = element.member;
  if (value?.kind === 'object') for (const member of value.members) yield createTarget(member.key.span, { kind: 'element', member });
  for (const principal of element.principals) yield createTarget(principal.text.node.span, { kind: 'principal', element, principal });
}

/** An operator stands once, however many keys it compares. */
function* conditionTargets(createTarget: SyntaxTargetFactory, conditions: readonly Condition[]): Generator<SyntaxTarget> {
  const operators = new Set<ScalarNode>();
  for (const condition of conditions) {
    if (!operators.has(condition.operatorNode)) yield createTarget(condition.operatorNode.span, { kind: 'operator', condition });
    operators.add(condition.operatorNode);
    yield createTarget(condition.keyMember.key.span, { kind: 'condition-key', condition });
    for (const value of condition.values) yield createTarget(value.node.span, { kind: 'condition-value', condition, value });
  }
}

function targetLength({ location: { span } }: SyntaxTarget): number {
  return span.end - span.start;
}
