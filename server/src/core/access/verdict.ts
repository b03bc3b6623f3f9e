import type { Grant, DiscoveredPolicy } from '../discovery/discovery-result';
import type { Condition, Statement } from '../policy/policy';

export type PolicyGate = 'key-policy' | 'identity-policy';
export type Outcome = 'allowed' | 'conditional' | 'denied' | 'unknown';

/** Why: the first that applies (docs/aws-rules.md 8.1). */
export type Reason =
  | 'both-allow'              // both halves allow (or, same account, the half that is enough)
  | 'grant'                   // a grant allows
  | 'partition'
  | 'account'                 // the ARN in the identity policy has another account than the key
  | 'region'                  // ... another Region
  | 'identity-not-named'      // the key policy lets others of the account in, not this identity
  | 'not-delegating'          // same account: the key policy neither names the identity nor delegates to the account
  | 'key-policy-missing'      // the workspace has no policy for the key: unknown
  | 'key-policy-silent'       // the key policy lets nobody of the account in
  | 'key-policy-action'       // lets the identity in, but not for this action
  | 'key-policy-condition'    // would let it in, but a condition is certainly false
  | 'not-cross-account'
  | 'key-policy-denies'
  | 'identity-policy-denies'
  | 'identity-policy-condition' // an identity policy would allow it, but a condition is certainly false
  | 'identity-policy-missing' // no identity policy allows the action on this key
  | 'conditions-contradict'   // the statements allow it, but no request satisfies their conditions together
  | 'needs-grant'             // policies alone never give it: RetireGrant, and service-linked roles with a key of another account
  | 'unresolved';             // hangs on a placeholder or an unknown account

/** A statement that had a part in the verdict. */
export interface StatementRef {
  readonly gate: PolicyGate;
  readonly policy: DiscoveredPolicy;
  readonly statement: Statement;
}

/** A condition that static text cannot decide; `negated` when it belongs to a Deny that must not apply. */
export interface ConditionRef {
  readonly statementRef: StatementRef;
  readonly condition: Condition;
  readonly negated: boolean;
}

/** The statement names one session of the identity's role; `negated` when it is a Deny: all sessions but this one. */
export interface SessionRequirement {
  readonly statementRef: StatementRef;
  readonly session: string;
  readonly negated: boolean;
}

/** What must hold: all of the conditions, one of the sessions that statements let in, and none of those that they deny. */
export interface AccessRequirements {
  readonly conditions: readonly ConditionRef[];
  readonly sessions: readonly SessionRequirement[];
}

export interface Verdict {
  readonly outcome: Outcome;
  readonly reason: Reason;
  /**
   * The half that says no; undefined when allowed, when the stop is structural (partition, not cross-account), and when the halves
   * contradict each other.
   */
  readonly decidingGate: PolicyGate | undefined;
  /** For `conditional`: what must hold, by the statements that ask least. Only open conditions; all of them must hold. */
  readonly conditions: readonly ConditionRef[];
  /** Other ways to be allowed, each as good as `conditions` and `sessions`. */
  readonly alternatives: readonly AccessRequirements[];
  /**
   * For `key-policy-condition` and `identity-policy-condition`: the conditions that are certainly false; for `not-delegating` those by
   * which the account's statement is for others; for `conditions-contradict` those that exclude each other.
   */
  readonly failedConditions: readonly ConditionRef[];
  /**
   * For `conditional`: the sessions of the role that the verdict is limited to: one of those that are let in, none of those that are
   * denied.
   */
  readonly sessions: readonly SessionRequirement[];
  /** The grants behind the verdict; one that is constrained makes it `conditional`. */
  readonly grants: readonly Grant[];
  /**
   * The statements that decided it, key policy first. When allowed, those that allow; when denied, those that deny or fall
   * short, and those that allow in vain.
   */
  readonly decidedBy: readonly StatementRef[];
}
