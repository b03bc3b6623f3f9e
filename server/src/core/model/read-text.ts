import type { Hole, Node, ObjectNode, ScalarNode } from '../parse/tree';
import { parseArn, type Arn } from '../aws/arn';
import { isTemplateFunction } from './template';
import type { Fill, Text } from './text';

const NO_HOLES: readonly Hole[] = [];
/** Stands for a character that is not known; never part of a policy (docs/aws-rules.md 1.4 allows U+0009 to U+00FF only). */
export const UNKNOWN_CHARACTER = '\u0000';

/** The value of a scalar, with the declared values of its placeholders filled in. */
export function readText(node: ScalarNode, fill?: Fill): Text {
  if (node.holes.length === 0) return { node, value: node.value, holes: NO_HOLES };
  return fill ? fillHoles(node, fill) : { node, value: node.value, holes: node.holes };
}

function fillHoles(node: ScalarNode, fill: Fill): Text {
  let value = '';
  let end = 0;
  const holes: Hole[] = [];
  for (const hole of node.holes) {
    value += node.value.slice(end, hole.start);
    const declared = fill(hole.name);
    const text = declared ?? node.value.slice(hole.start, hole.end);
    if (declared === undefined) holes.push({ ...hole, start: value.length, end: value.length + text.length });
    value += text;
    end = hole.end;
  }
  return { node, value: value + node.value.slice(end), holes };
}

/**
 * The texts of a value that may be a list: strings as they are, the values of template functions (`{"Ref": "Account"}`) as
 * unknown text; with `scalars` also numbers and booleans as they are written. Everything else is left out.
 */
export function textsOf(nodes: readonly Node[], fill: Fill | undefined, scalars = false): Text[] {
  const texts: Text[] = [];
  for (const node of nodes) {
    const text = textOf(node, fill, scalars);
    if (text) texts.push(text);
  }
  return texts;
}

export function textOf(node: Node, fill: Fill | undefined, scalars = false): Text | undefined {
  if (node.kind === 'object') return referenceText(node, fill);
  if (node.kind !== 'scalar') return undefined;
  if (node.type === 'string' || scalars && node.type !== 'null') return readText(node, fill);
  return undefined;
}

/** An object with the single key `Ref` or `Fn::…` is a value that the template fills in (docs/rules/value-type.md). */
function referenceText(node: ObjectNode, fill: Fill | undefined): Text | undefined {
  const [member] = node.members;
  if (!member || !isTemplateFunction(node)) return undefined;
  const key = member.key.value;
  const target = member.value?.kind === 'scalar' ? member.value.value : undefined;
  // Only a Ref to the same name is surely the same value elsewhere in the file.
  const name = key === 'Ref' && target !== undefined ? target : `${key}@${node.span.start}`;
  return readText(hollowScalar(node, name), fill);
}

function hollowScalar(node: ObjectNode, name: string): ScalarNode {
  const value = `\${${name}}`;
  const offsets = [...new Array<number>(value.length).fill(node.span.start), node.span.end];
  const hole: Hole = { form: 'template', name, start: 0, end: value.length };
  return { kind: 'scalar', type: 'string', span: node.span, content: node.span, value, offsets, holes: [hole], closed: node.closed };
}

/** The value with every character that is not known replaced by `UNKNOWN_CHARACTER`; as long as the value. */
export function maskHoles(text: Text): string {
  if (text.holes.length === 0) return text.value;
  let masked = '';
  let end = 0;
  for (const hole of text.holes) {
    masked += text.value.slice(end, hole.start) + UNKNOWN_CHARACTER.repeat(hole.end - hole.start);
    end = hole.end;
  }
  return masked + text.value.slice(end);
}

/** The fields of an ARN as they are written; colons inside a hole (`${x:y}`) do not count. */
export function arnOf(text: Text): Arn | undefined {
  if (text.holes.length === 0) return parseArn(text.value);
  const masked = parseArn(maskHoles(text));
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
export function isKnown(masked: string): boolean {
  return !masked.includes(UNKNOWN_CHARACTER);
}
