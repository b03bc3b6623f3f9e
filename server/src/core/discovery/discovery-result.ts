import type { Identifier } from '../aws/identifier-comparison';
import type { Location, Span } from '../text/span';
import type { SourceLayer } from '../syntax/syntax';
import type { Presence } from '../policy/presence';
import type { Policy } from '../policy/policy';
import type { PolicyInTemplate } from './cloudformation/template-file';
import type { PolicyAddress } from './policy-address';
import type { TemplateFault } from './template-fault';
import type { PolicyInModule } from './terraform/reference-in-module';
import type { AssumedEnvironment } from './unit-part';

/** A policy found in a file, with what the text around it says about the key or identity it belongs to. */
export interface DiscoveredPolicy {
  readonly uri: string;
  readonly address: PolicyAddress;
  /** Spans of `policy` count in this layer's text. */
  readonly layer: SourceLayer;
  readonly policy: Policy;
  readonly container: ContainerFacts;
  /** The file has no text for it: AWS gives the policy where none is written. Nothing in it is a fault, and an edit writes all of it. */
  readonly isImplicit?: boolean | undefined;
  /** Where it stands in a template. */
  readonly template?: PolicyInTemplate | undefined;
  /** Where it stands in a directory of Terraform. */
  readonly module?: PolicyInModule | undefined;
  /** Some of its statements have `assumptions`. */
  readonly hasAssumptions?: boolean | undefined;
  /** What is wrong with it for the template that it is in. */
  readonly templateFaults?: readonly TemplateFault[] | undefined;
}

/** What AWS CLI output around a policy says; each is undefined where it says nothing. */
export interface ContainerFacts {
  /** The wrapper itself tells the policy kind (`get-key-policy`, `get-role-policy`): the kind is then not guessed. */
  readonly declaredKind: 'key' | 'identity' | undefined;
  readonly keyArn: string | undefined;
  readonly keyId: string | undefined;
  /** ARN of the role, user or group that the policy is attached to. */
  readonly identityArn: string | undefined;
  /** `role/Name`, where the output has a name but no ARN. */
  readonly identityName: string | undefined;
  readonly account: string | undefined;
  readonly policyName: string | undefined;
  /**
   * ARNs of all identities that the policy is attached to, users in a group that has it included
   * (`get-account-authorization-details`); missing where the output does not tell.
   */
  readonly attachments?: readonly string[] | undefined;
  /** Of the resource of a template that has the policy: what the other facts say is then said by the template. */
  readonly logicalId?: string | undefined;
  /** Of the stack of that resource; missing where its account and Region are certain, or symbols. */
  readonly assumedEnvironment?: AssumedEnvironment | undefined;
}

/** Of a policy that stands alone in its file. */
export const NO_CONTAINER: ContainerFacts = {
  declaredKind: undefined, keyArn: undefined, keyId: undefined, identityArn: undefined, identityName: undefined, account: undefined,
  policyName: undefined,
};

/** The ARN of a resource to which the policies in the folder of the file belong, with its place. */
export interface ResourceMetadata {
  readonly arn: string;
  readonly span: Span;
}

/** Managed policies that an output says an identity has, without their documents: what they allow is not known. */
export interface PoliciesWithoutDocument {
  readonly identityArn: string;
  /** ARNs. */
  readonly policies: readonly string[];
}

/** A role, user or group that a template makes. */
export interface TemplateIdentity {
  readonly arn: Identifier;
  readonly logicalId: string;
  /** The directory whose files make the identity together; missing where the file makes it. */
  readonly templateUri?: string | undefined;
  /** The logical id. */
  readonly location: Location;
  /** The conditions under which it is made. */
  readonly presence?: Presence | undefined;
  readonly assumedEnvironment?: AssumedEnvironment | undefined;
}

/** What `describe-key`, `list-aliases` and `list-grants` outputs, found in a file, or the resources of a template say about keys. */
export interface KeyFact {
  readonly uri: string;
  readonly span: Span;
  readonly source: 'describe-key' | 'list-aliases' | 'list-grants' | 'list-keys' | 'template';
  readonly keyArn: string | undefined;
  readonly keyId: string | undefined;
  /** Of a key that a template makes. */
  readonly logicalId?: string | undefined;
  /** The directory whose files make the key together; missing where the file makes it. */
  readonly templateUri?: string | undefined;
  /** The conditions under which the template makes it. */
  readonly presence?: Presence | undefined;
  readonly aliases: readonly string[];
  readonly keySpec: string | undefined;
  readonly keyUsage: string | undefined;
  readonly multiRegion: boolean | undefined;
  /** AWS or CUSTOMER, from `describe-key`. */
  readonly manager: string | undefined;
  readonly grants: readonly Grant[];
}

/** A grant on a key, as `list-grants` gives it. Each is undefined where the output says nothing. */
export interface Grant {
  readonly location: Location;
  /** ARN of a user, role, session or account; in outputs also the service principal of an AWS service. */
  readonly granteePrincipal: string | undefined;
  readonly granteeServicePrincipal: string | undefined;
  /** May end the grant, whatever policies say (KMS Developer Guide, Retiring and revoking grants). */
  readonly retiringPrincipal: string | undefined;
  readonly retiringServicePrincipal: string | undefined;
  /** The account in which the grant was made, which may end it too. */
  readonly issuingAccount: string | undefined;
  /** Names as the API has them, without `kms:`. */
  readonly operations: readonly string[];
  readonly constraints: readonly GrantConstraint[];
}

/** What a request must hold for a grant to count: pairs of an encryption context, or what the constraint says besides. */
export interface GrantConstraint {
  /** `EncryptionContextSubset`, `EncryptionContextEquals`, `SourceArn`, as the API has it. */
  readonly name: string;
  /** `Department=IT` */
  readonly values: readonly string[];
}

/** The place in the file of a span of the policy's layer. The only way from model to findings. */
export function locationInFile(policy: DiscoveredPolicy, span: Span): Location {
  return { uri: policy.uri, span: policy.layer.toFileSpan(span) };
}
