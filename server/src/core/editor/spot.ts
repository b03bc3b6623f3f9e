import { placeOf, type LocatedPolicy } from '../locate/located';
import type {
  ActionElement, ActionPattern, Condition, Principal, PrincipalElement, ResourceElement, ResourcePattern, Statement,
} from '../model/policy';
import type { Text } from '../model/text';
import type { Member, ScalarNode } from '../parse/tree';
import { contains, type Location, type Span } from '../text/span';

/** A place of a policy that means something, and what it means: the ground of all that an editor asks at a cursor. */
export interface Spot {
  readonly policy: LocatedPolicy;
  /** The statement that it lies in. */
  readonly statement: Statement | undefined;
  readonly at: Location;
  readonly named: Named;
}

/** What stands at a spot. `element`: the name of an element, of the document, a statement or a Principal (`AWS`). */
export type Named =
  | { readonly what: 'policy' }
  | { readonly what: 'statement' }
  | { readonly what: 'element'; readonly member: Member }
  | { readonly what: 'sid'; readonly text: Text }
  | { readonly what: 'effect' }
  | { readonly what: 'principal'; readonly element: PrincipalElement; readonly principal: Principal }
  | { readonly what: 'action'; readonly element: ActionElement; readonly pattern: ActionPattern }
  | { readonly what: 'resource'; readonly element: ResourceElement; readonly pattern: ResourcePattern }
  | { readonly what: 'operator'; readonly condition: Condition }
  | { readonly what: 'condition-key'; readonly condition: Condition }
  | { readonly what: 'condition-value'; readonly condition: Condition; readonly value: Text };

/** The innermost spot at an offset of the file, both ends of a word included; undefined outside all policies. */
export function spotAt(policies: readonly LocatedPolicy[], offset: number): Spot | undefined {
  const point: Span = { start: offset, end: offset };
  let best: Spot | undefined;
  for (const policy of policies) {
    for (const spot of spotsOf(policy)) {
      if (contains(spot.at.span, point) && (best === undefined || lengthOf(spot) < lengthOf(best))) best = spot;
    }
  }
  return best;
}

/** Every spot of a policy, what is around before what is in it. */
function* spotsOf(policy: LocatedPolicy): Generator<Spot> {
  const spot = spotsIn(policy, undefined);
  const { node, fragment, statements } = policy.policy;
  yield spot(node.span, { what: 'policy' });
  if (!fragment) for (const member of node.members) yield spot(member.key.span, { what: 'element', member });
  for (const statement of statements) yield* ofStatement(policy, statement);
}

type MakeSpot = (span: Span, named: Named) => Spot;

function spotsIn(policy: LocatedPolicy, statement: Statement | undefined): MakeSpot {
  return (span, named) => ({ policy, statement, named, at: placeOf(policy, span) });
}

function* ofStatement(policy: LocatedPolicy, statement: Statement): Generator<Spot> {
  const spot = spotsIn(policy, statement);
  const { node, sid, effectNode, principal, action, resource } = statement;
  yield spot(node.span, { what: 'statement' });
  for (const member of node.members) yield spot(member.key.span, { what: 'element', member });
  if (sid) yield spot(sid.node.span, { what: 'sid', text: sid });
  if (effectNode) yield spot(effectNode.span, { what: 'effect' });
  if (principal) yield* ofPrincipals(spot, principal);
  for (const pattern of action?.patterns ?? []) if (action) yield spot(pattern.text.node.span, { what: 'action', element: action, pattern });
  for (const pattern of resource?.patterns ?? []) if (resource) yield spot(pattern.text.node.span, { what: 'resource', element: resource, pattern });
  yield* ofConditions(spot, statement.conditions);
}

function* ofPrincipals(spot: MakeSpot, element: PrincipalElement): Generator<Spot> {
  const { value } = element.member;
  if (value?.kind === 'object') for (const member of value.members) yield spot(member.key.span, { what: 'element', member });
  for (const principal of element.principals) yield spot(principal.text.node.span, { what: 'principal', element, principal });
}

/** An operator stands once, however many keys it compares. */
function* ofConditions(spot: MakeSpot, conditions: readonly Condition[]): Generator<Spot> {
  const operators = new Set<ScalarNode>();
  for (const condition of conditions) {
    if (!operators.has(condition.operatorNode)) yield spot(condition.operatorNode.span, { what: 'operator', condition });
    operators.add(condition.operatorNode);
    yield spot(condition.keyMember.key.span, { what: 'condition-key', condition });
    for (const value of condition.values) yield spot(value.node.span, { what: 'condition-value', condition, value });
  }
}

function lengthOf({ at: { span } }: Spot): number {
  return span.end - span.start;
}
