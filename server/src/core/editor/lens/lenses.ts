import { accountsOfPrincipal } from '../../access/account-limit';
import { matchKeyPolicyResource } from '../../access/resource-matching';
import { KEY_ACTIONS, NO_ACTIONS, STAR_ONLY_ACTIONS } from '../../aws/actions';
import { locationInFile, type DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Principal, Statement } from '../../policy/policy';
import type { Location } from '../../text/span';
import type { Key } from '../../linking/entities';
import type { World } from '../../workspace/world';
import { identityStatementLens, kmsActionsOfStatement } from './identity-lens';
import { keyStatementLens, principalLens, usesKey } from './key-lens';
import type { ExternalPrincipal, Lens, LensContext } from './lens';

export type { Lens, LensContext } from './lens';

/** A place that deserves a line of its own above it. What the line says takes the verdicts, so that it is told apart, by `lensOf`. */
export interface LensLocation {
  readonly policy: DiscoveredPolicy;
  readonly statement: Statement;
  /** The principal of another account that it is about; undefined for the statement as a whole. */
  readonly externalPrincipal: ExternalPrincipal | undefined;
  readonly location: Location;
}

/** In the order of the text. */
export function lensLocations(policy: DiscoveredPolicy, world: Pick<World, 'keyByPolicy' | 'identities'>): LensLocation[] {
  const { kind, statements } = policy.policy;
  if (kind === 'identity')
    return statements.filter((statement) => kmsActionsOfStatement(statement) !== NO_ACTIONS)
      .map((statement) => statementLensLocation(policy, statement));
  const key = world.keyByPolicy.get(policy);
  if (kind !== 'key' || !key) return [];
  return statements.filter((statement) => !isUnusedOwnerStatement(statement, key, world))
    .flatMap((statement) => keyStatementLensLocations(policy, statement, key));
}

/** The statement for the owner's account stands in every key policy: a lens that no IAM policy uses it would say nothing new. */
function isUnusedOwnerStatement({ effect, principal }: Statement, key: Key, { identities }: Pick<World, 'identities'>): boolean {
  const { account: owner } = key;
  return owner !== undefined && effect === 'Allow' && principal?.negated === false && principal.principals.length > 0
    && principal.principals.every(({ form, account }) => form === 'account' && account === owner)
    && !identities.some((identity) => identity.account === owner && usesKey(identity, key));
}

/** What stands above the place: a line, and what a click on it shows. Undefined when there is nothing to say. */
export function lensAt({ policy, statement, externalPrincipal }: LensLocation, context: LensContext): Lens | undefined {
  if (policy.policy.kind === 'identity') return identityStatementLens(policy, statement, context);
  const key = context.world.keyByPolicy.get(policy);
  if (!key) return undefined;
  return externalPrincipal ? principalLens(key, statement, externalPrincipal, context) : keyStatementLens(key, statement, context);
}

/** A statement that is for one outsider alone has one line, above the outsider. */
function keyStatementLensLocations(policy: DiscoveredPolicy, statement: Statement, key: Key): LensLocation[] {
  const { effect, principal, action } = statement;
  if (!effect || !principal || !action || (action.actionSet & KEY_ACTIONS & ~STAR_ONLY_ACTIONS) === NO_ACTIONS && !action.hasPlaceholder
    || matchKeyPolicyResource(statement, key) === 'no') return [];
  const callers = principal.principals.filter(({ form }) => form !== 'service' && form !== 'invalid' && form !== 'unique-id');
  if (callers.length === 0 && !principal.negated) return [];
  const externalPrincipals = principal.negated ? [] : callers.flatMap((caller) => externalPrincipalsIn(caller, statement, key));
  const lenses = externalPrincipals.map((externalPrincipal): LensLocation =>
    ({ policy, statement, externalPrincipal, location: locationInFile(policy, externalPrincipal.principal.text.node.span) }));
  return callers.length === 1 && lenses.length === 1 ? lenses : [statementLensLocation(policy, statement), ...lenses];
}

function externalPrincipalsIn(principal: Principal, statement: Statement, { account: owner }: Key): ExternalPrincipal[] {
  if (owner === undefined) return [];
  const accounts = accountsOfPrincipal(principal, statement);
  if (principal.form === 'anyone' && accounts.length === 0) return [{ principal, account: undefined }];
  return accounts.filter(({ account }) => account !== owner).map(({ account }) => ({ principal, account }));
}

function statementLensLocation(policy: DiscoveredPolicy, statement: Statement): LensLocation {
  return { policy, statement, externalPrincipal: undefined, location: locationInFile(policy, statement.node.span) };
}
