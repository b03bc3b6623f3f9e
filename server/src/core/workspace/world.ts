import type { KeyFact, Grant, LocatedPolicy } from '../locate/located';
import type { Location } from '../text/span';

/**
 * What ties a policy to a key or identity, in the order of trust: declared in `kms-handshake.json`, said by the CLI output
 * around the policy, told by the path, told by the text, or only guessed. The first three are `certain`.
 */
export interface Link {
  readonly reason: 'declared' | 'wrapper' | 'path' | 'text' | 'guess';
  readonly certain: boolean;
  /** One phrase for messages and hovers: "declared in kms-handshake.json", "account of the root statement". */
  readonly says: string;
  readonly at: Location | undefined;
}

/** A KMS key that some file of the workspace knows of: by its policy, by declaration, by output of the AWS CLI, or by an ARN that names it. */
export interface Key {
  /** Stable while the same files say the same of it; opaque. The ARN where there is one. */
  readonly id: string;
  readonly arn: string | undefined;
  readonly partition: string | undefined;
  readonly region: string | undefined;
  readonly account: string | undefined;
  /** UUID or `mrk-…`. */
  readonly keyId: string | undefined;
  /** Its key policy, when the workspace has it. */
  readonly policy: LocatedPolicy | undefined;
  /** How the policy came to this key and account; undefined for a key without policy. */
  readonly link: Link | undefined;
  /** `alias/name`, known ones. `aliasesComplete` is true when an output or a declaration gave all of them. */
  readonly aliases: readonly string[];
  readonly aliasesComplete: boolean;
  readonly keySpec: string | undefined;
  readonly keyUsage: string | undefined;
  readonly multiRegion: boolean | undefined;
  readonly grants: readonly Grant[];
  /** An AWS managed key, by its alias or `describe-key`. */
  readonly awsManaged: boolean;
}

/** Who identity policies are attached to: a named user, role or group, any identity of an account, or nobody known. */
export interface Identity {
  readonly id: string;
  /** `arn:aws:iam::444455556666:role/App`; undefined while only the account, or nothing, is known. */
  readonly arn: string | undefined;
  readonly partition: string | undefined;
  readonly account: string | undefined;
  readonly kind: 'user' | 'role' | 'group' | 'unknown';
  /** Every identity policy attached to it that the workspace has. Empty for an identity that only a key policy names. */
  readonly policies: readonly LocatedPolicy[];
  readonly link: Link;
}

/** Everything that the files of all workspace folders say together: one immutable value, built anew when a file changes, with unchanged records reused. */
export interface World {
  readonly keys: readonly Key[];
  readonly identities: readonly Identity[];
  /** Key policies that could belong to several keys, or to none that is known, have a key of their own in `keys` without `arn`. */
  readonly keyOf: ReadonlyMap<LocatedPolicy, Key>;
  readonly identitiesOf: ReadonlyMap<LocatedPolicy, readonly Identity[]>;
  /** Name or description of accounts that the workspace knows, by id; the name is empty when only the id is known. */
  readonly accounts: ReadonlyMap<string, string>;
  /** Declared organizations: id to member accounts. */
  readonly organizations: ReadonlyMap<string, readonly string[]>;
  readonly facts: readonly KeyFact[];
}
