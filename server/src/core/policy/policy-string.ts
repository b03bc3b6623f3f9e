import type { Placeholder, ScalarNode } from '../syntax/tree';

/**
 * A value of a policy: the scalar it is written as, and what it says once declared placeholder values are filled in.
 * While `placeholders` is not empty the value is not known: it may match anything that its known parts allow.
 */
export interface PolicyString {
  readonly node: ScalarNode;
  readonly value: string;
  /** Characters of `value`. */
  readonly placeholders: readonly Placeholder[];
  /** Of the values that are filled in. */
  readonly assumptions?: readonly string[] | undefined;
}

/** What a placeholder stands for. */
export interface PlaceholderValue {
  readonly text: string;
  /** Why it may be something else, in words: "the default of the parameter Env". Missing where it is certain. */
  readonly assumptions?: readonly string[] | undefined;
}

/** The value of a placeholder, by name; undefined when nothing is known of it. */
export type PlaceholderValues = (name: string) => PlaceholderValue | undefined;

/** Whether declared values stand in place of placeholders: what the text says is then not here to edit. */
export function hasSubstitutedPlaceholder({ node, value }: PolicyString): boolean {
  return node.placeholders.length > 0 && value !== node.value;
}
