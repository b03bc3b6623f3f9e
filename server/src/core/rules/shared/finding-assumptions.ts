import { locationInFile, type DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Statement } from '../../policy/policy';
import type { Location } from '../../text/span';

/**
 * Why the values that a finding in a policy depends on may be others: those of the statement that it is in, or of all, where it is about
 * the whole policy.
 */
export function assumptionsInPolicy(policy: DiscoveredPolicy, at: Location): readonly string[] {
  if (policy.hasAssumptions !== true) return NO_ASSUMPTIONS;
  const statement = policy.policy.statements.find((candidate) => isInStatement(policy, candidate, at));
  return assumptionsOf(statement ? [statement] : policy.policy.statements);
}

/** The same for a finding about what identity policies and a key policy say together: any statement of the other policies may matter. */
export function assumptionsInPair(keyPolicy: DiscoveredPolicy | undefined, identityPolicies: readonly DiscoveredPolicy[],
  at: Location): readonly string[] {
  const policies = [...keyPolicy ? [keyPolicy] : [], ...identityPolicies].filter(({ hasAssumptions }) => hasAssumptions === true);
  return policies.length === 0 ? NO_ASSUMPTIONS : [...new Set(policies.flatMap((policy) => {
    const { statements } = policy.policy;
    const statement = policy === keyPolicy ? undefined : statements.find((candidate) => isInStatement(policy, candidate, at));
    // What an identity policy allows besides does not change what the finding says of one of its statements.
    return assumptionsOf(statement ? [statement, ...statements.filter(({ effect }) => effect !== 'Allow')] : statements);
  }))];
}

const NO_ASSUMPTIONS: readonly string[] = [];

function isInStatement(policy: DiscoveredPolicy, { node }: Statement, at: Location): boolean {
  const { uri, span } = locationInFile(policy, node.span);
  return uri === at.uri && span.start <= at.span.start && at.span.end <= span.end;
}

function assumptionsOf(statements: readonly Statement[]): readonly string[] {
  return [...new Set(statements.flatMap(({ assumptions }) => assumptions ?? []))];
}
