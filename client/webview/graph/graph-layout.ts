import { graphlib, layout } from '@dagrejs/dagre';
import { isPartialState, type Graph, type GraphAccount, type GraphEdge, type GraphNode } from './graph';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Left upper corner and size, in pixels at full size. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** A graph with a place for everything in it. */
export interface PlacedGraph {
  readonly width: number;
  readonly height: number;
  readonly accounts: readonly (Box & { readonly account: GraphAccount })[];
  readonly nodes: readonly (Box & { readonly node: GraphNode })[];
  /** From the key to the identity; `middle` is the position of the point that a sign can stand on. */
  readonly edges: readonly { readonly edge: GraphEdge; readonly points: readonly Point[]; readonly middle: number }[];
  /** Too many lines for a sign on each. */
  readonly dense: boolean;
}

export const LINE_HEIGHT = 16;
const PADDING = 10;
/** Of the 12 pixel font that the drawing is set in, on average and rather too much. */
const CHARACTER_WIDTH = 6.9;
const BOLD_CHARACTER_WIDTH = 7.6;
const MAX_CHARACTERS = 34;
/** Above what stands in an account, for its name. */
export const HEADING_HEIGHT = 22;
const MARGIN = 8;
/** Between the frames of two accounts. */
const ACCOUNT_GAP = 14;
const SIGN_SIZE = 22;
/** The sign of a handshake that works in part, with a number of two digits. */
export const PARTIAL_SIGN_WIDTH = 48;
const MAX_SIGNS = 40;

/** The owner's own identities to the left of its keys, those of other accounts to the right, each in its account. */
export function placeGraph(graph: Graph): PlacedGraph {
  if (graph.nodes.length === 0) return { width: 0, height: 0, dense: false, accounts: [], nodes: [], edges: [] };
  const dense = graph.edges.length > MAX_SIGNS;
  const g = runLayout(graph, dense);
  const at = (id: string): Box => centeredBox(g.node(id) as Partial<Box>);
  const accounts = separateFrames(
    graph.accounts.map((account) => ({ ...accountFrame(account.label, graph.nodes.filter((node) =>
      node.account === account.id
    ).map(({ id }) => at(id))), account })),
  );
  const down = new Map(accounts.map(({ account, down: by }) => [account.id, by]));
  const nodes = graph.nodes.map((node) => ({ ...moveDown(at(node.id), down.get(node.account) ?? 0), node }));
  const boxes = new Map(nodes.map((box) => [box.node.id, box]));
  const placedEdge = (edge: GraphEdge): PlacedGraph['edges'] => {
    const [key, identity] = [boxes.get(edge.from), boxes.get(edge.to)];
    return key && identity
      ? [{ edge, ...edgePath(key, identity, edgeBends(g, edge, down.get(key.node.account) ?? 0, down.get(identity.node.account) ?? 0)) }]
      : [];
  };
  return {
    accounts, nodes, dense,
    edges: graph.edges.flatMap(placedEdge),
    width: Math.max(...accounts.map(({ x, width }) => x + width)) + MARGIN,
    height: Math.max(...accounts.map(({ y, height }) => y + height)) + MARGIN,
  };
}

function runLayout(graph: Graph, dense: boolean): graphlib.Graph {
  const g = new graphlib.Graph({ compound: true, directed: true });
  g.setGraph({ rankdir: 'LR', nodesep: 14, edgesep: dense ? 2 : 12, ranksep: dense ? 220 : 60, marginx: MARGIN + PADDING,
    marginy: MARGIN + PADDING + HEADING_HEIGHT, ranker: 'tight-tree' });
  for (const { id } of graph.accounts) g.setNode(accountNodeId(id), {});
  for (const node of graph.nodes) {
    g.setNode(node.id, nodeSize(node));
    g.setParent(node.id, accountNodeId(node.account));
  }
  const accountOf = new Map(graph.nodes.map(({ id, account }) => [id, account]));
  for (const { from, to, state } of graph.edges) {
    const isOwn = accountOf.get(from) === accountOf.get(to);
    // Room for a sign on each line, while there are few.
    g.setEdge(isOwn ? to : from, isOwn ? from : to,
      dense ? {} : { width: isPartialState(state) ? PARTIAL_SIGN_WIDTH : SIGN_SIZE, height: SIGN_SIZE, labelpos: 'c' });
  }
  layout(g);
  return g;
}

/** The bends of a line from the key to the identity, its ends left out, moved as far as the frames of both were. */
function edgeBends(g: graphlib.Graph, { from, to }: GraphEdge, downFrom: number, downTo: number): Point[] {
  const [there, back] = [g.edge(from, to), g.edge(to, from)] as readonly ({ readonly points?: readonly Point[] } | undefined)[];
  const points = there?.points ?? [...back?.points ?? []].reverse();
  const inner = points.slice(1, -1);
  return inner.map(({ x, y }, i) => ({ x, y: y + downFrom + (downTo - downFrom) * (i + 1) / (inner.length + 1) }));
}

/** From the side of the key that looks at the identity to the side of the identity that looks at the key. */
function edgePath(key: Box, identity: Box, bends: readonly Point[]): { readonly points: readonly Point[]; readonly middle: number } {
  const isLeft = identity.x + identity.width / 2 < key.x + key.width / 2;
  const points = [sidePoint(key, isLeft ? 0 : 1), ...bends, sidePoint(identity, isLeft ? 1 : 0)];
  if (points.length === 2) points.splice(1, 0, midpoint(points[0] ?? key, points[1] ?? identity));
  return { points, middle: Math.floor(points.length / 2) };
}

function midpoint(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function accountNodeId(id: string): string {
  return `account ${id}`;
}

/** The text as far as there is room for it. */
export function truncateLabel(text: string): string {
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS - 1)}…` : text;
}

function nodeSize({ label, detail }: GraphNode): { width: number; height: number } {
  const characters = Math.max(truncateLabel(label).length + 2, truncateLabel(detail).length);
  return { width: Math.ceil(characters * CHARACTER_WIDTH) + 2 * PADDING, height: (detail === '' ? 1 : 2) * LINE_HEIGHT + PADDING };
}

/** The layout says where middles are. */
function centeredBox({ x = 0, y = 0, width = 0, height = 0 }: Partial<Box>): Box {
  return { x: x - width / 2, y: y - height / 2, width, height };
}

/** The account's frame: the layout's own has no room for a heading. */
function accountFrame(label: string, boxes: readonly Box[]): Box {
  const left = Math.min(...boxes.map(({ x }) => x)) - PADDING;
  const top = Math.min(...boxes.map(({ y }) => y)) - PADDING - HEADING_HEIGHT;
  const right = Math.max(...boxes.map(({ x, width }) => x + width)) + PADDING;
  return {
    x: left, y: top,
    width: Math.max(right - left, Math.ceil(label.length * BOLD_CHARACTER_WIDTH) + 2 * PADDING),
    height: Math.max(...boxes.map(({ y, height }) => y + height)) + PADDING - top,
  };
}

/** Moves frames down until none lies on another. */
function separateFrames<Frame extends Box>(frames: readonly Frame[]): (Frame & { readonly down: number })[] {
  const placed: (Frame & { readonly down: number })[] = [];
  for (const frame of [...frames].sort((a, b) => a.y - b.y)) {
    const above = placed.filter((other) => other.x < frame.x + frame.width && frame.x < other.x + other.width);
    const y = Math.max(frame.y, ...above.map((other) => other.y + other.height + ACCOUNT_GAP));
    placed.push({ ...frame, y, down: y - frame.y });
  }
  return placed;
}

function moveDown(box: Box, by: number): Box {
  return { ...box, y: box.y + by };
}

/** The middle of the left (0) or right (1) side. */
function sidePoint({ x, y, width, height }: Box, right: 0 | 1): Point {
  return { x: x + right * width, y: y + height / 2 };
}
