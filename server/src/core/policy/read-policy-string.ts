import { itemsOf, type Member, type Node, type ObjectNode, type Placeholder, type ScalarNode } from '../syntax/tree';
import { scalarWithoutText } from '../syntax/tree-without-text';
import type { Span } from '../text/span';
import { parseArn, type Arn } from '../aws/arn';
import { containsSymbol, isDeploymentSymbol } from '../aws/identifier-comparison';
import { hasExpectedType, recordIfEmpty, type MalformedElements } from './record-malformed';
import { isTemplateFunction } from './template-function';
import type { PlaceholderValues, PolicyString } from './policy-string';

const NO_UNKNOWN_PARTS: readonly Placeholder[] = [];
/** Stands for a character that is not known; never part of a policy (docs/aws-rules.md 1.4 allows U+0009 to U+00FF only). */
export const UNKNOWN_CHARACTER = '\u0000';

/**
 * The value of a scalar, with the known values of its placeholders filled in.
 *
 * @param symbols where a value may be a symbol: in any text, or only where the whole is an identifier, which is all that symbols are
 * compared in. Elsewhere the placeholder stays.
 */
export function readPolicyString(node: ScalarNode, placeholderValues?: PlaceholderValues,
  symbols: 'any' | 'identifiers' = 'identifiers'): PolicyString {
  if (node.placeholders.length === 0) return { node, value: node.value, placeholders: NO_UNKNOWN_PARTS };
  if (!placeholderValues) return { node, value: node.value, placeholders: node.placeholders };
  const policyString = substitutePlaceholders(node, placeholderValues);
  if (symbols === 'any' || !containsSymbol(policyString.value) || isIdentifier(policyString)) return policyString;
  return substitutePlaceholders(node, (name) => {
    const value = placeholderValues(name);
    return value && containsSymbol(value.text) ? undefined : value;
  });
}

/** An ARN, or one symbol and nothing else. */
function isIdentifier({ value }: PolicyString): boolean {
  return value.startsWith('arn:') || isDeploymentSymbol(value);
}

function substitutePlaceholders(node: ScalarNode, placeholderValues: PlaceholderValues): PolicyString {
  let value = '';
  let end = 0;
  const placeholders: Placeholder[] = [];
  const assumptions = new Set<string>();
  for (const placeholder of node.placeholders) {
    value += node.value.slice(end, placeholder.start);
    const placeholderValue = placeholderValues(placeholder.name);
    const text = placeholderValue?.text ?? node.value.slice(placeholder.start, placeholder.end);
    if (!placeholderValue) placeholders.push({ ...placeholder, start: value.length, end: value.length + text.length });
    for (const assumption of placeholderValue?.assumptions ?? []) assumptions.add(assumption);
    value += text;
    end = placeholder.end;
  }
  return { node, value: value + node.value.slice(end), placeholders, ...assumptions.size > 0 ? { assumptions: [...assumptions] } : {} };
}

/** How the parts of a policy are read, and where the reader records what is malformed in them. */
export interface PolicyReadContext {
  /** Whether `${aws:…}` is a policy variable here. */
  readonly hasPolicyVariables: boolean;
  readonly placeholderValues: PlaceholderValues | undefined;
  readonly malformed: MalformedElements;
}

/** The text of a member with one value. */
export function readText(object: ObjectNode, member: Member, context: PolicyReadContext): PolicyString | undefined {
  const { value: node } = member;
  if (!node) return undefined;
  if (!hasExpectedType(node, 'text')) context.malformed.push({ kind: 'wrong-type', node, expectedType: 'text', object, member });
  return policyStringOf(node, context.placeholderValues);
}

/**
 * The texts of a member whose value may be a list: strings as they are, the values of template functions (`{"Ref": "Account"}`) as unknown
 * text. Numbers and booleans as they are written, but not in `texts`; as principals they are of the wrong type, and read on as the account
 * id that they are meant to be.
 */
export function readTexts(object: ObjectNode, member: Member, expectedType: 'texts' | 'principals' | 'values',
  { placeholderValues, malformed }: PolicyReadContext): PolicyString[] {
  const { value } = member;
  const texts: PolicyString[] = [];
  for (const node of itemsOf(value)) {
    const text = policyStringOf(node, placeholderValues, expectedType !== 'texts');
    if (text) texts.push(text);
    if (!hasExpectedType(node, expectedType) && (object.closed || expectedType === 'texts'))
      malformed.push({ kind: 'wrong-type', node, expectedType, object, member });
  }
  if (value?.kind === 'list') recordIfEmpty(object, member, malformed);
  return texts;
}

export function policyStringOf(node: Node, placeholderValues: PlaceholderValues | undefined, scalars = false): PolicyString | undefined {
  if (node.kind === 'object') return templateFunctionString(node, placeholderValues);
  if (node.kind !== 'scalar') return undefined;
  if (node.type === 'string' || scalars && node.type !== 'null') return readPolicyString(node, placeholderValues);
  return undefined;
}

/** An object with the single key `Ref` or `Fn::…` is a value that the template fills in (docs/rules/value-type.md). */
function templateFunctionString(node: ObjectNode, placeholderValues: PlaceholderValues | undefined): PolicyString | undefined {
  const [member] = node.members;
  if (!member || !isTemplateFunction(node)) return undefined;
  const key = member.key.value;
  const target = member.value?.kind === 'scalar' ? member.value.value : undefined;
  // Only a Ref to the same name is surely the same value elsewhere in the file.
  const name = key === 'Ref' && target !== undefined ? target : `${key}@${node.span.start}`;
  return readPolicyString({ ...placeholderScalar(name, node.span), closed: node.closed }, placeholderValues);
}

/** A text that is one placeholder, which stands at a place as a whole. */
export function placeholderScalar(name: string, span: Span): ScalarNode {
  const value = `\${${name}}`;
  return { ...scalarWithoutText(value, span), placeholders: [{ form: 'template', name, start: 0, end: value.length }] };
}

/** The value with every character that is not known replaced by `UNKNOWN_CHARACTER`; as long as the value. */
export function maskPlaceholders(policyString: PolicyString): string {
  if (policyString.placeholders.length === 0) return policyString.value;
  let masked = '';
  let end = 0;
  for (const placeholder of policyString.placeholders) {
    masked += policyString.value.slice(end, placeholder.start) + UNKNOWN_CHARACTER.repeat(placeholder.end - placeholder.start);
    end = placeholder.end;
  }
  return masked + policyString.value.slice(end);
}

/** The fields of an ARN as they are written; colons inside a hole (`${x:y}`) do not count. */
export function arnOfPolicyString(policyString: PolicyString): Arn | undefined {
  if (policyString.placeholders.length === 0) return parseArn(policyString.value);
  const masked = parseArn(maskPlaceholders(policyString));
  if (!masked) return undefined;
  let at = 'arn:'.length;
  const take = (field: string): string => {
    const fieldText = policyString.value.slice(at, at + field.length);
    at += field.length + 1;
    return fieldText;
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
