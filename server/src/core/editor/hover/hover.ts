import type { LocationLabels } from '../../queries/location-labels';
import { mentionsKms } from '../../policy/read-policy';
import type { Location } from '../../text/span';
import type { Workspace } from '../../workspace/workspace';
import { findSyntaxTarget, type SyntaxTarget } from '../syntax-target';
import { actionHover } from './action-hover';
import { conditionKeyHover, operatorHover } from './condition-hover';
import type { VerdictProvider } from '../verdict-provider';
import type { HoverContext } from './hover-context';
import { elementHover } from './element-hover';
import { manifestHover } from './manifest-hover';
import { partHoverAt } from './value-part-hover';
import { principalHover } from './principal-hover';
import { resourceHover } from './resource-hover';
import { paragraph, type Block } from './rich-text';
import { statementSentence } from './statement-sentence';
import { valueHover } from './condition-value-hover';

/** What an editor shows of a place while the pointer rests on it. */
export interface Hover {
  /** What it is about. */
  readonly location: Location;
  readonly blocks: readonly Block[];
}

export interface HoverRequest {
  readonly uri: string;
  /** Offset in the file. */
  readonly offset: number;
  readonly locationLabels: LocationLabels;
  /** Asked for only where a verdict is to be told. */
  readonly verdicts: VerdictProvider;
}

/** Undefined where there is nothing to say: in other JSON, in policies that are no KMS matter, between the words. */
export function hoverAt({ readings, world, files }: Workspace, { uri, offset, locationLabels, verdicts }: HoverRequest): Hover | undefined {
  const context: HoverContext = { world, locationLabels, verdicts, placeholderValues: files.get(uri)?.place.context.values ?? {} };
  const manifest = world.manifests.find((candidate) => candidate.uri === uri);
  if (manifest) return manifestHover(context, manifest, offset);
  const policies = (readings.get(uri)?.policies ?? []).filter(({ policy }) => policy.kind === 'key' || policy.kind === 'identity' && mentionsKms(policy));
  const syntaxTarget = findSyntaxTarget(policies, offset);
  if (!syntaxTarget) return undefined;
  const part = valuePartHover(context, syntaxTarget, offset);
  if (part) return part;
  const blocks = hoverBlocks(context, syntaxTarget, offset);
  return blocks.length === 0 ? undefined : { location: hoverLocation(syntaxTarget, offset), blocks };
}

/** Only values have parts that are told for themselves. */
function valuePartHover(context: HoverContext, { policy, node }: SyntaxTarget, offset: number): Hover | undefined {
  switch (node.kind) {
    case 'principal': return partHoverAt(context, policy, node.principal.text, offset);
    case 'action':
    case 'resource': return partHoverAt(context, policy, node.pattern.text, offset);
    case 'condition-value': return partHoverAt(context, policy, node.value, offset);
    default: return undefined;
  }
}

function hoverBlocks(context: HoverContext, { policy, statement, node, location: { span } }: SyntaxTarget, offset: number): readonly Block[] {
  if (node.kind === 'element') return elementHover(policy, node.member);
  if (node.kind === 'policy' || !statement) return [];
  switch (node.kind) {
    case 'sid':
    case 'effect': return paragraph(statementSentence(context, policy, statement) ?? []);
    // The white space of a statement says nothing; its braces stand for the whole.
    case 'statement': return offset <= span.start + 1 || offset >= span.end - 1 ? paragraph(statementSentence(context, policy, statement) ?? []) : [];
    case 'principal': return principalHover(context, policy, statement, node.element, node.principal);
    case 'action': return actionHover(context, policy, statement, node.element, node.pattern);
    case 'resource': return resourceHover(context, policy, statement, node.element, node.pattern);
    case 'operator': return operatorHover(node.condition, statement);
    case 'condition-key': return conditionKeyHover(context, policy, statement, node.condition);
    case 'condition-value': return valueHover(context, node.condition, node.value);
  }
}

/** Of a statement its brace alone: an editor marks what it tells of. */
function hoverLocation({ node, location }: SyntaxTarget, offset: number): Location {
  if (node.kind !== 'statement') return location;
  const { start, end } = location.span;
  return { uri: location.uri, span: offset <= start + 1 ? { start, end: start + 1 } : { start: end - 1, end } };
}
