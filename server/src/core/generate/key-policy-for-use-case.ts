import { NO_ACTIONS, unionOfActions } from '../aws/actions';
import { useCaseNamed } from '../aws/use-cases';
import type { Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { ALLOW_ALL_IDENTITY_POLICY } from './allow-all-policies';
import { isRefusal, refusal, type Counterpart, type Refusal, type Target } from './counterpart';
import { createCounterpart } from './counterpart-draft';
import { describeGrantee, resolveGrantee } from './grantee';
import { keyPolicyAdditions } from './grantee-statements';
import { keyPolicySid } from './key-policy';
import { describeKey } from './key-reference';
import { missingPermissions, restrictPermissions } from './required-permission';
import { allowsServiceUseCase, isServiceUseCase, serviceStatement } from './service-statement';
import { sidsOf } from './statement-additions';
import { actionsDeniedByKeyPolicy, permissionsInKeyPolicy } from './statement-permissions';
import { permissionsForUseCase } from './use-case-permissions';

export interface KeyPolicyForUseCaseRequest {
  readonly world: World;
  /** A key with its policy. */
  readonly key: Key;
  /** An account, user, role or group other than the owner's. */
  readonly target: Target;
  /** A use case (`aws/use-cases.ts`); by default the KMS API itself. */
  readonly useCase?: string | undefined;
}

/** What the policy of a key lacks to allow the target a use case, where no IAM policy shows yet what is required. */
export function generateKeyPolicyForUseCase({ world, key, target, useCase: id = 'direct' }: KeyPolicyForUseCaseRequest):
  Counterpart | Refusal {
  const { policy, account, partition = 'aws' } = key;
  const useCase = useCaseNamed(id);
  if (!useCase) return refusal(`There is no use case "${id}".`);
  if (!policy) return refusal(`The workspace has no key policy for ${describeKey(key)}.`);
  if (policy.policy.isFragment) return refusal('The key policy is a fragment: put "Version" and "Statement" around it first.');
  const grantee = resolveGrantee(world, target);
  if (isRefusal(grantee)) return grantee;
  if (grantee.account === account) return refusal(`Account ${account} owns the key: this is not cross-account access.`);
  const subject = { world, grantee, key };
  const permissions = permissionsForUseCase(useCase, [{ account: grantee.account, partition }]);
  const possible = permissions.flatMap((permission) => restrictPermissions([permission],
    ~actionsDeniedByKeyPolicy([ALLOW_ALL_IDENTITY_POLICY], subject, permission.conditions)));
  if (permissions.length > 0 && unionOfActions(possible) === NO_ACTIONS)
    return refusal(`The key policy denies ${describeGrantee(grantee)} everything that "${useCase.title}" needs. `
      + 'Change its Deny statement first.');
  const missing = missingPermissions(possible, permissionsInKeyPolicy(subject));
  const service = isServiceUseCase(useCase) && !allowsServiceUseCase(policy, useCase, key)
    ? [{ statement: serviceStatement(useCase, { ...key, partition }, grantee, sidsOf(policy)) }]
    : [];
  return createCounterpart({
    policy, additions: [...keyPolicyAdditions(policy, grantee, partition, missing, keyPolicySid(grantee)), ...service],
    newUri: () => policy.uri, purpose: `${describeGrantee(grantee)} use ${describeKey(key)}`,
  });
}
