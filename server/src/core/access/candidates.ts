import { containsSymbol } from '../aws/identifier-comparison';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Key } from '../linking/entities';
import { candidatesIn, indexCandidates, MIN_INDEXED_ITEMS, type CandidateIndex } from '../policy/candidate-index';
import type { Principal, PrincipalElement, ResourceElement, ResourcePattern, Statement } from '../policy/policy';
import { marksOfPrincipal } from '../policy/read-principal';
import { keyIdOfPattern } from '../policy/read-statement';
import type { Memoize } from '../workspace/memoize';
import type { Caller } from './caller';

/** The principals that may mean the caller; too many perhaps, never too few, as in all lists here. */
export function principalsForCaller({ principals, principalIndex }: PrincipalElement, caller: Caller): readonly Principal[] {
  return itemsForCaller(principals, principalIndex, caller);
}

/** The values that may cover the key, or name its id in another account or Region. */
export function patternsForKey({ patterns, patternIndex }: ResourceElement, key: Key): readonly ResourcePattern[] {
  return itemsForKey(patterns, patternIndex, key);
}

/** The statements of a key policy that may mean the caller. */
export function statementsForCaller(statements: readonly Statement[], caller: Caller, memoize: Memoize): readonly Statement[] {
  if (statements.length < MIN_INDEXED_ITEMS) return statements;
  return itemsForCaller(statements, memoize(indexStatementsByCaller, statements), caller);
}

/** The statements of an identity policy that may cover the key, or name its id in another account or Region. */
export function statementsForKey(statements: readonly Statement[], key: Key, memoize: Memoize): readonly Statement[] {
  if (statements.length < MIN_INDEXED_ITEMS) return statements;
  return itemsForKey(statements, memoize(indexStatementsByKey, statements), key);
}

/** The policies with such a statement. */
export function policiesForKey(policies: readonly DiscoveredPolicy[], key: Key, memoize: Memoize): readonly DiscoveredPolicy[] {
  if (policies.length < MIN_INDEXED_ITEMS) return policies;
  return itemsForKey(policies, memoize(indexPoliciesByKey, policies), key);
}

export function itemsForCaller<Item>(items: readonly Item[], candidateIndex: CandidateIndex | undefined,
  caller: Caller): readonly Item[] {
  return candidateIndex ? candidatesIn(items, candidateIndex, marksOfCaller(caller)) : items;
}

export function itemsForKey<Item>(items: readonly Item[], candidateIndex: CandidateIndex | undefined, { keyId }: Key): readonly Item[] {
  return candidateIndex ? candidatesIn(items, candidateIndex, keyId === undefined || containsSymbol(keyId) ? undefined : [keyId]) : items;
}

/** As `marksOfPrincipal` has them. */
function marksOfCaller({ kind, account, arn }: Caller): readonly string[] | undefined {
  if (account === undefined || containsSymbol(account)) return undefined;
  return [account, kind === 'role' && arn !== undefined && !containsSymbol(arn) ? arn : `roles of ${account}`];
}

function indexStatementsByCaller(statements: readonly Statement[]): CandidateIndex | undefined {
  return indexCandidates(statements, callerMarksOfStatement);
}

function indexStatementsByKey(statements: readonly Statement[]): CandidateIndex | undefined {
  return indexCandidates(statements, keyMarksOfStatement);
}

function indexPoliciesByKey(policies: readonly DiscoveredPolicy[]): CandidateIndex | undefined {
  return indexCandidates(policies, ({ policy }) => policy.statements.flatMap(keyMarksOfStatement));
}

export function callerMarksOfStatement({ principal }: Statement): readonly (string | undefined)[] {
  return principal?.negated === true ? [undefined] : principal?.principals.flatMap(marksOfPrincipal) ?? [];
}

export function keyMarksOfStatement({ resource }: Statement): readonly (string | undefined)[] {
  return !resource || resource.negated || resource.patterns.length === 0 ? [undefined] : resource.patterns.map(keyIdOfPattern);
}
