import type { UseCase } from '../aws/use-cases';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { separateCreateGrant } from './grant-permissions';
import { permissionsInIdentityPolicy, explicitKmsActions, CROSS_ACCOUNT_KEY_POLICY_ACTIONS } from './statement-permissions';
import { mergePermissions, restrictPermissions, type RequiredPermission } from './required-permission';
import type { Grantee } from './grantee';
import { keyPolicyPermissions, type GranteeAccount } from './use-case-permissions';

/** What the identity policy asks of the key by name, as needs of the key policy. */
export function permissionsRequestedFromKey(policy: DiscoveredPolicy, key: Key, grantee: Grantee,
  organizations: World['organizations']): RequiredPermission[] {
  const statementPermissionses = permissionsInIdentityPolicy(policy, key, grantee, organizations);
  return mergePermissions(
    separateCreateGrant(
      statementPermissionses.map(({ statement, permission }) => ({ ...permission,
        actions: permission.actions & explicitKmsActions(statement) & CROSS_ACCOUNT_KEY_POLICY_ACTIONS })
      ),
    ),
  );
}

/**
 * What a use case needs of the key policy for the consumer's identities, in place of what a policy asks.
 *
 * @param grantees the consumer's accounts, where a person there makes the grants that the use case needs
 */
export function permissionsForUseCase(useCase: UseCase, grantees: readonly GranteeAccount[] = []): RequiredPermission[] {
  // A service that calls as itself gets a statement of its own; the identities get what they need beside it.
  const row = keyPolicyPermissions(
    useCase.servicePrincipal === undefined ? useCase : { ...useCase, keyPolicyActions: useCase.consumerActions },
    grantees,
  );
  return restrictPermissions(separateCreateGrant(row.grants ? [row.directUse, row.grants] : [row.directUse]),
    CROSS_ACCOUNT_KEY_POLICY_ACTIONS);
}
