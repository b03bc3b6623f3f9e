import type { SourceLayer } from '../syntax/syntax';
import type { Node, ObjectNode, ScalarNode } from '../syntax/tree';
import type { Location } from '../text/span';

/**
 * What is wrong in a template beside the form of its policies, which their readers record. Discovery records it where it sees it, and the
 * rules about templates turn it into findings.
 */
export type TemplateFault = UnquotedAccountId | UnescapedSubVariable | MissingSub | ArnAsAttachment | PrincipalCreatedLater
  | IgnoredSamPolicies;

interface TemplateFaultPlace {
  readonly at: Location;
  /** The layer of the nodes. */
  readonly layer: SourceLayer;
}

/** An account id that begins with 0 and has no quotes, in the place of an account or the default of a parameter that is used there. */
export interface UnquotedAccountId extends TemplateFaultPlace {
  readonly kind: 'unquoted-account-id';
  readonly node: ScalarNode;
}

/** `${aws:username}` in the text of an `Fn::Sub`. */
export interface UnescapedSubVariable extends TemplateFaultPlace {
  readonly kind: 'sub-variable-not-escaped';
  /** `aws:username` */
  readonly name: string;
  /** Where a `!` is missing, in the text of the layer. */
  readonly nameStart: number;
}

/** `${AWS::AccountId}` in a text that is not that of an `Fn::Sub`. */
export interface MissingSub extends TemplateFaultPlace {
  readonly kind: 'sub-missing';
  readonly name: string;
  /** The whole value, or the string that contains the policy. */
  readonly node: ScalarNode;
  /** The text that `Fn::Sub` takes in its place. */
  readonly subText: string;
}

/** An ARN in a property that takes the name of a role, user or group. */
export interface ArnAsAttachment extends TemplateFaultPlace {
  readonly kind: 'attachment-not-a-name';
  /** `Roles` */
  readonly property: string;
  readonly identityKind: 'role' | 'user' | 'group';
  readonly node: Node;
  /** The resource of the template with this ARN. */
  readonly logicalId: string | undefined;
  /** The name in a literal ARN. */
  readonly name: string | undefined;
}

/** A principal of a key policy by text, which the template makes without an order between it and the key. */
export interface PrincipalCreatedLater extends TemplateFaultPlace {
  readonly kind: 'principal-created-later';
  readonly principalId: string;
  readonly keyId: string;
  /** The key among the resources. */
  readonly key: ObjectNode;
  /** A dependency on the principal would be circular. */
  readonly isCircular: boolean;
}

/** `Policies` with KMS actions of a resource of SAM that has a `Role`. */
export interface IgnoredSamPolicies extends TemplateFaultPlace {
  readonly kind: 'sam-policies-ignored';
  readonly logicalId: string;
}
