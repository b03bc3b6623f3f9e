import type { ActionSet } from '../aws/actions';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Statement } from '../policy/policy';
import { equalJson, nodeToJson } from '../syntax/canonical-value';
import { memberOf } from '../syntax/tree';
import type { JsonValue } from '../syntax/tree-edit';
import { transferableConditions } from './condition-entries';
import { separateCreateGrant } from './grant-permissions';
import { isWildcardResource } from './grantee-statements';
import { statementAdditionsFor, type StatementAddition } from './statement-additions';
import { writtenActionsOf } from './statement-permissions';

/** Actions for those whom a statement of a key policy allows already. */
export interface AddActionsRequest {
  readonly policy: DiscoveredPolicy;
  /** The statement of the key policy; others for the same principals are extended as well. */
  readonly statement: Statement;
  /** Who gets the actions, where the statement names others besides. */
  readonly principal?: string | undefined;
  readonly actions: ActionSet;
  /** The statement of the IAM policy that requires them: its conditions on the use of the key belong in the key policy too. */
  readonly requestingStatement: Statement;
}

/** The statements to add, or to extend: the actions under the conditions of the IAM policy, grants apart from the other actions. */
export function keyPolicyActionAdditions({ policy, statement, principal, actions, requestingStatement }: AddActionsRequest):
  StatementAddition[] {
  const element: JsonValue = principal === undefined ? principalElementOf(statement) : { AWS: principal };
  const permissions = separateCreateGrant([{ actions, conditions: transferableConditions(requestingStatement.conditions),
    writtenActions: writtenActionsOf(requestingStatement) }]);
  return statementAdditionsFor(permissions, policy,
    (candidate) => equalJson(principalElementOf(candidate), element) && isWildcardResource(candidate.resource),
    { sid: () => statement.sid?.value, principal: element, resource: '*' });
}

function principalElementOf({ node }: Statement): JsonValue {
  const value = memberOf(node, 'Principal')?.value;
  return value ? nodeToJson(value) : null;
}
