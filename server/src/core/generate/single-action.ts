import { IAM_ONLY_ACTIONS, NO_ACTIONS, STAR_ONLY_ACTIONS, type ActionInfo } from '../aws/actions';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import { ALLOW_ALL_IDENTITY_POLICY } from './allow-all-policies';
import { refusal, type Counterpart, type Refusal } from './counterpart';
import { createCounterpart } from './counterpart-draft';
import { separateCreateGrant } from './grant-permissions';
import { describeGrantee } from './grantee';
import { keyPolicyAdditions } from './grantee-statements';
import { identityPolicyFrame } from './identity-policy';
import { describeKey, keyArnWithPlaceholders } from './key-reference';
import { manifestDeclarationFor } from './manifest-declaration';
import { newIdentityPolicyUri } from './new-policy-uri';
import { renderFile, withPlaceholderWords } from './render';
import { restrictPermissions, type RequiredPermission } from './required-permission';
import { statementAdditionsFor } from './statement-additions';
import { actionsDeniedByIdentityPolicies, actionsDeniedByKeyPolicy, hasOnlyKeyAsResource, namesKeyInResource, permissionsInIdentityPolicy,
  permissionsInKeyPolicy, type AccessSubject } from './statement-permissions';
import { templateDestination } from './template-policy';

/** One permission that is missing. */
export interface SingleActionRequest extends AccessSubject {
  readonly action: ActionInfo;
}

/**
 * Allows the grantee just this action, in the policy that the key has: a statement for nobody else is extended, else there is one more.
 * Whoever may make grants may make only those of AWS services (KMS Developer Guide, default key policy).
 */
export function generateKeyPolicyForAction(request: SingleActionRequest): Counterpart | Refusal {
  const { key, grantee, action } = request;
  const { policy, partition } = key;
  if (!policy || partition === undefined) return refusal(`The workspace has no key policy for ${describeKey(key)}.`);
  if (policy.policy.isFragment) return refusal('The key policy is a fragment: put "Version" and "Statement" around it first.');
  if ((action.bit & IAM_ONLY_ACTIONS) !== NO_ACTIONS) return refusal(`No key policy gives ${action.name}.`);
  const permissions = grantee.identity.policies.flatMap((policy) => permissionsInIdentityPolicy(policy, request));
  const permission = permissionForAction(permissions, action);
  if ((actionsDeniedByKeyPolicy([ALLOW_ALL_IDENTITY_POLICY], request, permission.conditions) & action.bit) !== NO_ACTIONS) {
    return refusal(`A Deny statement of the key policy forbids ${action.name} wherever the IAM policy allows it. `
      + 'Change one of them first.');
  }
  return createCounterpart({
    policy, additions: keyPolicyAdditions(policy, grantee, partition, [permission], () => keyPolicySid(request)),
    newUri: () => policy.uri, purpose: `${describeGrantee(grantee)} use ${describeKey(key)}`,
  });
}

function keyPolicySid({ key, grantee }: AccessSubject): string {
  const account = `${grantee.account === key.account ? '' : 'external '}account ${grantee.account}`;
  const granteeText = grantee.name === undefined ? account : `${grantee.kind} ${grantee.name} of ${account}`;
  return `Allow ${granteeText} to use this key`;
}

/** The same as the text of one statement, for a key policy that the workspace does not contain; undefined where none can allow it. */
export function keyPolicyStatementForAction(request: SingleActionRequest): string | undefined {
  const { key: { partition }, grantee, action } = request;
  if (partition === undefined || (action.bit & IAM_ONLY_ACTIONS) !== NO_ACTIONS) return undefined;
  const permission = permissionForAction([], action);
  const [addition] = keyPolicyAdditions(undefined, grantee, partition, [permission], () => keyPolicySid(request));
  return addition && renderFile(withPlaceholderWords(addition.statement)).trimEnd();
}

/** The text of one statement that allows just this action on the key, for an IAM policy that the workspace does not contain. */
export function identityPolicyStatementForAction({ key, grantee, action }: SingleActionRequest): string | undefined {
  const resource = (action.bit & STAR_ONLY_ACTIONS) === NO_ACTIONS ? keyArnWithPlaceholders(key, grantee.partition) : '*';
  const [addition] = statementAdditionsFor([permissionForAction([], action)], undefined, () => false, identityPolicyFrame(key, resource));
  return addition && renderFile(withPlaceholderWords(addition.statement)).trimEnd();
}

/**
 * Allows just this action on the key in an IAM policy that the grantee alone has, in a new resource of the template that makes the grantee,
 * or in a new file, under the conditions of the key policy on how the key is used.
 */
export function generateIdentityPolicyForAction(request: SingleActionRequest, existingUris: readonly string[]): Counterpart | Refusal {
  const { world, key, grantee, action } = request;
  const { policies } = grantee.identity;
  const resource = (action.bit & STAR_ONLY_ACTIONS) === NO_ACTIONS ? keyArnWithPlaceholders(key, grantee.partition) : '*';
  const permission = permissionForAction(permissionsInKeyPolicy(request), action);
  const withoutKeyPolicy = { ...request, key: { ...key, policy: undefined } };
  if ((actionsDeniedByIdentityPolicies(policies, withoutKeyPolicy, permission.conditions) & action.bit) !== NO_ACTIONS) {
    return refusal(`A Deny statement of ${describeGrantee(grantee)} forbids ${action.name} wherever the key policy allows it. `
      + 'Change one of them first.');
  }
  const policy = policyOfGranteeOnly(request);
  const destination = templateDestination(world, grantee);
  const beside = key.policy ?? policies[0];
  if (!policy && !destination && !beside) return refusal(`The workspace has no place for an IAM policy of ${describeGrantee(grantee)}.`);
  return createCounterpart({
    policy,
    additions: statementAdditionsFor([permission], policy, (statement) => hasOnlyKeyAsResource(statement, resource),
      identityPolicyFrame(key, resource)),
    template: destination && { destination, keyArn: resource },
    declareInManifest: (uri) => manifestDeclarationFor(world, grantee, uri),
    newUri: () => newIdentityPolicyUri({ world, existingUris }, grantee, key, beside),
    purpose: `${describeGrantee(grantee)} use ${describeKey(key)}`,
  });
}

/** A policy that others have too would give them the permission as well. */
function policyOfGranteeOnly({ world, key, grantee }: SingleActionRequest): DiscoveredPolicy | undefined {
  const policies = grantee.identity.policies.filter((policy) =>
    policy.policy.kind === 'identity' && !policy.policy.isFragment && policy.policy.statementMember !== undefined
    && world.identitiesByPolicy.get(policy)?.length === 1);
  return policies.find(({ policy }) => policy.statements.some((statement) => namesKeyInResource(statement, key)))
    ?? policies.find(({ address, template }) => address.kind === 'document' || template !== undefined);
}

/** The action under the conditions of the other policy, the fewest where it allows it several times. */
function permissionForAction(otherPolicy: readonly RequiredPermission[], { bit }: ActionInfo): RequiredPermission {
  const unconditional: RequiredPermission = { actions: bit, conditions: [], writtenActions: [] };
  const permissions = restrictPermissions(otherPolicy, bit);
  const [fewest = unconditional] = separateCreateGrant(permissions.length > 0 ? permissions : [unconditional])
    .sort((a, b) => a.conditions.length - b.conditions.length);
  return { ...unconditional, conditions: fewest.conditions };
}
