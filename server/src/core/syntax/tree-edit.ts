import type { Span } from '../text/span';
import type { ListNode, Member, Node, ObjectNode } from './tree';

/** A value in JSON form, whatever the syntax: a reference is `{ "Fn::GetAtt": … }` in CloudFormation, a `${…}` string in Terraform. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * A change of a policy in terms of its tree. The syntax of the place renders it in the text's indentation and line ends, and keeps its
 * comments: no rule writes JSON text.
 */
export type TreeEdit =
  | { readonly edit: 'replace'; readonly node: Node; readonly value: JsonValue }
  /** Adds a value behind the last one; a single value becomes a list. Does nothing when the value is already there. */
  | { readonly edit: 'append'; readonly member: Member; readonly value: JsonValue }
  /** Takes one value out of a member's list; a list of one value becomes an empty list. */
  | { readonly edit: 'remove-item'; readonly member: Member; readonly item: Node }
  | { readonly edit: 'remove-member'; readonly object: ObjectNode; readonly member: Member }
  /** Gives the member of that name this value, or adds the member behind `after`, `first` of all, else at the end. */
  | { readonly edit: 'set-member'; readonly object: ObjectNode; readonly name: string; readonly value: JsonValue; readonly after?: string;
    readonly first?: boolean }
  | { readonly edit: 'rename-member'; readonly member: Member; readonly name: string }
  /**
   * Puts a value around neighbouring items of a list, or around one node: their text stays as it is, with its comments, and goes where
   * the value contains `WRAPPED_NODES`. With `list` they are all of its items, and the list itself is replaced.
   */
  | { readonly edit: 'wrap'; readonly nodes: readonly Node[]; readonly list?: ListNode | undefined; readonly value: JsonValue }
  /** For faults of the text itself. */
  | { readonly edit: 'text'; readonly span: Span; readonly newText: string };

/** As an item of a list in the value of a `wrap` edit: the nodes that are wrapped. */
export const WRAPPED_NODES = '\uE0FC';
