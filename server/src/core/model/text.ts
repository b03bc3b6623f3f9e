import type { Hole, ScalarNode } from '../parse/tree';

/**
 * A value of a policy: the scalar it is written as, and what it says once declared placeholder values are filled in.
 * While `holes` is not empty the value is not known: it may match anything that its known parts allow.
 */
export interface Text {
  readonly node: ScalarNode;
  readonly value: string;
  /** Characters of `value`. */
  readonly holes: readonly Hole[];
}

/** The declared value of a placeholder, by name; undefined when nothing is declared for it. */
export type Fill = (name: string) => string | undefined;

/** Whether declared values stand in place of placeholders: what the text says is then not here to edit. */
export function isFilled({ node, value }: Text): boolean {
  return node.holes.length > 0 && value !== node.value;
}
