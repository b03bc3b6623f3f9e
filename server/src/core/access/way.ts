import type { ActionInfo } from '../aws/actions';
import type { Grant } from '../locate/located';
import type { Case, Relation } from './case';
import { grantGives, limitsOf } from './grants';
import { applies, cheapest, costOf, isEnoughAtHome, UNSURE, type Weighed } from './weigh';

/** One way to be allowed: the statements that are needed together, and the grant. */
export interface Way {
  readonly parts: readonly Weighed[];
  readonly grant: Grant | undefined;
  /** The Deny statements that bear on this way alone. */
  readonly denies?: readonly Weighed[];
  readonly sure: boolean;
  readonly cost: number;
}

/** The way that asks least, Denies aside (docs/aws-rules.md 5.1, steps 4 to 7); undefined when there is none. */
export function findWay(one: Case, relation: Relation, action: ActionInfo): Way | undefined {
  const { bit } = action;
  const own = cheapest(one.ownAllows, bit);
  let best: Way | undefined;
  if (aloneIsEnough(one, relation)) {
    const alone = cheapest(one.keyAllows, bit, (part) => isEnough(one, part));
    best = alone && wayOf(alone);
    best = cheaper(best, both(cheapest(one.keyAllows, bit, (part) => !isEnough(one, part)), own));
  } else {
    best = both(cheapest(one.keyAllows, bit), own);
  }
  for (const way of grantWays(one, action, own ? [own] : [])) best = cheaper(best, way);
  return best;
}

/** Two policies as large as AWS accepts have fewer ways that differ in what they ask; nobody reads as many. */
const MOST_WAYS = 2000;

export interface OtherWays {
  readonly ways: readonly Way[];
  /** False where there are more ways than these. */
  readonly complete: boolean;
}

/** All ways besides the one that asks least, each with conditions of its own: those that ask less first. */
export function otherWays(one: Case, relation: Relation, action: ActionInfo, best: Way): OtherWays {
  const own = leastFirst(one.ownAllows, action);
  // Beside one that asks nothing the others add conditions only.
  const [free] = own.filter((part) => costOf(part) === 0);
  const needed = free ? [free] : own;
  const alone = aloneIsEnough(one, relation);
  const ways: Way[] = grantWays(one, action, needed).slice(0, MOST_WAYS);
  for (const part of leastFirst(one.keyAllows, action)) {
    if (ways.length > MOST_WAYS) break;
    const ofPart = alone && isEnough(one, part) ? [wayOf(part)] : needed.slice(0, MOST_WAYS).flatMap((other) => both(part, other) ?? []);
    ways.push(...ofPart);
  }
  const others = ways.filter((way) => !sameWay(way, best)).sort((a, b) => a.cost - b.cost);
  return { ways: others.slice(0, MOST_WAYS), complete: ways.length <= MOST_WAYS && needed.length <= MOST_WAYS };
}

function leastFirst(weighed: readonly Weighed[], { bit }: ActionInfo): readonly Weighed[] {
  return weighed.filter((part) => applies(part, bit)).sort((a, b) => costOf(a) - costOf(b));
}

/** In the owner's account, and for services, the key policy alone can be enough. */
function aloneIsEnough(one: Case, relation: Relation): boolean {
  return relation === 'same' || one.caller.kind === 'service';
}

function isEnough(one: Case, part: Weighed): boolean {
  return one.caller.kind === 'service' || isEnoughAtHome(part);
}

function sameWay(a: Way, b: Way): boolean {
  return a.grant === b.grant && a.parts.length === b.parts.length && a.parts.every((part, index) => part === b.parts[index]);
}

function cheaper(a: Way | undefined, b: Way | undefined): Way | undefined {
  return a && (!b || a.cost <= b.cost) ? a : b;
}

function both(part: Weighed | undefined, other: Weighed | undefined): Way | undefined {
  if (!part || !other) return undefined;
  return { parts: [part, other], grant: undefined, sure: part.sure && other.sure, cost: costOf(part) + costOf(other) };
}

/** One statement that is enough by itself. */
export function wayOf(part: Weighed): Way {
  return { parts: [part], grant: undefined, sure: part.sure, cost: costOf(part) };
}

const NO_WAYS: readonly Way[] = [];

/** A grant needs no policy, unless it is given to a whole account, which then delegates (docs/aws-rules.md 5.1, step 7). */
function grantWays(one: Case, action: ActionInfo, own: readonly Weighed[]): readonly Way[] {
  if (one.grants.length === 0) return NO_WAYS;
  return one.grants.flatMap((grant): readonly Way[] => {
    const holder = grantGives(grant, action, one.caller);
    const cost = limitsOf(grant, action).length > 0 ? 1 : 0;
    if (holder === 'account') return own.map((part) => ({ parts: [part], grant, sure: part.sure, cost: cost + costOf(part) }));
    const sure = holder === 'yes';
    return holder === 'no' ? [] : [{ parts: [], grant, sure, cost: cost + (sure ? 0 : UNSURE) }];
  });
}
