import type { ActionSet } from '../aws/actions';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Statement } from '../policy/policy';
import type { JsonValue } from '../syntax/tree-edit';
import { nodeToJson } from '../syntax/canonical-value';
import { memberOf } from '../syntax/tree';
import { actionPatternsFor } from './action-patterns';
import { transferableConditions } from './condition-entries';
import { separateCreateGrant } from './grant-permissions';
import { uniqueSid } from './sid';
import { statementAdditionsFor, statementObject, type StatementAddition } from './statement-additions';

/** Actions for those whom a statement of a key policy lets in already. */
export interface AddActionsRequest {
  readonly policy: DiscoveredPolicy;
  /** The statement of the key policy; others for the same principals are extended as well. */
  readonly statement: Statement;
  /** Who gets the actions, where the statement names others besides. */
  readonly principal?: string | undefined;
  readonly actions: ActionSet;
  /** The statement of the IAM policy that asks for them: its conditions on the use of the key hold in this half too. */
  readonly requestingStatement: Statement;
}

/** The statements to add, or to extend: the actions under the conditions of the other half, grants apart from the rest. */
export function keyPolicyActionAdditions(
  { policy, statement, principal, actions, requestingStatement }: AddActionsRequest,
): StatementAddition[] {
  const value: JsonValue = principal === undefined ? principalJsonOf(statement) : { AWS: principal };
  const written = requestingStatement.action && !requestingStatement.action.negated
    ? requestingStatement.action.patterns.map(({ text: policyString }) => policyString.value)
    : [];
  return statementAdditionsFor(
    separateCreateGrant([{ actions, conditions: transferableConditions(requestingStatement.conditions), writtenActions: written }]),
    {
      policy,
      fits: (other) => JSON.stringify(principalJsonOf(other)) === JSON.stringify(value) && hasWildcardResource(other),
      write: (requiredPermission, taken) =>
        statementObject({
          sid: statement.sid && uniqueSid(statement.sid.value, taken),
          principal: value,
          actions: actionPatternsFor(requiredPermission.actions, requiredPermission.writtenActions),
          resource: '*',
          conditions: requiredPermission.conditions,
        }),
    },
  );
}

function principalJsonOf({ node }: Statement): JsonValue {
  const value = memberOf(node, 'Principal')?.value;
  return value ? nodeToJson(value) : null;
}

function hasWildcardResource({ resource }: Statement): boolean {
  return resource?.negated === false && resource.patterns.length > 0 && resource.patterns.every(({ form }) => form === 'any');
}
