import type { ActionInfo } from '../aws/actions';
import type { LocatedPolicy } from '../locate/located';
import type { Condition, Statement } from '../model/policy';
import type { Identity, Key, World } from '../workspace/world';

/** May this identity do this with this key? Section 5.1 of the reference is the procedure, `decide` computes it. */
export interface AccessRequest {
  readonly identity: Identity;
  readonly key: Key;
  readonly action: ActionInfo;
  readonly organizations: World['organizations'];
}

export type Half = 'key-policy' | 'identity-policy';
export type Outcome = 'allowed' | 'conditional' | 'denied' | 'unknown';

/** Why: the first that applies, in the suppression order of the reference (end of section 8). */
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
  | 'identity-policy-missing' // no identity policy allows the action on this key
  | 'unresolved';             // hangs on a placeholder or an unknown account

/** A statement that had a part in the verdict. */
export interface Because {
  readonly half: Half;
  readonly policy: LocatedPolicy;
  readonly statement: Statement;
}

/** A condition that static text cannot decide; `negated` when it belongs to a Deny that must not apply. */
export interface OpenCondition {
  readonly because: Because;
  readonly condition: Condition;
  readonly negated: boolean;
}

export interface Verdict {
  readonly outcome: Outcome;
  readonly reason: Reason;
  /** The half that says no; undefined when allowed, or when the stop is structural (partition, not cross-account). */
  readonly half: Half | undefined;
  /** For `conditional`: what must hold. */
  readonly conditions: readonly OpenCondition[];
  readonly because: readonly Because[];
}
