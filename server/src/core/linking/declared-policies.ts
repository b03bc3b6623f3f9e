import { compareIdentifiers } from '../aws/identifier-comparison';
import type { LinkPolicy, PolicyTarget } from './drafts';
import { groupBy } from './group-by';
import { innermostDeclarations } from '../manifest/manifest-files';

/** The policies that each place of the manifests means. */
export type PoliciesByTarget = ReadonlyMap<PolicyTarget, readonly LinkPolicy[]>;

/** The one key policy that a declared key means; undefined when it means none, or several that the output does not tell apart. */
export function declaredPolicyOfKey(target: PolicyTarget, policiesByTarget: PoliciesByTarget): LinkPolicy | undefined {
  const policies = (policiesByTarget.get(target) ?? []).filter(({ facts }) => facts.kind === 'key');
  if (policies.length < 2) return policies[0];
  const fitting = policies.filter(({ facts: { container } }) =>
    compareIdentifiers(container.keyArn, target.key?.name.arn) === 'same'
    || compareIdentifiers(container.keyId, target.key?.name.keyId) === 'same'
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** The places that declare the key of each key policy, those of the nearest folder; more than one with different keys is a conflict. */
export function keyTargetsByPolicy(policiesByTarget: PoliciesByTarget): ReadonlyMap<LinkPolicy, readonly PolicyTarget[]> {
  const targets = groupBy(policiesByTarget.keys(), (target) => {
    const policy = target.key && declaredPolicyOfKey(target, policiesByTarget);
    return policy ? [policy] : [];
  });
  return new Map(
    Array.from(targets, ([policy, targetsOfPolicy]) => [policy, innermostDeclarations(targetsOfPolicy, ({ folder }) => folder)]),
  );
}
