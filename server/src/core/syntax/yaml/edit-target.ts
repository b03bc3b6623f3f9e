import type { ContainerChange } from '../edit-plan';
import type { ListNode, Member, Node, ObjectNode } from '../tree';
import type { Span } from '../../text/span';
import { isWithin } from './lexemes';
import type { YamlPrintStyle } from './print-yaml';
import { quotesOf, type YamlLayout } from './yaml-layout';

/** The text that is edited, and what is the same for all edits of it. */
export interface YamlTarget {
  readonly text: string;
  readonly layout: YamlLayout;
  readonly flowSpans: readonly Span[];
}

export function isInFlow({ flowSpans }: YamlTarget, offset: number): boolean {
  return isWithin(flowSpans, offset);
}

/** How a value is written among these. */
export function printStyleBeside({ layout }: YamlTarget, neighbours: readonly (Node | undefined)[]): YamlPrintStyle {
  return { ...layout, ...quotesOf(neighbours) };
}

/** The members that are written in the object itself. */
export function ownMembers({ members, mergedMembers }: ObjectNode): readonly Member[] {
  return mergedMembers === undefined ? members : members.slice(mergedMembers);
}

/** How a value is written in a list or an object. */
export function printStyleIn(target: YamlTarget, container: ListNode | ObjectNode): YamlPrintStyle {
  return printStyleBeside(target, container.kind === 'list' ? container.items : ownMembers(container).map(({ value }) => value));
}

/** The parts of a container that go and those that stay, where each part is the text of the node at its position. */
export function divideParts<Part>(parts: readonly Part[], nodes: readonly (Node | Member)[],
  { removedParts }: ContainerChange): { readonly removed: ReadonlySet<Part>; readonly kept: readonly Part[] } {
  const removed = new Set(parts.filter((_, index) => nodes[index] && removedParts.has(nodes[index])));
  return { removed, kept: parts.filter((part) => !removed.has(part)) };
}

/** The last one of that name; -1 where there is none. */
export function indexOfMember(parts: readonly (Node | Member)[], name: string): number {
  for (let i = parts.length - 1; i >= 0; i--) {
    const part = parts[i];
    if (part && 'key' in part && part.key.value === name) return i;
  }
  return -1;
}
