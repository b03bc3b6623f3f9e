import { NO_ACTIONS, actionSetOf, type ActionSet } from '../aws/actions';
import { operatorNamed } from '../aws/operators';
import { KEY_USER_ACTIONS, USE_CASES } from '../aws/use-cases';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { ActionPattern, Condition, Statement } from '../policy/policy';
import type { Identity } from '../linking/entities';
import { uniqueBy } from './access-requirements';
import type { ConditionRef, Verdict } from './verdict';

const NETWORK_CONDITION_KEYS = /^aws:(sourceip|vpcsourceip|sourcevpc|sourcevpce|sourcevpcarn|vpceaccount|vpceorgid|vpceorgpaths)$/;
/** A statement that asks for one of these has thought of services. */
const SERVICE_CALL_CONDITION_KEYS =
  /^(aws:(viaawsservice|calledvia|calledviafirst|calledvialast|principalisawsservice|principalservicename|principalservicenameslist)|kms:viaservice)$/;

/**
 * Whether the statement, by this condition on the network, also stops services that call KMS for a user: their calls may come from the
 * network of the service, and have another value or none.
 *
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/vpce-policy-condition.html
 */
export function blocksServiceCalls({ operatorName, keyLower, ifExists, setOperator }: Condition,
  { effect, conditions }: Statement): boolean {
  const operator = operatorName === undefined ? undefined : operatorNamed(operatorName);
  if (!operator || operator.family === 'Null' || !NETWORK_CONDITION_KEYS.test(keyLower)
    || conditions.some((other) => SERVICE_CALL_CONDITION_KEYS.test(other.keyLower))) return false;
  return effect === 'Deny' ? operator.negated : !operator.negated && !ifExists && setOperator !== 'all';
}

/** An action of another service by which an identity has that service use the key. */
export interface ServiceUse {
  readonly service: string;
  readonly policy: DiscoveredPolicy;
  readonly pattern: ActionPattern;
}

/** The conditions on the network that stop calls of services, and the actions that show such calls. */
export interface BlockedServiceCalls {
  readonly conditions: readonly ConditionRef[];
  readonly serviceUses: readonly ServiceUse[];
}

/** What services do with a key for a user, but for grants: patterns for administrators cover these, too. */
const SERVICE_CALL_ACTIONS: ActionSet = actionSetOf(KEY_USER_ACTIONS.filter((name) => name !== 'kms:DescribeKey'));

/**
 * Where the identity may do the actions only from certain networks, and its IAM policy shows that a service does them for it; undefined
 * where a way without such a condition is open.
 */
export function findBlockedServiceCalls(identity: Identity, actions: ActionSet, verdict: Verdict): BlockedServiceCalls | undefined {
  if (verdict.outcome !== 'conditional' || identity.kind === 'service' || (actions & SERVICE_CALL_ACTIONS) === NO_ACTIONS) return undefined;
  const conditionsByPath = [verdict, ...verdict.alternatives].map(({ conditions }) =>
    conditions.filter(({ condition, statementRef }) => blocksServiceCalls(condition, statementRef.statement))
  );
  if (conditionsByPath.some((conditions) => conditions.length === 0)) return undefined;
  const asking = verdict.decidedBy.filter(({ gate, statement }) => gate === 'identity-policy' && statement.effect === 'Allow').map((
    { policy },
  ) => policy);
  const uses = uniqueBy((asking.length > 0 ? asking : identity.policies).flatMap(serviceUsesIn), ({ service }) => service);
  return uses.length === 0 ? undefined : { conditions: uniqueBy(conditionsByPath.flat(), ({ condition }) => condition), serviceUses: uses };
}

/** Services that call KMS for their callers, as actions name them. */
const CALLING_SERVICES = new Set(USE_CASES.flatMap(({ viaServices }) => viaServices));

function serviceUsesIn(located: DiscoveredPolicy): ServiceUse[] {
  return located.policy.statements.flatMap(({ effect, isMaybe, action }) =>
    effect !== 'Allow' || isMaybe || !action || action.negated ? [] : action.patterns.flatMap((pattern) => {
      const [service = '', name = ''] = pattern.text.value.toLowerCase().split(':');
      // What only describes or lists reads no data.
      return CALLING_SERVICES.has(service) && !/^(describe|list)/.test(name) ? [{ service, policy: located, pattern }] : [];
    })
  );
}
