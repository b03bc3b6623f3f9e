import { KEY_ACTIONS, type ActionSet } from '../aws/actions';
import type { LocatedPolicy } from '../locate/located';
import type { Key } from '../workspace/world';
import type { Caller } from './caller';
import type { Circumstances } from './context';
import { matchPrincipals, type PrincipalMatch } from './match-principal';
import { matchOwnKey, misses } from './match-resource';
import type { Because } from './verdict';
import { weighPolicy, type Weighed } from './weigh';

/** How the caller's account stands to the key's. */
export type Relation = 'same' | 'cross';

/** One caller and one key, with every statement that bears on them weighed, for the actions of `scope`. */
export interface Case extends Circumstances {
  readonly relations: readonly Relation[];
  readonly policies: readonly LocatedPolicy[];
  readonly scope: ActionSet;
  readonly keyAllows: readonly Weighed[];
  readonly keyDenies: readonly Weighed[];
  readonly ownAllows: readonly Weighed[];
  readonly ownDenies: readonly Weighed[];
}

/** @param policies the identity policies of the caller; none for a service */
export function openCase(
  circumstances: Circumstances, relations: readonly Relation[], policies: readonly LocatedPolicy[], scope: ActionSet,
): Case {
  const { key } = circumstances;
  // What takes no key, or works by identity policies alone, a key policy neither gives nor takes (reference section 3).
  const keyScope = scope & KEY_ACTIONS;
  const own = policies.filter(({ policy }) => policy.kind === 'identity');
  return {
    ...circumstances,
    relations,
    policies: own,
    scope,
    keyAllows: key.policy ? weighPolicy('key-policy', key.policy, 'Allow', keyScope, circumstances) : [],
    keyDenies: key.policy ? weighPolicy('key-policy', key.policy, 'Deny', keyScope, circumstances) : [],
    ownAllows: own.flatMap((policy) => weighPolicy('identity-policy', policy, 'Allow', scope, circumstances)),
    ownDenies: own.flatMap((policy) => weighPolicy('identity-policy', policy, 'Deny', scope, circumstances)),
  };
}

/** A key policy statement that lets the caller in for some action, whatever its conditions. */
export interface Admission {
  readonly because: Because;
  readonly match: PrincipalMatch;
}

export function admissionsOf(key: Key, caller: Caller): Admission[] {
  return keyStatements(key).flatMap((because) => {
    const match = matchPrincipals(because.statement, caller);
    return match ? [{ because, match }] : [];
  });
}

/** The key policy statements that let other identities of the caller's account in. */
export function admissionsOfOthers(key: Key, caller: Caller): Because[] {
  if (caller.account === undefined) return [];
  return keyStatements(key).filter(({ statement }) => (
    statement.principal?.principals.some((principal) => principal.account === caller.account && principal.form !== 'invalid')
  ));
}

/** The statements of the key policy that give anything on the key. */
function keyStatements(key: Key): Because[] {
  const { policy } = key;
  if (!policy) return [];
  return policy.policy.statements
    .filter((statement) => statement.effect === 'Allow' && statement.action && (statement.action.unknown || (statement.action.set & KEY_ACTIONS) !== 0n)
      && matchOwnKey(statement, key) !== 'no')
    .map((statement) => ({ half: 'key-policy', policy, statement }));
}

/** An identity policy statement that allows something on a key of the same id elsewhere. */
export interface Miss {
  readonly because: Because;
  readonly field: 'account' | 'region';
  readonly set: ActionSet;
}

export function missesOf(policies: readonly LocatedPolicy[], key: Key): Miss[] {
  return policies.flatMap((policy) => policy.policy.statements.flatMap((statement): Miss[] => {
    if (statement.effect !== 'Allow' || !statement.action) return [];
    const field = misses(statement, key);
    return field ? [{ because: { half: 'identity-policy', policy, statement }, field, set: statement.action.set }] : [];
  }));
}
