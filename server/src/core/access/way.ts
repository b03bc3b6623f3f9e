import { KEY_ACTIONS, type ActionInfo } from '../aws/actions';
import { parseArn } from '../aws/arn';
import type { Grant } from '../locate/located';
import type { Caller } from './caller';
import type { Case, Relation } from './case';
import { cheapest, costOf, isEnoughAtHome, type Weighed } from './weigh';

/** One way to be allowed: the statements that are needed together, and the grant. */
export interface Way {
  readonly parts: readonly Weighed[];
  readonly grant: Grant | undefined;
  readonly sure: boolean;
  readonly cost: number;
}

/** The way that asks least, Denies aside (reference 5.1, steps 4 to 7); undefined when there is none. */
export function findWay(one: Case, relation: Relation, action: ActionInfo): Way | undefined {
  return policyWay(one, relation, action, 'cheapest')[0] ?? undefined;
}

/** All ways besides the one that asks least, without unsure ones: each is another set of conditions. */
export function otherWays(one: Case, relation: Relation, action: ActionInfo, best: Way): readonly Way[] {
  return policyWay(one, relation, action, 'all').filter((way) => way.sure && !sameParts(way, best));
}

function sameParts(a: Way, b: Way): boolean {
  return a.grant === b.grant && a.parts.length === b.parts.length && a.parts.every((part, index) => part === b.parts[index]);
}

/** Ways in order of cost; with `cheapest` the first of them only. */
function policyWay(one: Case, relation: Relation, action: ActionInfo, want: 'cheapest' | 'all'): readonly Way[] {
  const bit = action.bit;
  const pick = (weighed: readonly Weighed[], test?: (each: Weighed) => boolean): readonly Weighed[] => {
    const best = want === 'cheapest' ? cheapest(weighed, bit, test) : undefined;
    if (want === 'cheapest') return best ? [best] : [];
    return weighed.filter((each) => (each.set & bit) !== 0n && each.failed.length === 0 && (!test || test(each)));
  };
  const own = pick(one.ownAllows);
  const ways: Way[] = [];
  if ((bit & KEY_ACTIONS) !== 0n) {
    if (one.caller.kind === 'service') {
      ways.push(...pick(one.keyAllows).map((part) => wayOf([part])));
    } else if (relation === 'same') {
      ways.push(...pick(one.keyAllows, isEnoughAtHome).map((part) => wayOf([part])));
      ways.push(...both(pick(one.keyAllows, (each) => !isEnoughAtHome(each)), own));
    } else {
      ways.push(...both(pick(one.keyAllows), own));
    }
  }
  ways.push(...grantWays(one, action, own));
  return ways.sort((a, b) => a.cost - b.cost);
}

function both(keySide: readonly Weighed[], own: readonly Weighed[]): Way[] {
  return keySide.flatMap((part) => own.map((other) => wayOf([part, other])));
}

function wayOf(parts: readonly Weighed[], grant?: Grant, sure = true): Way {
  const cost = parts.reduce((sum, part) => sum + costOf(part), 0) + (grant?.constrained ? 1 : 0) + (sure ? 0 : 1000);
  return { parts, grant, sure: sure && parts.every((part) => part.sure), cost };
}

/** A grant needs no policy, unless it is given to a whole account, which then delegates (reference 5.1, step 7). */
function grantWays(one: Case, action: ActionInfo, own: readonly Weighed[]): Way[] {
  const operation = action.name.slice('kms:'.length);
  return one.key.grants.filter((grant) => grant.operations.includes(operation)).flatMap((grant) => {
    const grantee = granteeIs(grant, one.caller);
    if (grantee === 'account') return own.map((part) => wayOf([part], grant));
    return grantee === 'no' ? [] : [wayOf([], grant, grantee === 'yes')];
  });
}

function granteeIs(grant: Grant, caller: Caller): 'yes' | 'no' | 'unknown' | 'account' {
  if (caller.service !== undefined) return grant.granteeServicePrincipal === caller.service ? 'yes' : 'no';
  const { granteePrincipal } = grant;
  if (granteePrincipal === undefined) return 'no';
  if (granteePrincipal === caller.arn) return 'yes';
  const arn = parseArn(granteePrincipal);
  const account = arn?.account ?? granteePrincipal;
  if (caller.account === undefined) return 'unknown';
  if (account !== caller.account) return 'no';
  if (!arn || arn.resource === 'root') return 'account';
  // The named user or role may be the one that the policy is attached to; a session of the role may be the grantee.
  const session = caller.kind === 'role' && arn.resource.startsWith(`assumed-role/${lastOf(caller.name)}/`);
  return caller.kind === 'unknown' || caller.kind === 'group' && arn.resource.startsWith('user/') || session ? 'unknown' : 'no';
}

function lastOf(name: string | undefined): string {
  return name?.slice(name.lastIndexOf('/') + 1) ?? '';
}
