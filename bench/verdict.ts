import { decideAccess } from '../server/src/core/access/decide-access';
import { ACTIONS, actionNamed, type ActionSet } from '../server/src/core/aws/actions';
import { relevantPairsOf } from '../server/src/core/access/graph/access-graph';
import { emptyWorkspace, updateWorkspace } from '../server/src/core/workspace/workspace';
import type { DiscoveredPolicy } from '../server/src/core/discovery/discovery-result';
import type { ActionElement, Statement } from '../server/src/core/policy/policy';
import type { Identity, Key } from '../server/src/core/linking/entities';
import { policyFiles } from './policy-files';
import { median, measureDuration, type BenchmarkResult } from './measure';

/** The plain way: a regular expression for each pattern, tried on every action name, at each request. */
function expandAtRequest(element: ActionElement): ActionSet {
  let set = 0n;
  for (const { text: policyString } of element.patterns) {
    const regex = new RegExp(`^${policyString.value.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.')}$`, 'i');
    for (const action of ACTIONS) if (regex.test(action.name)) set |= action.bit;
  }
  return element.negated ? ~set & ((1n << BigInt(ACTIONS.length)) - 1n) : set;
}

function expandedStatement(statement: Statement): Statement {
  return statement.action ? { ...statement, action: { ...statement.action, actionSet: expandAtRequest(statement.action) } } : statement;
}

function expandedPolicy(policy: DiscoveredPolicy): DiscoveredPolicy {
  return { ...policy, policy: { ...policy.policy, statements: policy.policy.statements.map(expandedStatement) } };
}

/** One verdict over parsed policies against the same verdict with the wildcards expanded at the request. */
export function measureVerdict(): BenchmarkResult[] {
  const changes = Object.entries(policyFiles(200)).map(([path, text]) => ({ put: { uri: `file:///bench/${path}`, text } }));
  const { world } = updateWorkspace(emptyWorkspace({ folders: [{ uri: 'file:///bench' }] }), changes).workspace;
  const pairs = relevantPairsOf(world).filter(({ identity, key }) => identity.policies.length > 0 && key.policy);
  const action = actionNamed('kms:Decrypt');
  if (!action || pairs.length === 0) throw new Error('nothing to decide');
  const ask = (identity: Identity, key: Key) => decideAccess(identity, key, action, world);
  const plain = (): void => {
    for (const { identity, key } of pairs) ask(identity, key);
  };
  const expanding = (): void => {
    for (const { identity, key } of pairs) {
      ask({ ...identity, policies: identity.policies.map(expandedPolicy) },
        key.policy ? { ...key, policy: expandedPolicy(key.policy) } : key);
    }
  };
  // As in a server that has run for some seconds.
  for (let round = 0; round < 10; round++) expanding();
  for (let round = 0; round < 100; round++) plain();
  // One after the other: the plain side makes garbage that the other side would have to clear away. It is so quick that a slow moment of
  // the machine would be all of few rounds.
  const measured = median(Array.from({ length: 300 }, () => measureDuration(plain) / pairs.length));
  const baseline = median(Array.from({ length: 30 }, () => measureDuration(expanding) / pairs.length));
  return [{
    name: `one verdict over parsed policies, mean over ${pairs.length} pairs, median of 300`, measured, baseline,
    baselineName: 'the same with wildcards expanded at each request', ratio: baseline / measured, goal: 'at least 20 times as fast',
    isGoalMet: baseline / measured >= 20,
  }];
}
