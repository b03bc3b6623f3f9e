import type { ActionSet } from '../aws/actions';
import type { Arn } from '../aws/arn';
import type { ListNode, Member, Node, ObjectNode, ScalarNode } from '../syntax/tree';
import type { CandidateIndex } from './candidate-index';
import type { Presence } from './presence';
import type { PolicyString } from './policy-string';

/** Only `key` and `identity` policies grant; the others stay silent and never count in a verdict (docs/aws-rules.md 1.5). */
export type PolicyKind = 'key' | 'identity' | 'trust' | 'other-resource' | 'boundary' | 'service-control' | 'resource-control' | 'session'
  | 'endpoint' | 'ignore';

export interface Policy {
  readonly kind: PolicyKind;
  /** The document; for a fragment the statement itself. */
  readonly node: ObjectNode;
  /** A statement, or a few, without the document around: no document-level judgement is possible. */
  readonly isFragment: boolean;
  readonly version: PolicyString | undefined;
  readonly id: PolicyString | undefined;
  /** The member `Statement`; undefined in fragments and while it is missing. */
  readonly statementMember: Member | undefined;
  readonly statements: readonly Statement[];
  /** `${aws:…}` is a variable, as Version 2012-10-17 says; else it is literal text. */
  readonly hasPolicyVariables: boolean;
  /** In no particular order. */
  readonly malformed: readonly MalformedElement[];
}

export interface Statement {
  readonly node: ObjectNode;
  /** Position in the document, from 0. */
  readonly index: number;
  readonly sid: PolicyString | undefined;
  /**
   * Undefined when missing or neither Allow nor Deny: such a statement counts in a verdict only where a template decides between the two.
   */
  readonly effect: 'Allow' | 'Deny' | undefined;
  readonly effectNode: Node | undefined;
  /** A template decides between Allow and Deny: the statement may be either. */
  readonly hasUnknownEffect: boolean;
  readonly principal: PrincipalElement | undefined;
  readonly action: ActionElement | undefined;
  readonly resource: ResourceElement | undefined;
  readonly conditionMember: Member | undefined;
  readonly conditions: readonly Condition[];
  /** Not there for certain, or not with these conditions: a template decides. */
  readonly isMaybe: boolean;
  /** Conditions of a template that decide it; missing where they do not, or not alone. */
  readonly presence?: Presence | undefined;
  /**
   * The statement as the conditions of a template make it, once for each way in which they decide the values in it. They count for access
   * in its place.
   */
  readonly alternatives?: readonly Statement[] | undefined;
  /** Why values that stand in it for placeholders may be others; missing in nearly every statement. */
  readonly assumptions?: readonly string[] | undefined;
  /**
   * Two values or more are the names of their elements, `"Effect": "effect"`, `"Action": "action"`, as AWS's pages print them to show the
   * structure of a policy. `placeholder-value` reports them together, and no other rule reports one of them. A single one may be a slip.
   *
   * Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html, "Example key policy"
   */
  readonly isSkeleton: boolean;
}

/** Whether it allows something, or a template may make it do so: what it may allow is not missing. */
export function mayAllow({ effect, hasUnknownEffect }: Statement): boolean {
  return effect === 'Allow' || hasUnknownEffect;
}

/** `Principal` or, `negated`, `NotPrincipal`. */
export interface PrincipalElement {
  readonly negated: boolean;
  readonly member: Member;
  readonly principals: readonly Principal[];
  /** By `marksOfPrincipal`. */
  readonly principalIndex: CandidateIndex | undefined;
}

/**
 * One value of a principal element, as docs/aws-rules.md 2 has them. `anyone`: `*`; `account`: 12 digits or the
 * root ARN; `session`: an assumed-role ARN; `unique-id`: what is left of a deleted entity; `unknown`: a value with holes
 * whose form cannot be told; `invalid`: everything that no key policy accepts.
 */
export type PrincipalForm =
  | 'anyone' | 'account' | 'user' | 'role' | 'session' | 'federated-user' | 'service' | 'unique-id' | 'unknown' | 'invalid';

export interface Principal {
  readonly form: PrincipalForm;
  /** The key of the principal object (`AWS`, `Service`, …) or undefined for a bare string. */
  readonly key: ScalarNode | undefined;
  readonly text: PolicyString;
  /** The ARN of account, user, role, session; an account id is turned into no ARN here. */
  readonly arn: Arn | undefined;
  /** 12 digits, when they are written and not a hole. */
  readonly account: string | undefined;
  /** Undefined for account ids, services, `*`. */
  readonly partition: string | undefined;
  /** Role, user or session-role name with its path, as in the ARN: `path/Name`; the session name is in `session`. */
  readonly name: string | undefined;
  readonly session: string | undefined;
}

/** `Action` or, `negated`, `NotAction`. */
export interface ActionElement {
  readonly negated: boolean;
  readonly member: Member;
  readonly patterns: readonly ActionPattern[];
  /** The KMS actions that the element covers, after the complement of `NotAction`. */
  readonly actionSet: ActionSet;
  /** A pattern holds a hole: the element may cover more (or, negated, less) than `set`. */
  readonly hasPlaceholder: boolean;
}

export interface ActionPattern {
  readonly text: PolicyString;
  /** What the pattern itself covers; not complemented. */
  readonly actionSet: ActionSet;
  /** `kms` when it is spelled `kms:…` in any case, `any` for `*`, `other` for all the rest. */
  readonly service: 'kms' | 'any' | 'other';
}

/** `Resource` or, `negated`, `NotResource`. */
export interface ResourceElement {
  readonly negated: boolean;
  readonly member: Member;
  readonly patterns: readonly ResourcePattern[];
  /** By `keyIdOfPattern`. */
  readonly patternIndex: CandidateIndex | undefined;
}

/**
 * `any`: `*`; `key`, `alias`: an ARN or pattern of the service kms; `kms`: one that covers both or is malformed; `other`: another
 * service's; `not-arn`; `unknown`.
 */
export type ResourceForm = 'any' | 'key' | 'alias' | 'kms' | 'other' | 'not-arn' | 'unknown';

export interface ResourcePattern {
  readonly text: PolicyString;
  readonly form: ResourceForm;
  readonly arn: Arn | undefined;
  /** `*` or `?` in it, or an IAM variable. */
  readonly isPattern: boolean;
}

/**
 * One operator with one key and its values. Operators and keys of a block are joined by AND, values by OR (negated operators: none may
 * match).
 */
export interface Condition {
  readonly operatorNode: ScalarNode;
  /** As written, `ForAllValues:StringLikeIfExists`. */
  readonly operator: string;
  /** Without set prefix and IfExists, in AWS's spelling; undefined when there is no such operator. */
  readonly operatorName: string | undefined;
  readonly setOperator: 'any' | 'all' | undefined;
  readonly ifExists: boolean;
  readonly keyMember: Member;
  /** As written. */
  readonly key: string;
  /** Lower case, the variable part of `kms:EncryptionContext:App` included. */
  readonly keyLower: string;
  readonly values: readonly PolicyString[];
  /** By the text of values that match themselves only; undefined where the operator compares in another way. */
  readonly valueIndex: CandidateIndex | undefined;
}

/**
 * Where a policy departs from the grammar of policies (docs/aws-rules.md 1). The reader leaves what it cannot use out of the model and
 * records it here; the rules about form turn the records into findings. A well-formed policy has none.
 */
export type MalformedElement = UnknownElement | DuplicateElement | ValueOfWrongType | EmptyValue
  /** Statements without the document around them. */
  | { readonly kind: 'missing-document' }
  /** The document has another Version than the current one, or none. */
  | { readonly kind: 'version'; readonly member: Member | undefined }
  /** An element and its `Not…` form in one statement. */
  | { readonly kind: 'conflicting-elements'; readonly object: ObjectNode; readonly plain: Member; readonly negated: Member }
  /** An element that only policies of resources have, in an identity policy: `Id`, `Principal`, `NotPrincipal`. */
  | { readonly kind: 'resource-policy-element'; readonly object: ObjectNode; readonly member: Member }
  /** Elements that a finished statement has neither plain nor negated nor misspelled; `Principal` for key policies only. */
  | { readonly kind: 'missing-elements'; readonly statement: Statement; readonly elements: readonly string[] }
  /** The principal of a key policy does not name anybody. */
  | { readonly kind: 'empty-principal'; readonly statement: Statement; readonly value: Node }
  /** A string that is neither `Allow` nor `Deny`. */
  | { readonly kind: 'invalid-effect'; readonly node: ScalarNode }
  | { readonly kind: 'duplicate-sid'; readonly statement: Statement; readonly firstStatement: Statement }
  | { readonly kind: 'unknown-operator'; readonly object: ObjectNode; readonly member: Member }
  /** The values of a statement that only shows the structure of a statement (`Statement.isSkeleton`). */
  | { readonly kind: 'skeleton'; readonly values: readonly ScalarNode[] };

/** A member whose name is not an element of the document or of a statement. */
export interface UnknownElement {
  readonly kind: 'unknown-element';
  readonly object: ObjectNode;
  readonly member: Member;
  /** The names that there are. */
  readonly elements: readonly string[];
}

/** A name that an object contains a second time; of three, each with the one before it. */
export interface DuplicateElement {
  readonly kind: 'duplicate-element';
  readonly object: ObjectNode;
  readonly first: Member;
  readonly second: Member;
  /** They are condition keys, in which capitals do not count. */
  readonly anyCase: boolean;
}

/**
 * `text`: one string; `texts`, and `principals` below a key of `Principal`: a string or a list of them; `values`: booleans and numbers too;
 * `object`, and `principal-object` for `Principal`: an object.
 */
export type ExpectedType = 'text' | 'texts' | 'principals' | 'values' | 'object' | 'principal-object';

export interface ValueOfWrongType {
  readonly kind: 'wrong-type';
  readonly node: Node;
  readonly expectedType: ExpectedType;
  readonly object: ObjectNode;
  /** The node is its value or an item of it. */
  readonly member: Member;
}

/** A list without values, or an object of a condition without members; both may contain comments. */
export interface EmptyValue {
  readonly kind: 'empty-value';
  readonly node: ListNode | ObjectNode;
  readonly object: ObjectNode;
  readonly member: Member;
}
