import type { LocationLabels } from '../../queries/location-labels';
import { mentionsKms } from '../../policy/read-policy';
import { type Location, spanContains, spanContainsOffset } from '../../text/span';
import type { Workspace } from '../../workspace/workspace';
import type { Analysis } from '../../analysis/analyse';
import { findSyntaxTarget, type SyntaxTarget } from '../syntax-target';
import { actionHover } from './action-hover';
import { conditionKeyHover, operatorHover } from './condition-hover';
import type { PairVerdictIndex } from '../verdict-provider';
import type { Hover, HoverContext } from './hover-context';
import { partHoverAt, type PartHover } from './value-part-hover';
import { principalHover } from './principal-hover';
import { resourceHover } from './resource-hover';
import { paragraph, type Block, afterColon, line, link, strong } from './rich-text';
import { statementSentence } from './statement-sentence';
import { templateHover } from './template-hover';
import { valueHover, nameHover } from './condition-value-hover';
import { elementNamed } from '../../aws/element-info';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Member } from '../../syntax/tree';
import type { Manifest, Spanned } from '../../manifest/manifest';
import { findManifestTarget, manifestWithUri } from '../manifest-targets';

export type { Hover } from './hover-context';

export interface HoverRequest {
  readonly uri: string;
  /** Offset in the file. */
  readonly offset: number;
  readonly locationLabels: LocationLabels;
  /** Asked for only where a verdict is to be told. */
  readonly analysis: () => PairVerdictIndex & Pick<Analysis, 'findingsByFile'>;
}

/** Undefined where there is nothing to say: in other JSON, in policies that are no KMS matter, between the words. */
export function hoverAt(workspace: Workspace, { uri, offset, locationLabels, analysis }: HoverRequest): Hover | undefined {
  const { readings, world, files } = workspace;
  const placeholderValues = files.get(uri)?.fileSettings.context.placeholderValues ?? {};
  const policies = (readings.get(uri)?.policies ?? []).filter(({ policy, isImplicit }) =>
    isImplicit !== true && (policy.kind === 'key' || policy.kind === 'identity' && mentionsKms(policy)));
  const target = findSyntaxTarget(policies, offset);
  const context: HoverContext = { world, locationLabels, verdicts: analysis, placeholderValues,
    reportedCodes: () => (target ? codesAt(analysis().findingsByFile, target.location) : new Set()) };
  const manifest = manifestWithUri(world, uri);
  if (manifest) return manifestHover(context, manifest, offset);
  if (!target) return templateHover(context, workspace, uri, offset);
  const part = valuePartHover(context, target, offset);
  const blocks = part && !part.isWholeValue ? [] : hoverBlocks(context, target, offset);
  return part ? { location: part.location, blocks: [...part.blocks, ...blocks] } : hoverWithBlocks(hoverLocation(target, offset), blocks);
}

function codesAt(findingsByFile: Analysis['findingsByFile'], { uri, span }: Location): ReadonlySet<string> {
  return new Set((findingsByFile.get(uri) ?? []).flatMap(({ at, code }) => (spanContains(at.span, span) ? code : [])));
}

function hoverWithBlocks(location: Location, blocks: readonly Block[]): Hover | undefined {
  return blocks.length === 0 ? undefined : { location, blocks };
}

/** Only values have parts that are told for themselves. */
function valuePartHover(context: HoverContext, { policy, node }: SyntaxTarget, offset: number): PartHover | undefined {
  switch (node.kind) {
    case 'principal': return partHoverAt(context, policy, node.principal.text, offset);
    case 'action':
    case 'resource': return partHoverAt(context, policy, node.pattern.text, offset);
    case 'condition-value': return partHoverAt(context, policy, node.value, offset);
    default: return undefined;
  }
}

function hoverBlocks(context: HoverContext, { policy, statement, node, location: { span } }: SyntaxTarget,
  offset: number): readonly Block[] {
  if (node.kind === 'element') return elementHover(policy, node.member);
  if (node.kind === 'policy' || !statement) return [];
  switch (node.kind) {
    case 'sid':
    case 'effect':
    case 'statement':
      // The white space of a statement says nothing; its braces stand for the whole.
      if (node.kind === 'statement' && offset > span.start + 1 && offset < span.end - 1) return [];
      return paragraph(statementSentence(context, policy, statement) ?? []);
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

/** What an element is for, and what is special about it in this kind of policy. */
function elementHover({ policy: { kind } }: DiscoveredPolicy, { key: { value } }: Member): readonly Block[] {
  const element = elementNamed(value);
  if (!element) return [];
  return [
    ...paragraph(line`${strong(value)}: ${afterColon(element.description)}`),
    ...paragraph((kind === 'key' ? KEY_POLICY_ELEMENT_NOTES : IDENTITY_POLICY_ELEMENT_NOTES)[value] ?? ''),
    ...paragraph(link(`IAM User Guide: ${value}`, element.href)),
  ];
}

/** docs/aws-rules.md 1.1 and 2: KMS Developer Guide, key-policy-overview; IAM User Guide, reference_policies_elements. */
const KEY_POLICY_ELEMENT_NOTES: Readonly<Record<string, string | undefined>> = {
  Resource: 'Here it has to be "*": this key. A key policy never applies to another key.',
  NotResource: 'It has no use here: a key policy applies only to its own key.',
  Principal: 'Every statement of a key policy needs one. '
    + 'The ARN that ends in :root, or the account id, means the whole account; IAM groups cannot be named.',
  Sid: 'In a key policy it may have spaces.',
};

const IDENTITY_POLICY_ELEMENT_NOTES: Readonly<Record<string, string | undefined>> = {
  Principal: 'An IAM policy has none: it is about the identity that it is attached to.',
  NotPrincipal: 'An IAM policy has none: it is about the identity that it is attached to.',
  Resource: 'For actions on a key this is the ARN of the key; an alias ARN means the alias alone.',
  Sid: 'In an IAM policy it can contain only letters and digits, and no two statements may have the same.',
  Id: 'IAM does not accept it.',
};

/** What an ARN, an account id or an organization in `kms-handshake.json` means. */
function manifestHover(context: HoverContext, manifest: Manifest, offset: number): Hover | undefined {
  const name = manifestNameAt(manifest, offset);
  return name && hoverWithBlocks({ uri: manifest.uri, span: name.span }, nameHover(context, name.value));
}

/** The name of something in AWS; an alias is told of as its key. */
function manifestNameAt(manifest: Manifest, offset: number): Spanned | undefined {
  const target = findManifestTarget(manifest, offset);
  if (target?.kind === 'path' || target?.kind === 'sid') return undefined;
  if (target)
    return { value: target.kind === 'alias' ? target.owner ?? '' : target.node.value, span: manifest.layer.toFileSpan(target.node.span) };
  const regions = manifest.identities.flatMap(({ resourceRegions }) => resourceRegions ?? []);
  return [...manifest.organizations.map(({ id }) => id), ...regions].find(({ span }) => spanContainsOffset(span, offset));
}
