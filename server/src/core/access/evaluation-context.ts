import type { ActionInfo, ActionSet } from '../aws/actions';
import { compareIdentifiers } from '../aws/identifier-comparison';
import type { Grant, DiscoveredPolicy } from '../discovery/discovery-result';
import type { Principal } from '../policy/policy';
import type { Identity, Key } from '../linking/entities';
import { aliasStatementsOf, type AliasStatements } from './alias-statements';
import { anyCallerInAccount, type Caller } from './caller';
import { itemsForCaller } from './caller-index';
import type { RequestContext } from './request-context';
import { statementsForAction, statementIndexOf, resourceElementsOfStatementActions, type StatementsByEffect,
  type StatementIndex } from './statement-actions';
import { grantsForCaller } from './grant-evaluation';
import { principalMatchesOf, principalsOfStatement } from './principal-matching';
import { matchKeyPolicyResource, nearMissField } from './resource-matching';
import { itemsForKey, policiesForKey } from './resource-index';
import type { StatementRef } from './verdict';
import { evaluateStatements, type KeyPolicyMatch, type EvaluatedStatement } from './statement-evaluation';

/** How the caller's account stands to the key's. */
export type AccountRelation = 'same' | 'cross';

/** One caller and one key, with every statement that bears on them weighed. */
export interface EvaluationContext extends RequestContext {
  readonly accountRelations: readonly AccountRelation[];
  /** The identity policies of the caller; none for a service. */
  readonly policies: readonly DiscoveredPolicy[];
  /** The caller has others, of which only the names are known. */
  readonly hasPoliciesWithoutDocument: boolean;
  readonly keyAllows: readonly EvaluatedStatement[];
  readonly keyDenies: readonly EvaluatedStatement[];
  readonly identityAllows: readonly EvaluatedStatement[];
  readonly identityDenies: readonly EvaluatedStatement[];
  /** The grants on the key that may be the caller's. */
  readonly grants: readonly Grant[];
  /** The statements of the identity policies that name the key's id in another place: looked for only when a refusal asks, and once. */
  readonly nearMisses: () => readonly NearMiss[];
  /** What the identity policies say about aliases: looked for only when an operation on aliases is asked for. */
  readonly aliasStatements: () => AliasStatements;
  /** The key policy statements that let the caller in: the same, as every refusal of a pair asks for them. */
  readonly keyPolicyMatches: () => readonly KeyPolicyMatch[];
}

/** @param action weighs the statements for this action only; for all actions when undefined */
export function createEvaluationContext(
  { caller, key, organizations }: RequestContext, accountRelations: readonly AccountRelation[],
  { policies, policiesWithoutDocument: unseen = [] }: Pick<Identity, 'policies' | 'policiesWithoutDocument'>,
  action: ActionInfo | undefined,
): EvaluationContext {
  let missed: readonly NearMiss[] | undefined;
  let admitted: readonly KeyPolicyMatch[] | undefined;
  let aliases: AliasStatements | undefined;
  const one = {
    caller, key, organizations, accountRelations, policies, hasPoliciesWithoutDocument: unseen.length > 0,
    grants: grantsForCaller(key.grants, caller),
    nearMisses: () => missed ??= nearMissesOf(policies, key), keyPolicyMatches: () => admitted ??= keyPolicyMatchesOf(key, caller),
    aliasStatements: () => aliases ??= aliasStatementsOf(policies, action?.bit, { caller, key, organizations }),
    keyAllows: [] as EvaluatedStatement[], keyDenies: [] as EvaluatedStatement[], identityAllows: [] as EvaluatedStatement[],
    identityDenies: [] as EvaluatedStatement[],
  };
  const ofKey = statementsOfAction(statementIndexOf(key.policy, 'key-policy'), action);
  const letIn = evaluateStatements(ofKey.allows, action?.bit, one, one.keyAllows);
  // All that let the caller in have then been looked at.
  if (!action) admitted = letIn;
  evaluateStatements(ofKey.denies, action?.bit, one, one.keyDenies);
  for (const policy of policiesForKey(policies, key)) {
    const own = statementsOfAction(statementIndexOf(policy, 'identity-policy'), action);
    evaluateStatements(own.allows, action?.bit, one, one.identityAllows);
    evaluateStatements(own.denies, action?.bit, one, one.identityDenies);
  }
  return one;
}

function statementsOfAction(statementIndex: StatementIndex, action: ActionInfo | undefined): StatementsByEffect {
  return action ? statementsForAction(statementIndex, action) : statementIndex;
}

function keyPolicyMatchesOf(key: Key, caller: Caller): readonly KeyPolicyMatch[] {
  const keyPolicyMatches: KeyPolicyMatch[] = [];
  for (const statementRef of itemsForCaller(keyPolicyAllowsOf(key), principalsOfStatementRef, caller)) {
    const matches = principalMatchesOf(statementRef.statement, caller);
    if (matches.length > 0) keyPolicyMatches.push({ statementRef, principalMatches: matches });
  }
  return keyPolicyMatches;
}

/** The key policy statements that let other identities of the caller's account in. */
export function keyPolicyStatementsForAccount(key: Key, caller: Caller): StatementRef[] {
  if (caller.account === undefined) return [];
  const anyCaller = anyCallerInAccount(caller.account, caller.partition);
  return itemsForCaller(keyPolicyAllowsOf(key), principalsOfStatementRef, anyCaller).filter(({ statement }) =>
    statement.principal?.principals.some(({ account, form }) =>
      form !== 'invalid' && compareIdentifiers(account, caller.account) === 'same')
  );
}

function principalsOfStatementRef({ statement }: StatementRef): readonly Principal[] | undefined {
  return principalsOfStatement(statement);
}

const keyPolicyAllowsByKey = new WeakMap<Key, readonly StatementRef[]>();

/** The statements of the key policy that give anything on the key; worked out once for each key. */
function keyPolicyAllowsOf(key: Key): readonly StatementRef[] {
  const known = keyPolicyAllowsByKey.get(key);
  if (known) return known;
  const statements = statementIndexOf(key.policy, 'key-policy').allows.map(({ statementRef }) => statementRef).filter(({ statement }) =>
    matchKeyPolicyResource(statement, key) !== 'no'
  );
  keyPolicyAllowsByKey.set(key, statements);
  return statements;
}

/** An identity policy statement that allows something on a key of the same id elsewhere. */
export interface NearMiss {
  readonly statementRef: StatementRef;
  readonly field: 'account' | 'region';
  readonly actions: ActionSet;
}

function nearMissesOf(policies: readonly DiscoveredPolicy[], key: Key): NearMiss[] {
  const found: NearMiss[] = [];
  for (const policy of policiesForKey(policies, key)) {
    for (const { statementRef, certainActions } of itemsForKey(statementIndexOf(policy, 'identity-policy').allows,
      resourceElementsOfStatementActions, key)) {
      const field = nearMissField(statementRef.statement, key);
      if (field) found.push({ statementRef, field, actions: certainActions });
    }
  }
  return found;
}
