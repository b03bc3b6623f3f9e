import { NO_ACTIONS } from '../aws/actions';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Statement } from '../policy/policy';
import { transferableConditions } from './condition-entries';
import { CROSS_ACCOUNT_KEY_POLICY_ACTIONS, type StatementPermissions } from './statement-permissions';
import { keyPolicyPrincipalFor, type Grantee } from './grantee';
import { hasPlaceholderMarker } from './placeholder-marker';
import { placeholdersAsWords } from './render';

/** Whether the statement of a key policy is about this party and nobody else, for the key as a whole. */
export function isStatementForGranteeOnly(statement: Statement, grantee: Grantee, partition: string): boolean {
  const { principal, resource } = statement;
  const [only, ...others] = principal?.principals ?? [];
  if (!only || others.length > 0 || principal?.negated || !resource || resource.negated || resource.patterns.length === 0) return false;
  if (!resource.patterns.every((pattern) => pattern.form === 'any')) return false;
  if (only.text.value === placeholdersAsWords(keyPolicyPrincipalFor(grantee, partition))) return true;
  const wholeAccount = grantee.kind === 'account' || grantee.kind === 'group';
  return wholeAccount && only.form === 'account' && only.account === grantee.account && (only.partition ?? partition) === partition;
}

/** What an earlier result gives to a party whose account is still a word to replace: the engine cannot know that it is the same. */
export function permissionsByPrincipalText(policy: DiscoveredPolicy, grantee: Grantee, partition: string): StatementPermissions[] {
  if (!hasPlaceholderMarker(grantee.account)) return [];
  return policy.policy.statements.filter((statement) =>
    statement.effect === 'Allow' && isStatementForGranteeOnly(statement, grantee, partition)
  ).map((statement) => ({
    statement,
    permission: { actions: (statement.action?.actionSet ?? NO_ACTIONS) & CROSS_ACCOUNT_KEY_POLICY_ACTIONS,
      conditions: transferableConditions(statement.conditions), writtenActions: [] },
  }));
}
