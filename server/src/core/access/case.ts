import type { ActionInfo, ActionSet } from '../aws/actions';
import type { Grant, LocatedPolicy } from '../locate/located';
import type { Principal } from '../model/policy';
import type { Identity, Key } from '../workspace/world';
import { aliasStatementsOf, type AliasStatements } from './alias-statements';
import { anyCallerOf, type Caller } from './caller';
import { candidatesFor } from './caller-index';
import type { Circumstances } from './context';
import { entriesFor, entriesOf, resourcesOfEntry, type ByEffect, type Entries } from './entries';
import { grantsFor } from './grants';
import { matchesOf, principalsOfStatement } from './match-principal';
import { matchOwnKey, misses } from './match-resource';
import { itemsAbout, policiesAbout } from './resource-index';
import type { Because } from './verdict';
import { weighEntries, type Admission, type Weighed } from './weigh';

/** How the caller's account stands to the key's. */
export type Relation = 'same' | 'cross';

/** One caller and one key, with every statement that bears on them weighed. */
export interface Case extends Circumstances {
  readonly relations: readonly Relation[];
  /** The identity policies of the caller; none for a service. */
  readonly policies: readonly LocatedPolicy[];
  /** The caller has others, of which only the names are known. */
  readonly unseen: boolean;
  readonly keyAllows: readonly Weighed[];
  readonly keyDenies: readonly Weighed[];
  readonly ownAllows: readonly Weighed[];
  readonly ownDenies: readonly Weighed[];
  /** The grants on the key that may be the caller's. */
  readonly grants: readonly Grant[];
  /** The statements of the identity policies that name the key's id in another place: looked for only when a refusal asks, and once. */
  readonly misses: () => readonly Miss[];
  /** What the identity policies say about aliases: looked for only when an operation on aliases is asked for. */
  readonly aliases: () => AliasStatements;
  /** The key policy statements that let the caller in: the same, as every refusal of a pair asks for them. */
  readonly admissions: () => readonly Admission[];
}

/** @param action weighs the statements for this action only; for all actions when undefined */
export function openCase(
  { caller, key, organizations }: Circumstances, relations: readonly Relation[], { policies, unseen = [] }: Pick<Identity, 'policies' | 'unseen'>, action: ActionInfo | undefined,
): Case {
  let missed: readonly Miss[] | undefined;
  let admitted: readonly Admission[] | undefined;
  let aliases: AliasStatements | undefined;
  const one = {
    caller, key, organizations, relations, policies, unseen: unseen.length > 0, grants: grantsFor(key.grants, caller),
    misses: () => missed ??= missesOf(policies, key), admissions: () => admitted ??= admissionsOf(key, caller),
    aliases: () => aliases ??= aliasStatementsOf(policies, action?.bit, { caller, key, organizations }),
    keyAllows: [] as Weighed[], keyDenies: [] as Weighed[], ownAllows: [] as Weighed[], ownDenies: [] as Weighed[],
  };
  const ofKey = narrowed(entriesOf(key.policy, 'key-policy'), action);
  const letIn = weighEntries(ofKey.allows, action?.bit, one, one.keyAllows);
  // All that let the caller in have then been looked at.
  if (!action) admitted = letIn;
  weighEntries(ofKey.denies, action?.bit, one, one.keyDenies);
  for (const policy of policiesAbout(policies, key)) {
    const own = narrowed(entriesOf(policy, 'identity-policy'), action);
    weighEntries(own.allows, action?.bit, one, one.ownAllows);
    weighEntries(own.denies, action?.bit, one, one.ownDenies);
  }
  return one;
}

function narrowed(entries: Entries, action: ActionInfo | undefined): ByEffect {
  return action ? entriesFor(entries, action) : entries;
}

function admissionsOf(key: Key, caller: Caller): readonly Admission[] {
  const admissions: Admission[] = [];
  for (const because of candidatesFor(keyStatements(key), principalsOfKeyStatement, caller)) {
    const matches = matchesOf(because.statement, caller);
    if (matches.length > 0) admissions.push({ because, matches });
  }
  return admissions;
}

/** The key policy statements that let other identities of the caller's account in. */
export function admissionsOfOthers(key: Key, caller: Caller): Because[] {
  if (caller.account === undefined) return [];
  return candidatesFor(keyStatements(key), principalsOfKeyStatement, anyCallerOf(caller.account, caller.partition)).filter(({ statement }) => (
    statement.principal?.principals.some((principal) => principal.account === caller.account && principal.form !== 'invalid')
  ));
}

function principalsOfKeyStatement({ statement }: Because): readonly Principal[] | undefined {
  return principalsOfStatement(statement);
}

const statementsOfKeys = new WeakMap<Key, readonly Because[]>();

/** The statements of the key policy that give anything on the key; worked out once for each key. */
function keyStatements(key: Key): readonly Because[] {
  const known = statementsOfKeys.get(key);
  if (known) return known;
  const statements = entriesOf(key.policy, 'key-policy').allows.map(({ because }) => because).filter(({ statement }) => matchOwnKey(statement, key) !== 'no');
  statementsOfKeys.set(key, statements);
  return statements;
}

/** An identity policy statement that allows something on a key of the same id elsewhere. */
export interface Miss {
  readonly because: Because;
  readonly field: 'account' | 'region';
  readonly set: ActionSet;
}

function missesOf(policies: readonly LocatedPolicy[], key: Key): Miss[] {
  const found: Miss[] = [];
  for (const policy of policiesAbout(policies, key)) {
    for (const { because, sure } of itemsAbout(entriesOf(policy, 'identity-policy').allows, resourcesOfEntry, key)) {
      const field = misses(because.statement, key);
      if (field) found.push({ because, field, set: sure });
    }
  }
  return found;
}
