import type { HandshakeMap } from '../../../server/src/lsp/protocol/handshakes';
import { t } from '../l10n';
import { graphShapes, legendSample, svgNode, type SvgNode } from './graph-shapes';
import { NO_GRAPH_FILTER, buildGraph, EDGE_STATES, type EdgeState, type GraphFilter } from './graph';
import { placeGraph } from './graph-layout';

/** Dark on light, as on paper; the dashes are those of the panel. */
const STYLE = `
svg { background: #fff; font: 12px system-ui, sans-serif; }
text { fill: #1f2328; }
.account rect { fill: #f6f8fa; stroke: #8c959f; stroke-dasharray: 3 3; }
.account text { font-weight: 600; }
.node text, .sign { text-anchor: middle; }
.node rect { fill: #fff; stroke: #57606a; }
.key rect { fill: #ddf4ff; }
.identities rect { stroke-width: 3; }
.detail { font-size: 11px; fill: #57606a; }
.reach { fill: none; stroke: none; }
.line { fill: none; stroke: #57606a; stroke-width: 1.5; }
.missing { stroke-dasharray: 1 5; }
.edge circle, .edge .frame { fill: #fff; stroke: #57606a; }
.both .line, .both circle { stroke: #1a7f37; } .both .line { stroke-width: 2.5; }
.conditional .line, .conditional circle { stroke: #1a7f37; } .conditional .line { stroke-dasharray: 12 4; }
.partly .line, .partly .frame, .partly-if .line, .partly-if .frame { stroke: #9a6700; }
.partly .line { stroke-width: 2.5; stroke-dasharray: 20 4 4 4; } .partly-if .line { stroke-dasharray: 12 4 4 4 4 4; }
.key-policy .line, .key-policy circle, .identity-policy .line, .identity-policy circle { stroke: #9a6700; }
.none .line, .none circle { stroke: #cf222e; } .none .line { stroke-dasharray: 2 6; }
.not-requested .line { stroke-width: 1; stroke-dasharray: 4 8; }
.unknown .line { stroke-dasharray: 8 4 2 4; }
.several .line { stroke-dasharray: 4 4; }
.dense circle, .dense .frame, .dense .sign { display: none; }
.dense .line { stroke-width: 1; }
`;

const GAP = 24;
const LEGEND_LINE = 24;

/** The map, or what of it passes the filter, as an SVG document that needs nothing else. */
export function graphSvg(map: HandshakeMap, filter: GraphFilter = NO_GRAPH_FILTER): string {
  const graph = buildGraph(map, filter);
  const placed = placeGraph(graph);
  const states = Object.keys(EDGE_STATES).filter((state): state is EdgeState => graph.edges.some((edge) => edge.state === state));
  const width = Math.max(placed.width, 320);
  const height = placed.height + GAP + (states.length + graph.notes.length) * LEGEND_LINE;
  const legend = states.map((state, line) =>
    svgNode('g', { transform: `translate(16 ${placed.height + GAP / 2 + line * LEGEND_LINE})` }, legendSample(state),
      svgNode('text', { x: 72, y: 14 }, EDGE_STATES[state].name))
  );
  const notes = graph.notes.map((note, line) =>
    svgNode('text', { x: 16, y: placed.height + GAP + (states.length + line) * LEGEND_LINE }, note)
  );
  const root = svgNode('svg', { 'xmlns': 'http://www.w3.org/2000/svg', 'viewBox': `0 0 ${width} ${height}`, width, height, 'role': 'img',
    'aria-label': t('Map of the access to KMS keys') }, svgNode('style', {}, STYLE), graphShapes(placed), ...legend, ...notes);
  return `${svgText(root)}\n`;
}

function svgText({ tag, attributes, children }: SvgNode): string {
  const said = Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`).join('');
  const inside = children.map((child) => (typeof child === 'string' ? escapeXml(child) : svgText(child))).join('');
  return inside === '' ? `<${tag}${said}/>` : `<${tag}${said}>${inside}</${tag}>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeXml(text: string): string {
  // XML takes no control characters, not even escaped.
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '').replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
