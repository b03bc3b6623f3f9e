import { accountsOfPrincipal } from '../../access/account-limit';
import { matchOwnKey } from '../../access/match-resource';
import { KEY_ACTIONS, NO_ACTIONS, STAR_ONLY_ACTIONS } from '../../aws/actions';
import { placeOf, type LocatedPolicy } from '../../locate/located';
import type { Principal, Statement } from '../../model/policy';
import type { Location } from '../../text/span';
import type { Key, World } from '../../workspace/world';
import { identityStatementLens, namedActions } from './identity-lens';
import { keyStatementLens, principalLens } from './key-lens';
import type { Lens, LensGround } from './lens';

export type { Lens, LensGround } from './lens';

/** A place that deserves a line of its own above it. What the line says takes the verdicts, so that it is told apart, by `lensOf`. */
export interface LensPlace {
  readonly policy: LocatedPolicy;
  readonly statement: Statement;
  /** The principal of another account that it is about; undefined for the statement as a whole. */
  readonly outsider: Outsider | undefined;
  readonly at: Location;
}

/** A principal outside the owner's account. Everyone (`*`) is one for each account that a condition names, or has no account. */
export interface Outsider {
  readonly principal: Principal;
  readonly account: string | undefined;
}

/** In the order of the text; the same as long as policy and owner are. */
export function lensPlaces(policy: LocatedPolicy, { keyOf }: Pick<World, 'keyOf'>): LensPlace[] {
  const { kind, statements } = policy.policy;
  if (kind === 'identity') return statements.filter((statement) => namedActions(statement) !== NO_ACTIONS).map((statement) => ofWhole(policy, statement));
  const key = keyOf.get(policy);
  return kind === 'key' && key ? statements.flatMap((statement) => ofKeyStatement(policy, statement, key)) : [];
}

/** What stands above the place: a line, and what a click on it shows. Undefined when there is nothing to say. */
export function lensOf({ policy, statement, outsider }: LensPlace, ground: LensGround): Lens | undefined {
  if (policy.policy.kind === 'identity') return identityStatementLens(policy, statement, ground);
  const key = ground.world.keyOf.get(policy);
  if (!key) return undefined;
  return outsider ? principalLens(key, statement, outsider, ground) : keyStatementLens(key, statement, ground);
}

/** A statement that is for one outsider alone has one line, above the outsider. */
function ofKeyStatement(policy: LocatedPolicy, statement: Statement, key: Key): LensPlace[] {
  const { effect, principal, action } = statement;
  if (!effect || !principal || !action || (action.set & KEY_ACTIONS & ~STAR_ONLY_ACTIONS) === NO_ACTIONS && !action.unknown || matchOwnKey(statement, key) === 'no') return [];
  const callers = principal.principals.filter(({ form }) => form !== 'service' && form !== 'invalid' && form !== 'unique-id');
  if (callers.length === 0 && !principal.negated) return [];
  const outsiders = principal.negated ? [] : callers.flatMap((one) => outsidersOf(one, statement, key));
  const lenses = outsiders.map((outsider): LensPlace => ({ policy, statement, outsider, at: placeOf(policy, outsider.principal.text.node.span) }));
  return callers.length === 1 && lenses.length === 1 ? lenses : [ofWhole(policy, statement), ...lenses];
}

function outsidersOf(principal: Principal, statement: Statement, { account: owner }: Key): Outsider[] {
  if (owner === undefined) return [];
  const accounts = accountsOfPrincipal(principal, statement);
  if (principal.form === 'anyone' && accounts.length === 0) return [{ principal, account: undefined }];
  return accounts.filter(({ account }) => account !== owner).map(({ account }) => ({ principal, account }));
}

function ofWhole(policy: LocatedPolicy, statement: Statement): LensPlace {
  return { policy, statement, outsider: undefined, at: placeOf(policy, statement.node.span) };
}
