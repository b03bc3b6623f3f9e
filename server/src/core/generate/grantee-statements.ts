import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Statement } from '../policy/policy';
import { transferableConditions } from './condition-entries';
import { keyPolicyPrincipalFor, principalConditionsFor, type Grantee } from './grantee';
import { hasPlaceholderMarker } from './placeholder-marker';
import { placeholdersAsWords } from './render';
import type { RequiredPermission } from './required-permission';
import { statementAdditionsFor, type StatementAddition, type StatementFrame } from './statement-additions';
import { actionsOfStatement, CROSS_ACCOUNT_KEY_POLICY_ACTIONS } from './statement-permissions';

/** What a key policy needs to give the grantee these permissions. */
export function keyPolicyAdditions(policy: DiscoveredPolicy | undefined, grantee: Grantee, partition: string,
  permissions: readonly RequiredPermission[], sid: StatementFrame['sid']): StatementAddition[] {
  const principalConditions = principalConditionsFor(grantee);
  return statementAdditionsFor(
    permissions.map((permission) => ({ ...permission, conditions: [...permission.conditions, ...principalConditions] })), policy,
    (statement) => isStatementForGranteeOnly(statement, grantee, partition), keyPolicyFrame(grantee, partition, sid));
}

/** A statement of a key policy for the grantee. */
export function keyPolicyFrame(grantee: Grantee, partition: string, sid: StatementFrame['sid']): StatementFrame {
  return { sid, principal: { AWS: keyPolicyPrincipalFor(grantee, partition) }, resource: '*' };
}

/** Whether the statement of a key policy is about this grantee and nobody else, for the key as a whole. */
function isStatementForGranteeOnly({ principal, resource }: Statement, grantee: Grantee, partition: string): boolean {
  const [first, ...others] = principal?.principals ?? [];
  if (!first || others.length > 0 || principal?.negated || !isWildcardResource(resource)) return false;
  if (first.text.value === placeholdersAsWords(keyPolicyPrincipalFor(grantee, partition))) return true;
  const wholeAccount = grantee.kind === 'account' || grantee.kind === 'group';
  return wholeAccount && first.form === 'account' && first.account === grantee.account && (first.partition ?? partition) === partition;
}

/** Whether the statement of a key policy is for the key as a whole. */
export function isWildcardResource(resource: Statement['resource']): boolean {
  return resource?.negated === false && resource.patterns.length > 0 && resource.patterns.every(({ form }) => form === 'any');
}

/** What an earlier result allows a grantee whose account is still a word to replace: evaluation cannot know that it is the same. */
export function permissionsByPrincipalText({ policy }: DiscoveredPolicy, grantee: Grantee, partition: string): RequiredPermission[] {
  if (!hasPlaceholderMarker(grantee.account)) return [];
  return policy.statements
    .filter((statement) => statement.effect === 'Allow' && isStatementForGranteeOnly(statement, grantee, partition))
    .map((statement) => ({ actions: actionsOfStatement(statement) & CROSS_ACCOUNT_KEY_POLICY_ACTIONS,
      conditions: transferableConditions(statement.conditions), writtenActions: [] }));
}
