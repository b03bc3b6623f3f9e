import type { Places } from '../../answers/places';
import { mentionsKms } from '../../model/read-policy';
import type { Location } from '../../text/span';
import type { Workspace } from '../../workspace/workspace';
import { spotAt, type Spot } from '../spot';
import { actionHover } from './action';
import { conditionKeyHover, operatorHover } from './condition';
import type { AskVerdicts } from '../verdicts';
import type { HoverContext } from './context';
import { elementHover } from './element';
import { manifestHover } from './manifest';
import { partHover } from './part';
import { principalHover } from './principal';
import { resourceHover } from './resource';
import { paragraph, type Block } from './rich';
import { statementSentence } from './sentence';
import { valueHover } from './value';

/** What an editor shows of a place while the pointer rests on it. */
export interface Hover {
  /** What it is about. */
  readonly at: Location;
  readonly blocks: readonly Block[];
}

export interface HoverRequest {
  readonly uri: string;
  /** Offset in the file. */
  readonly offset: number;
  readonly places: Places;
  /** Asked for only where a verdict is to be told. */
  readonly verdicts: AskVerdicts;
}

/** Undefined where there is nothing to say: in other JSON, in policies that are no KMS matter, between the words. */
export function hoverAt({ readings, world, files }: Workspace, { uri, offset, places, verdicts }: HoverRequest): Hover | undefined {
  const context: HoverContext = { world, places, verdicts, values: files.get(uri)?.place.context.values ?? {} };
  const manifest = world.manifests.find((one) => one.uri === uri);
  if (manifest) return manifestHover(context, manifest, offset);
  const policies = (readings.get(uri)?.policies ?? []).filter(({ policy }) => policy.kind === 'key' || policy.kind === 'identity' && mentionsKms(policy));
  const spot = spotAt(policies, offset);
  if (!spot) return undefined;
  const part = partOf(context, spot, offset);
  if (part) return part;
  const blocks = blocksOf(context, spot, offset);
  return blocks.length === 0 ? undefined : { at: placeOfHover(spot, offset), blocks };
}

/** Only values have parts that are told for themselves. */
function partOf(context: HoverContext, { policy, named }: Spot, offset: number): Hover | undefined {
  switch (named.what) {
    case 'principal': return partHover(context, policy, named.principal.text, offset);
    case 'action':
    case 'resource': return partHover(context, policy, named.pattern.text, offset);
    case 'condition-value': return partHover(context, policy, named.value, offset);
    default: return undefined;
  }
}

function blocksOf(context: HoverContext, { policy, statement, named, at: { span } }: Spot, offset: number): readonly Block[] {
  if (named.what === 'element') return elementHover(policy, named.member);
  if (named.what === 'policy' || !statement) return [];
  switch (named.what) {
    case 'sid':
    case 'effect': return paragraph(statementSentence(context, policy, statement) ?? []);
    // The white space of a statement says nothing; its braces stand for the whole.
    case 'statement': return offset <= span.start + 1 || offset >= span.end - 1 ? paragraph(statementSentence(context, policy, statement) ?? []) : [];
    case 'principal': return principalHover(context, policy, statement, named.element, named.principal);
    case 'action': return actionHover(context, policy, statement, named.element, named.pattern);
    case 'resource': return resourceHover(context, policy, statement, named.element, named.pattern);
    case 'operator': return operatorHover(named.condition, statement);
    case 'condition-key': return conditionKeyHover(context, policy, statement, named.condition);
    case 'condition-value': return valueHover(context, named.condition, named.value);
  }
}

/** Of a statement its brace alone: an editor marks what it tells of. */
function placeOfHover({ named, at }: Spot, offset: number): Location {
  if (named.what !== 'statement') return at;
  const { start, end } = at.span;
  return { uri: at.uri, span: offset <= start + 1 ? { start, end: start + 1 } : { start: end - 1, end } };
}
