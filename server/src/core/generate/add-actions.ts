import type { ActionSet } from '../aws/actions';
import type { LocatedPolicy } from '../locate/located';
import type { Statement } from '../model/policy';
import type { JsonValue } from '../parse/edit';
import { jsonOf } from '../parse/json-value';
import { memberOf } from '../parse/tree';
import { wordActions } from './action-wording';
import { carriedConditions } from './carried-conditions';
import { splitGrants } from './grants';
import { freeSid } from './sid';
import { additionsFor, statementObject, type Addition } from './write-statements';

/** Actions for those whom a statement of a key policy lets in already. */
export interface ActionsToAdd {
  readonly policy: LocatedPolicy;
  /** The statement of the key policy; others for the same principals are extended as well. */
  readonly statement: Statement;
  /** Who gets the actions, where the statement names others besides. */
  readonly principal?: string | undefined;
  readonly actions: ActionSet;
  /** The statement of the IAM policy that asks for them: its conditions on the use of the key hold in this half too. */
  readonly ask: Statement;
}

/** The statements to add, or to extend: the actions under the conditions of the other half, grants apart from the rest. */
export function addActions({ policy, statement, principal, actions, ask }: ActionsToAdd): Addition[] {
  const value: JsonValue = principal === undefined ? principalOf(statement) : { AWS: principal };
  const written = ask.action && !ask.action.negated ? ask.action.patterns.map(({ text }) => text.value) : [];
  return additionsFor(splitGrants([{ actions, conditions: carriedConditions(ask.conditions), written }]), {
    policy,
    fits: (other) => JSON.stringify(principalOf(other)) === JSON.stringify(value) && coversKey(other),
    write: (need, taken) => statementObject({
      sid: statement.sid && freeSid(statement.sid.value, taken), principal: value, actions: wordActions(need.actions, need.written), resource: '*', conditions: need.conditions,
    }),
  });
}

function principalOf({ node }: Statement): JsonValue {
  const value = memberOf(node, 'Principal')?.value;
  return value ? jsonOf(value) : null;
}

function coversKey({ resource }: Statement): boolean {
  return resource?.negated === false && resource.patterns.length > 0 && resource.patterns.every(({ form }) => form === 'any');
}
