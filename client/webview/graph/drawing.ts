import { isPartly, STATES, type EdgeState } from './graph';
import { fitted, HEADING, LINE_HEIGHT, PARTLY_WIDTH, type PlacedGraph, type Point } from './layout';

/** An SVG element as plain data: the panel makes elements of it, the export text. */
export interface Shape {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly (Shape | string)[];
}

export function shape(tag: string, attributes: Shape['attributes'] = {}, ...children: Shape['children']): Shape {
  return { tag, attributes, children };
}

/**
 * Everything in a graph: frames of accounts, then edges, then nodes. Each node and edge is a group with its id in `data-id` and its
 * words in `aria-label` and a title. Colours come from style sheets, by the classes `account`, `edge`, `node` and the name of the state.
 */
export function drawingOf({ accounts, nodes, edges, dense }: PlacedGraph): Shape {
  return shape('g', { class: dense ? 'drawing dense' : 'drawing' },
    ...accounts.map(({ x, y, width, height, account }) => shape('g', { class: 'account' },
      shape('rect', { x, y, width, height, rx: 6 }),
      shape('text', { 'x': x + 10, 'y': y + HEADING - 5, 'aria-hidden': 'true' }, account.label))),
    ...edges.map(({ edge, points, middle }) => shape('g', { 'class': `edge ${edge.state}`, 'data-id': edge.id, 'aria-label': edge.says },
      shape('title', {}, edge.says),
      shape('path', { class: 'reach', d: pathOf(points) }),
      ...linesOf(edge.state, points, middle),
      ...signOf(edge.state, points[middle] ?? { x: 0, y: 0 }, edge.blocked))),
    ...nodes.map(({ x, y, width, height, node }) => shape('g', { 'class': `node ${node.kind}`, 'data-id': node.id, 'aria-label': node.says },
      shape('title', {}, node.says),
      shape('rect', { x, y, width, height, rx: node.kind === 'key' ? 3 : height / 2 }),
      shape('text', { 'x': x + width / 2, 'y': y + LINE_HEIGHT, 'aria-hidden': 'true' }, fitted(node.label)),
      ...node.detail === '' ? [] : [shape('text', { 'class': 'detail', 'x': x + width / 2, 'y': y + 2 * LINE_HEIGHT - 1, 'aria-hidden': 'true' }, fitted(node.detail))])),
  );
}

/** A line in one piece, or its two halves: the one that is there and the one that is missing. */
function linesOf(state: EdgeState, points: readonly Point[], middle: number): Shape[] {
  if (state !== 'key-policy' && state !== 'identity-policy') return [shape('path', { class: 'line', d: pathOf(points) })];
  const ofKey = pathOf(points.slice(0, middle + 1));
  const ofIdentity = pathOf(points.slice(middle).reverse());
  const [there, missing] = state === 'key-policy' ? [ofKey, ofIdentity] : [ofIdentity, ofKey];
  return [shape('path', { class: 'line missing', d: missing }), shape('path', { class: 'line', d: there })];
}

/** In a ring; in a frame with the number of blocked actions where only some work. */
function signOf(state: EdgeState, { x, y }: Point, blocked = 0): Shape[] {
  const partly = isPartly(state);
  const around = partly ? shape('rect', { 'class': 'frame', 'x': x - PARTLY_WIDTH / 2, 'y': y - 9, 'width': PARTLY_WIDTH, 'height': 18 }) : shape('circle', { cx: x, cy: y, r: 9 });
  return [around, shape('text', { 'class': 'sign', x, 'y': y + 4, 'aria-hidden': 'true' }, `${STATES[state].sign}${partly && blocked > 0 ? blocked : ''}`)];
}

/** A smooth line that leaves and meets each point level. */
function pathOf([first, ...others]: readonly Point[]): string {
  if (!first) return '';
  let last = first;
  const curves = others.map((point) => {
    const x = (last.x + point.x) / 2;
    const curve = `C ${x} ${last.y} ${x} ${point.y} ${point.x} ${point.y}`;
    last = point;
    return curve;
  });
  return [`M ${first.x} ${first.y}`, ...curves].join(' ');
}

/** An example of each state's line with its sign, 60 by 20 pixels. */
export function sampleOf(state: EdgeState): Shape {
  const points = [{ x: 0, y: 10 }, { x: 30, y: 10 }, { x: 60, y: 10 }];
  return shape('g', { class: `edge ${state}` }, ...linesOf(state, points, 1), ...signOf(state, { x: 30, y: 10 }));
}
