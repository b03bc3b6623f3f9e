import { expandAction, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { operatorNamed } from '../aws/operators';
import { KEY_USER_ACTIONS, USE_CASES } from '../aws/use-cases';
import type { LocatedPolicy } from '../locate/located';
import type { ActionPattern, Condition, Statement } from '../model/policy';
import type { Identity } from '../workspace/world';
import { unique } from './limits';
import type { OpenCondition, Verdict } from './verdict';

const OF_NETWORK = /^aws:(sourceip|vpcsourceip|sourcevpc|sourcevpce|sourcevpcarn|vpceaccount|vpceorgid|vpceorgpaths)$/;
/** A statement that asks for one of these has thought of services. */
const OF_SERVICES = /^(aws:(viaawsservice|calledvia|calledviafirst|calledvialast|principalisawsservice|principalservicename|principalservicenameslist)|kms:viaservice)$/;

/**
 * Whether the statement, by this condition on the network, also stops services that call KMS for a user: their calls may come from the network of the
 * service, and have another value or none.
 *
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/vpce-policy-condition.html
 */
export function stopsServices({ base, keyLower, ifExists, set }: Condition, { effect, conditions }: Statement): boolean {
  const operator = base === undefined ? undefined : operatorNamed(base);
  if (!operator || operator.family === 'Null' || !OF_NETWORK.test(keyLower) || conditions.some((other) => OF_SERVICES.test(other.keyLower))) return false;
  return effect === 'Deny' ? operator.negated : !operator.negated && !ifExists && set !== 'all';
}

/** An action of another service by which an identity has that service use the key. */
export interface ServiceUse {
  readonly service: string;
  readonly policy: LocatedPolicy;
  readonly pattern: ActionPattern;
}

/** The conditions on the network that stop calls of services, and the actions that show such calls. */
export interface StoppedServices {
  readonly conditions: readonly OpenCondition[];
  readonly uses: readonly ServiceUse[];
}

/** What services do with a key for a user, but for grants: patterns for administrators cover these, too. */
const ACTIONS_OF_SERVICES: ActionSet = KEY_USER_ACTIONS.filter((name) => name !== 'kms:DescribeKey')
  .reduce((set, name) => set | expandAction(name), NO_ACTIONS);

/**
 * Where the identity may do the actions only from certain networks, and its IAM policy shows that a service does them for it; undefined where a way
 * without such a condition is open.
 */
export function stoppedServices(identity: Identity, actions: ActionSet, verdict: Verdict): StoppedServices | undefined {
  if (verdict.outcome !== 'conditional' || identity.kind === 'service' || (actions & ACTIONS_OF_SERVICES) === NO_ACTIONS) return undefined;
  const ways = [verdict, ...verdict.alternatives].map(({ conditions }) => conditions.filter(({ condition, because }) => stopsServices(condition, because.statement)));
  if (ways.some((conditions) => conditions.length === 0)) return undefined;
  const asking = verdict.because.filter(({ half, statement }) => half === 'identity-policy' && statement.effect === 'Allow').map(({ policy }) => policy);
  const uses = unique((asking.length > 0 ? asking : identity.policies).flatMap(usesOfServices), ({ service }) => service);
  return uses.length === 0 ? undefined : { conditions: unique(ways.flat(), ({ condition }) => condition), uses };
}

/** Services that call KMS for their callers, as actions name them. */
const CALLING_SERVICES = new Set(USE_CASES.flatMap(({ viaServices }) => viaServices));

function usesOfServices(located: LocatedPolicy): ServiceUse[] {
  return located.policy.statements.flatMap(({ effect, maybe, action }) => effect !== 'Allow' || maybe || !action || action.negated ? [] : action.patterns.flatMap((pattern) => {
    const [service = '', name = ''] = pattern.text.value.toLowerCase().split(':');
    // What only describes or lists reads no data.
    return CALLING_SERVICES.has(service) && !/^(describe|list)/.test(name) ? [{ service, policy: located, pattern }] : [];
  }));
}
