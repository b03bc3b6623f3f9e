import type { LinkPolicy, PolicyTarget } from './drafts';
import { appendToList } from './link-index';
import { innermostDeclarations } from '../manifest/manifest-files';

/** The policies that each place of the manifests means. */
export type PoliciesByTarget = ReadonlyMap<PolicyTarget, readonly LinkPolicy[]>;

export function groupPoliciesByTarget(policies: readonly LinkPolicy[]): PoliciesByTarget {
  const reached = new Map<PolicyTarget, LinkPolicy[]>();
  for (const policy of policies) for (const target of policy.policyTargets) appendToList(reached, target, policy);
  return reached;
}

/** The one key policy that a declared key means; undefined when it means none, or several that the output does not tell apart. */
export function declaredPolicyOfKey(target: PolicyTarget, reached: PoliciesByTarget): LinkPolicy | undefined {
  const policies = (reached.get(target) ?? []).filter(({ facts }) => facts.kind === 'key');
  if (policies.length < 2) return policies[0];
  const arn = target.key?.name.arn ?? '';
  const own = policies.filter(({ facts: { container: wrapper } }) =>
    wrapper.keyArn === arn || wrapper.keyId !== undefined && arn.endsWith(`/${wrapper.keyId}`)
  );
  return own.length === 1 ? own[0] : undefined;
}

/** The places that declare the key of each key policy, those of the nearest folder; more than one with different keys is a conflict. */
export function keyTargetsByPolicy(reached: PoliciesByTarget): ReadonlyMap<LinkPolicy, readonly PolicyTarget[]> {
  const targets = new Map<LinkPolicy, PolicyTarget[]>();
  for (const target of reached.keys()) {
    const policy = target.key && declaredPolicyOfKey(target, reached);
    if (policy) appendToList(targets, policy, target);
  }
  return new Map(Array.from(targets, ([policy, all]) => [policy, innermostDeclarations(all, ({ folder }) => folder)]));
}
