import type { PlacedGraph } from './graph-layout';

/** A node or edge for the keyboard: its place decides what lies in which direction. */
export interface FocusTarget {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  /** Ids of the edges of a node, of the nodes of an edge. */
  readonly neighbourIds: readonly string[];
}

export type NavigationKey = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight' | 'Home' | 'End';

export function isNavigationKey(key: string): key is NavigationKey {
  return ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(key);
}

/** All nodes and edges, from the left above to the right below. */
export function focusTargets({ nodes, edges }: PlacedGraph): readonly FocusTarget[] {
  const near = new Map<string, string[]>(nodes.map(({ node }) => [node.id, []]));
  for (const { edge } of edges) for (const end of [edge.from, edge.to]) near.get(end)?.push(edge.id);
  return [
    ...nodes.map(({ node, x, y, width, height }) => ({ id: node.id, x: x + width / 2, y: y + height / 2,
      neighbourIds: near.get(node.id) ?? [] })
    ),
    ...edges.map(({ edge, points, middle }) => ({ id: edge.id, x: points[middle]?.x ?? 0, y: points[middle]?.y ?? 0,
      neighbourIds: [edge.from, edge.to] })
    ),
  ].sort((a, b) => a.x - b.x || a.y - b.y);
}

/**
 * Where an arrow key leads: left and right along a line, from a node to its edge and on to the node behind it; up and down to
 * the next of the same kind above or below.
 */
export function nextFocusTarget(focusTargets: readonly FocusTarget[], from: string | undefined, navigationKey: NavigationKey): FocusTarget
  | undefined {
  if (navigationKey === 'Home') return focusTargets[0];
  if (navigationKey === 'End') return focusTargets.at(-1);
  const here = focusTargets.find(({ id }) => id === from);
  if (!here) return focusTargets[0];
  const near = new Set(here.neighbourIds);
  const isLevel = navigationKey === 'ArrowLeft' || navigationKey === 'ArrowRight';
  const [along, across] = isLevel ? ['x', 'y'] as const : ['y', 'x'] as const;
  const sign = navigationKey === 'ArrowLeft' || navigationKey === 'ArrowUp' ? -1 : 1;
  const kind = kindOf(here.id);
  const ahead = focusTargets.filter((focusTarget) =>
    focusTarget !== here && sign * (focusTarget[along] - here[along]) > 0
    && (isLevel ? near.has(focusTarget.id) : kindOf(focusTarget.id) === kind && Math.abs(focusTarget.x - here.x) < COLUMN_TOLERANCE)
  );
  return ahead.reduce<FocusTarget | undefined>(
    (best, stop) => (best && distance(best, here, along, across) <= distance(stop, here, along, across) ? best : stop),
    undefined,
  );
}

/** Nodes this near to each other stand one above the other, whatever their widths. */
const COLUMN_TOLERANCE = 120;

function kindOf(id: string): string {
  return id.startsWith('handshake') ? 'edge' : 'node';
}

function distance(focusTarget: FocusTarget, here: FocusTarget, along: 'x' | 'y', across: 'x' | 'y'): number {
  return Math.abs(focusTarget[along] - here[along]) + Math.abs(focusTarget[across] - here[across]) * (along === 'x' ? 2 : 0.1);
}
