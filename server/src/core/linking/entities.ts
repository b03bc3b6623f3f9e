import type { Identifier } from '../aws/identifier-comparison';
import type { Presence } from '../policy/presence';
import type { Grant, DiscoveredPolicy } from '../discovery/discovery-result';
import type { Location, Span } from '../text/span';

/**
 * What ties a policy to a key or identity, in the order of trust: declared in `kms-handshake.json`, said by the template that makes both,
 * said by the CLI output around the policy, told by the path, told by the text, or only guessed. All before `text` are `certain`.
 */
export interface Link {
  readonly reason: 'declared' | 'template' | 'wrapper' | 'path' | 'text' | 'guess';
  readonly certain: boolean;
  /** One phrase for messages and hovers: "declared in kms-handshake.json", "account of the root statement". */
  readonly description: string;
  readonly at: Location | undefined;
  /**
   * Of a stack whose account or Region is assumed, a name that all stacks of the same account and Region have: between them the assumption
   * does not matter.
   */
  readonly assumedEnvironment?: string | undefined;
}

/**
 * A KMS key that some file of the workspace knows of: by its policy, by declaration, by output of the AWS CLI, or by an ARN that names it.
 */
export interface Key {
  /** Stable while the same files say the same of it; opaque. The ARN where there is one. */
  readonly id: string;
  readonly arn: Identifier | undefined;
  readonly partition: Identifier | undefined;
  readonly region: Identifier | undefined;
  readonly account: Identifier | undefined;
  /** UUID or `mrk-…`. */
  readonly keyId: Identifier | undefined;
  /** Its key policy, when the workspace has it. */
  readonly policy: DiscoveredPolicy | undefined;
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
  /** The resource of a template that makes the key. */
  readonly template?: TemplateResourceRef | undefined;
}

/** A resource of a template, `template.yaml#DataKey`, or of a directory of Terraform, `infra/prod#aws_kms_key.main`. */
export interface TemplateResourceRef {
  /** Of the file, or of the directory. */
  readonly uri: string;
  readonly logicalId: string;
  /** Of the logical id. */
  readonly at: Location;
  /** The conditions of the template under which it is made. */
  readonly presence: Presence;
}

/**
 * Who identity policies are attached to: a named user, role or group, any identity of an account, or nobody known. An AWS service that
 * calls KMS as itself has none: it is an identity only where it is asked about, and its id is the service principal.
 */
export interface Identity {
  readonly id: string;
  /** `arn:aws:iam::444455556666:role/App`; undefined while only the account, or nothing, is known. */
  readonly arn: Identifier | undefined;
  readonly partition: Identifier | undefined;
  readonly account: Identifier | undefined;
  readonly kind: 'user' | 'role' | 'group' | 'service' | 'unknown';
  /** `role/App`: what the path of its policies may call it, where nothing in the workspace has any of these names. */
  readonly pathNames?: readonly string[] | undefined;
  /** Every identity policy attached to it that the workspace has. Empty for an identity that only a key policy names. */
  readonly policies: readonly DiscoveredPolicy[];
  /**
   * At the position of each policy the other accounts in which it is attached too; undefined among them for one that nobody knows.
   * The whole is undefined where no policy is shared like that.
   */
  readonly otherAccountsByPolicy?: readonly (readonly (string | undefined)[])[] | undefined;
  /** ARNs of managed policies that an output says it has, of which the workspace has no document: what they allow is not known. */
  readonly policiesWithoutDocument?: readonly string[] | undefined;
  readonly link: Link;
  /** The resource of a template that makes the identity. */
  readonly template?: TemplateResourceRef | undefined;
  /** Where the buckets, queues, volumes… lie that it uses keys for, as far as it is declared. */
  readonly resourceRegions?: readonly ResourceRegion[] | undefined;
}

/** A Region of resources with the place that declares it. */
export interface ResourceRegion {
  readonly region: string;
  readonly at: Location;
}

/**
 * What linking found amiss: the material of `manifest-invalid`, `link-ambiguous`, `link-conflict` and of the warning on one key id in two
 * ARNs.
 */
export interface LinkReport {
  readonly ambiguous: readonly AmbiguousLink[];
  readonly conflicts: readonly LinkConflict[];
  readonly sharedKeyIds: readonly SharedKeyId[];
  readonly manifest: readonly ManifestProblem[];
}

/** A key policy of a known account that could belong to any of several keys, or shares the only one with other key policies. */
export interface AmbiguousLink {
  readonly policy: DiscoveredPolicy;
  readonly at: Location;
  readonly account: string;
  /** Known keys of the account (and Region, where the path tells one) without a policy; at least one. */
  readonly candidates: readonly Key[];
  /** Every key policy that the candidates could belong to, this one included. */
  readonly competingPolicies: readonly DiscoveredPolicy[];
}

/** Declarations, or links of the same trust, that cannot be true together. */
export interface LinkConflict {
  readonly about: 'policy-of-two-keys' | 'key-with-two-policies' | 'account-with-two-names' | 'key-with-two-values';
  readonly message: string;
  /** At least two; each deserves a finding, the others are its related information. */
  readonly places: readonly Location[];
}

/** A UUID key id that stands in ARNs of two Regions, accounts or partitions: at least one of the ARNs is wrong. */
export interface SharedKeyId {
  readonly keyId: string;
  readonly differingFields: readonly ('partition' | 'region' | 'account')[];
  readonly arns: readonly { readonly arn: string; readonly places: readonly Location[] }[];
}

/** A fault of a `kms-handshake.json`, of its shape or of what it points to. */
export interface ManifestProblem {
  readonly uri: string;
  readonly span: Span;
  readonly message: string;
  readonly severity: 'error' | 'warning';
}
