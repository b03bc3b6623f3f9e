import { isPartialState, EDGE_STATES, type EdgeState } from './graph';
import { truncateLabel, HEADING_HEIGHT, LINE_HEIGHT, PARTIAL_SIGN_WIDTH, type PlacedGraph, type Point } from './graph-layout';

/** An SVG element as plain data: the panel makes elements of it, the export text. */
export interface SvgNode {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly (SvgNode | string)[];
}

export function svgNode(tag: string, attributes: SvgNode['attributes'] = {}, ...children: SvgNode['children']): SvgNode {
  return { tag, attributes, children };
}

/**
 * Everything in a graph: frames of accounts, then edges, then nodes. Each node and edge is a group with its id in `data-id` and its
 * words in `aria-label` and a title. Colours come from style sheets, by the classes `account`, `edge`, `node` and the name of the state.
 */
export function graphShapes({ accounts, nodes, edges, dense }: PlacedGraph): SvgNode {
  return svgNode('g', { class: dense ? 'drawing dense' : 'drawing' },
    ...accounts.map(({ x, y, width, height, account }) =>
      svgNode('g', { class: 'account' }, svgNode('rect', { x, y, width, height, rx: 6 }),
        svgNode('text', { 'x': x + 10, 'y': y + HEADING_HEIGHT - 5, 'aria-hidden': 'true' }, account.label))
    ),
    ...edges.map(({ edge, points, middle }) =>
      svgNode('g', { 'class': `edge ${edge.state}`, 'data-id': edge.id, 'aria-label': edge.says }, svgNode('title', {}, edge.says),
        svgNode('path', { class: 'reach', d: svgPath(points) }), ...edgeLines(edge.state, points, middle),
        ...edgeSign(edge.state, points[middle] ?? { x: 0, y: 0 }, edge.blocked))
    ),
    ...nodes.map(({ x, y, width, height, node }) =>
      svgNode('g', { 'class': `node ${node.kind}`, 'data-id': node.id, 'aria-label': node.says }, svgNode('title', {}, node.says),
        svgNode('rect', { x, y, width, height, rx: node.kind === 'key' ? 3 : height / 2 }),
        svgNode('text', { 'x': x + width / 2, 'y': y + LINE_HEIGHT, 'aria-hidden': 'true' }, truncateLabel(node.label)),
        ...node.detail === ''
          ? []
          : [
            svgNode('text', { 'class': 'detail', 'x': x + width / 2, 'y': y + 2 * LINE_HEIGHT - 1, 'aria-hidden': 'true' },
              truncateLabel(node.detail)),
          ])
    ));
}

/** A line in one piece, or its two halves: the one that is there and the one that is missing. */
function edgeLines(state: EdgeState, points: readonly Point[], middle: number): SvgNode[] {
  if (state !== 'key-policy' && state !== 'identity-policy') return [svgNode('path', { class: 'line', d: svgPath(points) })];
  const ofKey = svgPath(points.slice(0, middle + 1));
  const ofIdentity = svgPath(points.slice(middle).reverse());
  const [there, missing] = state === 'key-policy' ? [ofKey, ofIdentity] : [ofIdentity, ofKey];
  return [svgNode('path', { class: 'line missing', d: missing }), svgNode('path', { class: 'line', d: there })];
}

/** In a ring; in a frame with the number of blocked actions where only some work. */
function edgeSign(state: EdgeState, { x, y }: Point, blocked = 0): SvgNode[] {
  const partly = isPartialState(state);
  const around = partly
    ? svgNode('rect', { 'class': 'frame', 'x': x - PARTIAL_SIGN_WIDTH / 2, 'y': y - 9, 'width': PARTIAL_SIGN_WIDTH, 'height': 18 })
    : svgNode('circle', { cx: x, cy: y, r: 9 });
  return [around,
    svgNode('text', { 'class': 'sign', x, 'y': y + 4, 'aria-hidden': 'true' },
      `${EDGE_STATES[state].sign}${partly && blocked > 0 ? blocked : ''}`)];
}

/** A smooth line that leaves and meets each point level. */
function svgPath([first, ...others]: readonly Point[]): string {
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
export function legendSample(state: EdgeState): SvgNode {
  const points = [{ x: 0, y: 10 }, { x: 30, y: 10 }, { x: 60, y: 10 }];
  return svgNode('g', { class: `edge ${state}` }, ...edgeLines(state, points, 1), ...edgeSign(state, { x: 30, y: 10 }));
}
