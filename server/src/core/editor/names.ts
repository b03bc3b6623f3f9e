import { isAccountId, parseArn, type Arn } from '../aws/arn';
import { arnOf, isKnown, maskHoles } from '../model/read-text';
import type { Text } from '../model/text';
import type { Layer } from '../parse/layer';
import { valueSpan } from '../parse/tree';
import { contains, type Location, type Span } from '../text/span';

/** The part of a name that an ARN gives a field of its own. */
export type Field = keyof Arn;

/** What a text says when it is the ARN of something, or the id of an account. */
export interface Name {
  /** With declared values of placeholders filled in. */
  readonly text: Text;
  readonly arn: Arn | undefined;
  /** 12 digits; of an ARN its account. */
  readonly account: string | undefined;
  /** Characters of the node's value, by field; a field that a placeholder fills has none. An account id alone has the field `account`. */
  readonly fields: Partial<Readonly<Record<Field, Span>>>;
}

/** A name with the file that it stands in. */
export interface Mention extends Name {
  readonly uri: string;
  readonly layer: Layer;
  /** It is what `kms-handshake.json` declares there. */
  readonly declares: boolean;
}

/** Undefined for a text that names nothing. Digits are an account only where one is expected. */
export function readName(text: Text, mayBeAccount: boolean): Name | undefined {
  const arn = arnOf(text);
  if (arn) return { text, arn, account: isAccountId(arn.account) ? arn.account : undefined, fields: arnFields(text) };
  if (!mayBeAccount || !isAccountId(text.value)) return undefined;
  const whole = { start: 0, end: text.node.value.length };
  return { text, arn: undefined, account: text.value, fields: text.node.holes.length === 0 ? { account: whole } : {} };
}

const FIELDS: readonly Field[] = ['partition', 'service', 'region', 'account', 'resource'];

/** Where the fields of an ARN stand, as it is written. */
function arnFields({ node, value }: Text): Name['fields'] {
  // The fields that AWS adds to an incomplete ARN come after all that is written.
  const arn = parseArn(node.holes.length === 0 ? value : maskHoles({ node, value: node.value, holes: node.holes }));
  if (!arn) return {};
  const fields: Partial<Record<Field, Span>> = {};
  let at = 'arn:'.length;
  for (const field of FIELDS) {
    const end = at + arn[field].length;
    if (isKnown(arn[field]) && end <= node.value.length) fields[field] = { start: at, end };
    at = end + 1;
  }
  return fields;
}

/** The place of characters of the value; of all of it without the quotes when none are given. */
export function placeIn({ uri, layer, text: { node } }: Pick<Mention, 'uri' | 'layer' | 'text'>, characters?: Span): Location {
  return { uri, span: layer.toFile(characters ? valueSpan(node, characters.start, characters.end) : node.content) };
}

/** The field of the name that the offset of the file lies in, both ends included. */
export function fieldAt(mention: Mention, offset: number): Field | undefined {
  const point = { start: offset, end: offset };
  return FIELDS.find((field) => {
    const characters = mention.fields[field];
    return characters !== undefined && contains(placeIn(mention, characters).span, point);
  });
}

/** Account and name of the role in `arn:aws:sts::444455556666:assumed-role/App/session`; a session's ARN leaves out the path of its role. */
export function roleOfSession({ service, resource }: Arn): string | undefined {
  return service === 'sts' ? /^assumed-role\/([^/]+)(?:\/|$)/.exec(resource)?.[1] : undefined;
}

/** The ARN in the text is that of one key, alias or pattern of them. */
export function keyResource({ service, resource }: Arn, kind: 'key' | 'alias'): boolean {
  return service === 'kms' && resource.startsWith(`${kind}/`);
}
