import { ALL_ACTIONS, type ActionInfo, type ActionSet } from '../aws/actions';
import { compareIdentifiers } from '../aws/identifier-comparison';
import type { Grant, DiscoveredPolicy } from '../discovery/discovery-result';
import { ANY_DEPLOYMENT, type DeploymentCase } from '../policy/presence';
import type { Identity, Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { aliasStatementsOf, type AliasStatements } from './alias-statements';
import { anyCallerInAccount, type Caller } from './caller';
import { itemsForCaller, itemsForKey, policiesForKey } from './candidates';
import type { RequestContext } from './request-context';
import { identityPolicyStatements, keyPolicyStatements, NO_STATEMENTS, type StatementsByEffect } from './statement-actions';
import { grantsForCaller } from './grant-evaluation';
import { matchKeyPolicyResource, nearMissField } from './resource-matching';
import type { StatementRef } from './verdict';
import {
  evaluateIdentityStatements, evaluateKeyPolicyMatches, matchKeyPolicyStatements, type KeyPolicyMatch, type EvaluatedStatement,
} from './statement-evaluation';

/** How the caller's account stands to the key's. */
export type AccountRelation = 'same' | 'cross';

/** What an evaluation needs of the world besides the identity and the key. */
export type EvaluationWorld = Pick<World, 'organizations' | 'memoize'>;

/** One caller and one key, with every statement that bears on them evaluated. */
export interface EvaluationContext extends RequestContext, EvaluationWorld {
  readonly accountRelations: readonly AccountRelation[];
  /** Conditions of templates that are true or false wherever the key and the identity are both there. */
  readonly deploymentCase: DeploymentCase;
  /** Conditions of templates decide whether some statements are there. */
  readonly isConditional: boolean;
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
  /** The statements of the identity policies that name the key's id in another place, computed when a refusal first needs them. */
  readonly nearMisses: () => readonly NearMiss[];
  /** What the identity policies say about aliases, computed when an operation on aliases first needs it. */
  readonly aliasStatements: () => AliasStatements;
  /** The key policy statements that allow the caller anything, whatever their conditions. */
  readonly keyPolicyMatches: () => readonly KeyPolicyMatch[];
}

/** @param action evaluates the statements for this action only; for all actions when undefined */
export function createEvaluationContext(
  { caller, key }: Pick<RequestContext, 'caller' | 'key'>, accountRelations: readonly AccountRelation[],
  { policies, policiesWithoutDocument = [] }: Pick<Identity, 'policies' | 'policiesWithoutDocument'>,
  { organizations, memoize }: EvaluationWorld, action: ActionInfo | undefined,
): EvaluationContext {
  let nearMisses: readonly NearMiss[] | undefined;
  let keyPolicyMatches: readonly KeyPolicyMatch[] | undefined;
  let aliasStatements: AliasStatements | undefined;
  const requestContext = { caller, key, organizations };
  const scope = action?.bit ?? ALL_ACTIONS;
  const keyStatements = keyPolicyStatementsOf(key, memoize);
  const allows = itemsForCaller(keyStatements.allows.items, keyStatements.allows.index, caller);
  const denies = itemsForCaller(keyStatements.denies.items, keyStatements.denies.index, caller);
  const matches = matchKeyPolicyStatements(allows, scope, requestContext);
  const policyStatements = policiesForKey(policies, key, memoize).map((policy) => memoize(identityPolicyStatements, policy));
  const [identityAllows, identityDenies]: [EvaluatedStatement[], EvaluatedStatement[]] = [[], []];
  for (const statements of policyStatements) {
    evaluateIdentityStatements(itemsForKey(statements.allows.items, statements.allows.index, key), scope, requestContext, identityAllows);
    evaluateIdentityStatements(itemsForKey(statements.denies.items, statements.denies.index, key), scope, requestContext, identityDenies);
  }
  return {
    deploymentCase: ANY_DEPLOYMENT,
    isConditional: keyStatements.areConditional || policyStatements.some(({ areConditional }) => areConditional),
    caller, key, organizations, memoize, accountRelations, policies, hasPoliciesWithoutDocument: policiesWithoutDocument.length > 0,
    keyAllows: evaluateKeyPolicyMatches(matches, scope, requestContext),
    keyDenies: evaluateKeyPolicyMatches(matchKeyPolicyStatements(denies, scope, requestContext), scope, requestContext),
    identityAllows, identityDenies,
    grants: grantsForCaller(key.grants, caller, memoize),
    nearMisses: () => nearMisses ??= nearMissesIn(policyStatements, key),
    keyPolicyMatches: () => keyPolicyMatches ??= action ? matchKeyPolicyStatements(allows, ALL_ACTIONS, requestContext) : matches,
    aliasStatements: () => aliasStatements ??=
      aliasStatementsOf(policies.map((policy) => memoize(identityPolicyStatements, policy)), scope, requestContext),
  };
}

function keyPolicyStatementsOf({ policy }: Key, memoize: World['memoize']): StatementsByEffect {
  return policy ? memoize(keyPolicyStatements, policy) : NO_STATEMENTS;
}

/** The key policy statements that allow other identities of the caller's account something on the key. */
export function keyPolicyStatementsForAccount({ key, caller, memoize }: EvaluationContext): StatementRef[] {
  if (caller.account === undefined) return [];
  const { items, index } = keyPolicyStatementsOf(key, memoize).allows;
  return itemsForCaller(items, index, anyCallerInAccount(caller.account, caller.partition)).map(({ statementRef }) => statementRef)
    .filter(({ statement }) => matchKeyPolicyResource(statement, key) !== 'no' && namesAccount(statement, caller));
}

function namesAccount({ principal }: StatementRef['statement'], caller: Caller): boolean {
  return principal?.principals.some(({ account, form }) => form !== 'invalid' && compareIdentifiers(account, caller.account) === 'same')
    === true;
}

/** An identity policy statement that allows something on a key of the same id elsewhere. */
export interface NearMiss {
  readonly statementRef: StatementRef;
  readonly field: 'account' | 'region';
  readonly actions: ActionSet;
}

function nearMissesIn(policyStatements: readonly StatementsByEffect[], key: Key): NearMiss[] {
  return policyStatements.flatMap(({ allows: { items, index } }) => itemsForKey(items, index, key)
    .flatMap(({ statementRef, certainActions }) => {
      const field = nearMissField(statementRef.statement, key);
      return field ? [{ statementRef, field, actions: certainActions }] : [];
    }));
}
