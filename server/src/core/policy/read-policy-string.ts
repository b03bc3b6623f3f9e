import type { Placeholder, Node, ObjectNode, ScalarNode } from '../syntax/tree';
import { parseArn, type Arn } from '../aws/arn';
import { isTemplateFunction } from './template-function';
import type { PlaceholderValues, PolicyString } from './policy-string';

const NO_UNKNOWN_PARTS: readonly Placeholder[] = [];
/** Stands for a character that is not known; never part of a policy (docs/aws-rules.md 1.4 allows U+0009 to U+00FF only). */
export const UNKNOWN_CHARACTER = '\u0000';

/** The value of a scalar, with the declared values of its placeholders filled in. */
export function readPolicyString(node: ScalarNode, fill?: PlaceholderValues): PolicyString {
  if (node.placeholders.length === 0) return { node, value: node.value, placeholders: NO_UNKNOWN_PARTS };
  return fill ? substitutePlaceholders(node, fill) : { node, value: node.value, placeholders: node.placeholders };
}

function substitutePlaceholders(node: ScalarNode, fill: PlaceholderValues): PolicyString {
  let value = '';
  let end = 0;
  const holes: Placeholder[] = [];
  for (const hole of node.placeholders) {
    value += node.value.slice(end, hole.start);
    const declared = fill(hole.name);
    const text = declared ?? node.value.slice(hole.start, hole.end);
    if (declared === undefined) holes.push({ ...hole, start: value.length, end: value.length + text.length });
    value += text;
    end = hole.end;
  }
  return { node, value: value + node.value.slice(end), placeholders: holes };
}

/**
 * The texts of a value that may be a list: strings as they are, the values of template functions (`{"Ref": "Account"}`) as
 * unknown text; with `scalars` also numbers and booleans as they are written. Everything else is left out.
 */
export function policyStringsOf(nodes: readonly Node[], fill: PlaceholderValues | undefined, scalars = false): PolicyString[] {
  const texts: PolicyString[] = [];
  for (const node of nodes) {
    const text = policyStringOf(node, fill, scalars);
    if (text) texts.push(text);
  }
  return texts;
}

export function policyStringOf(node: Node, fill: PlaceholderValues | undefined, scalars = false): PolicyString | undefined {
  if (node.kind === 'object') return templateFunctionString(node, fill);
  if (node.kind !== 'scalar') return undefined;
  if (node.type === 'string' || scalars && node.type !== 'null') return readPolicyString(node, fill);
  return undefined;
}

/** An object with the single key `Ref` or `Fn::…` is a value that the template fills in (docs/rules/value-type.md). */
function templateFunctionString(node: ObjectNode, fill: PlaceholderValues | undefined): PolicyString | undefined {
  const [member] = node.members;
  if (!member || !isTemplateFunction(node)) return undefined;
  const key = member.key.value;
  const target = member.value?.kind === 'scalar' ? member.value.value : undefined;
  // Only a Ref to the same name is surely the same value elsewhere in the file.
  const name = key === 'Ref' && target !== undefined ? target : `${key}@${node.span.start}`;
  return readPolicyString(placeholderScalar(node, name), fill);
}

function placeholderScalar(node: ObjectNode, name: string): ScalarNode {
  const value = `\${${name}}`;
  const offsets = [...new Array<number>(value.length).fill(node.span.start), node.span.end];
  const hole: Placeholder = { form: 'template', name, start: 0, end: value.length };
  return { kind: 'scalar', type: 'string', span: node.span, content: node.span, value, offsets, placeholders: [hole], closed: node.closed };
}

/** The value with every character that is not known replaced by `UNKNOWN_CHARACTER`; as long as the value. */
export function maskPlaceholders(text: PolicyString): string {
  if (text.placeholders.length === 0) return text.value;
  let masked = '';
  let end = 0;
  for (const hole of text.placeholders) {
    masked += text.value.slice(end, hole.start) + UNKNOWN_CHARACTER.repeat(hole.end - hole.start);
    end = hole.end;
  }
  return masked + text.value.slice(end);
}

/** The fields of an ARN as they are written; colons inside a hole (`${x:y}`) do not count. */
export function arnOfPolicyString(text: PolicyString): Arn | undefined {
  if (text.placeholders.length === 0) return parseArn(text.value);
  const masked = parseArn(maskPlaceholders(text));
  if (!masked) return undefined;
  let at = 'arn:'.length;
  const take = (field: string): string => {
    const written = text.value.slice(at, at + field.length);
    at += field.length + 1;
    return written;
  };
  return {
    partition: take(masked.partition), service: take(masked.service), region: take(masked.region),
    account: take(masked.account), resource: take(masked.resource),
  };
}

/** Whether the field of a text's ARN is free of holes, where `masked` is the same field of the masked value. */
export function isWithoutUnknownCharacters(masked: string): boolean {
  return !masked.includes(UNKNOWN_CHARACTER);
}
