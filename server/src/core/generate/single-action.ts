import { IAM_ONLY_ACTIONS, NO_ACTIONS, STAR_ONLY_ACTIONS, type ActionInfo } from '../aws/actions';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { identityPolicySid as consumerSid } from './identity-policy';
import { refusal, type Counterpart, type Refusal } from './counterpart';
import { manifestDeclarationFor } from './manifest-declaration';
import { createCounterpart } from './counterpart-draft';
import { permissionsInIdentityPolicy, namesKeyInResource, actionsDeniedByIdentityPolicies, actionsDeniedByKeyPolicy, permissionsInKeyPolicy,
  hasOnlyKeyAsResource, type StatementPermissions } from './statement-permissions';
import { keyArnWithPlaceholders, describeKey } from './key-reference';
import { restrictPermissions, type RequiredPermission } from './required-permission';
import { ALLOW_ALL_IDENTITY_POLICY } from './allow-all-policies';
import { principalConditionsFor, keyPolicyPrincipalFor, describeGrantee, type Grantee } from './grantee';
import { newIdentityPolicyUri } from './new-policy-uri';
import { isStatementForGranteeOnly } from './grantee-statements';
import { uniqueSid } from './sid';
import { separateCreateGrant } from './grant-permissions';
import { statementAdditionsFor, statementObject } from './statement-additions';

/** One permission that is missing. */
export interface SingleActionRequest {
  readonly world: World;
  readonly key: Key;
  readonly grantee: Grantee;
  readonly action: ActionInfo;
}

/**
 * Lets the party in for just this action, in the policy that the key has: whoever is named there alone gets it added, else there is
 * a statement of its own. Who may make grants gets only those that AWS services make (KMS Developer Guide, default key policy).
 */
export function generateKeyPolicyForAction({ world, key, grantee, action }: SingleActionRequest): Counterpart | Refusal {
  const { policy, partition } = key;
  if (!policy || partition === undefined) return refusal(`The workspace has no key policy for ${describeKey(key)}.`);
  if (policy.policy.isFragment) return refusal('The key policy is a fragment: put "Version" and "Statement" around it first.');
  if ((action.bit & IAM_ONLY_ACTIONS) !== NO_ACTIONS) return refusal(`No key policy gives ${action.name}.`);
  const asked = grantee.identity.policies.flatMap((own) => permissionsInIdentityPolicy(own, key, grantee, world.organizations));
  const requiredPermission = permissionForAction(asked, action);
  if ((actionsDeniedByKeyPolicy([ALLOW_ALL_IDENTITY_POLICY], key, grantee, requiredPermission.conditions, world.organizations) & action.bit)
    !== NO_ACTIONS) {
    return refusal(
      `A Deny statement of the key policy forbids ${action.name} wherever the IAM policy allows it. Change one of them first.`,
    );
  }
  const external = grantee.account === key.account ? '' : 'external ';
  const who = grantee.name === undefined
    ? `${external}account ${grantee.account}`
    : `${grantee.kind} ${grantee.name} of ${external}account ${grantee.account}`;
  const statementAdditions = statementAdditionsFor([{ ...requiredPermission,
    conditions: [...requiredPermission.conditions, ...principalConditionsFor(grantee)] }], {
    policy,
    fits: (statement) => isStatementForGranteeOnly(statement, grantee, partition),
    write: ({ conditions }, taken) => statementObject({
      sid: uniqueSid(`Allow ${who} to use this key`, taken), principal: { AWS: keyPolicyPrincipalFor(grantee, partition) },
      actions: [action.name], resource: '*', conditions,
    }),
  });
  return createCounterpart({ policy, additions: statementAdditions, newFileStatements: statementAdditions, newUri: () => policy.uri,
    purpose: `${describeGrantee(grantee)} use ${describeKey(key)}`, notes: [] });
}

/**
 * Allows just this action on the key in an IAM policy that the party alone has, or in a new file. Conditions on how the key is used
 * that the key policy makes stand in this half too.
 */
export function generateIdentityPolicyForAction(asked: SingleActionRequest, existing: readonly string[]): Counterpart | Refusal {
  const { world, key, grantee, action } = asked;
  const resource = (action.bit & STAR_ONLY_ACTIONS) === NO_ACTIONS ? keyArnWithPlaceholders(key, grantee.partition) : '*';
  const requiredPermission = permissionForAction(permissionsInKeyPolicy(key, grantee, world.organizations), action);
  if ((actionsDeniedByIdentityPolicies(grantee.identity.policies, { ...key, policy: undefined }, grantee, requiredPermission.conditions,
    world.organizations) & action.bit) !== NO_ACTIONS) {
    return refusal(`A Deny statement of ${describeGrantee(grantee)} forbids ${action.name} wherever the key policy allows it. `
      + 'Change one of them first.');
  }
  const policy = policyOfGranteeOnly(asked);
  const beside = key.policy ?? grantee.identity.policies[0];
  if (!policy && !beside) return refusal(`The workspace has no place for an IAM policy of ${describeGrantee(grantee)}.`);
  const statementAdditions = statementAdditionsFor([requiredPermission], {
    policy,
    fits: (statement) => hasOnlyKeyAsResource(statement, resource),
    write: ({ conditions }, taken) =>
      statementObject({ sid: uniqueSid(consumerSid(requiredPermission, key), taken), actions: [action.name], resource, conditions }),
  });
  return createCounterpart({
    policy, additions: statementAdditions, newFileStatements: statementAdditions,
    declareInManifest: (uri) => manifestDeclarationFor(world, grantee, uri),
    newUri: () => (beside ? newIdentityPolicyUri({ world, existingUris: existing }, grantee, key, beside) : ''),
    purpose: `${describeGrantee(grantee)} use ${describeKey(key)}`, notes: [],
  });
}

/** A policy that others have too would give them the permission as well. */
function policyOfGranteeOnly({ world, key, grantee }: SingleActionRequest): DiscoveredPolicy | undefined {
  const own = grantee.identity.policies.filter((policy) =>
    policy.policy.kind === 'identity' && !policy.policy.isFragment && policy.policy.statementMember !== undefined
    && world.identitiesByPolicy.get(policy)?.length === 1
  );
  return own.find(({ policy }) => policy.statements.some((statement) => namesKeyInResource(statement, key)))
    ?? own.find(({ address }) => address.kind === 'document');
}

/** The action under the conditions of the other half, the fewest where it gives it several times. */
function permissionForAction(otherHalf: readonly StatementPermissions[], { bit }: ActionInfo): RequiredPermission {
  const unconditional: RequiredPermission = { actions: bit, conditions: [], writtenActions: [] };
  const requiredPermissions = restrictPermissions(otherHalf.map(({ permission }) => permission), bit);
  const [fewest] = separateCreateGrant(requiredPermissions.length > 0 ? requiredPermissions : [unconditional]).sort((a, b) =>
    a.conditions.length - b.conditions.length
  );
  return { ...unconditional, conditions: fewest?.conditions ?? [] };
}
