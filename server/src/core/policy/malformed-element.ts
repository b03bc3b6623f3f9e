import type { ListNode, Member, Node, ObjectNode, ScalarNode } from '../syntax/tree';
import type { Statement } from './policy';

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
