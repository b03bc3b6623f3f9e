import { isAccountId, parseArn, type Arn } from '../aws/arn';
import { arnOfPolicyString, isWithoutUnknownCharacters, maskPlaceholders } from '../policy/read-policy-string';
import type { PolicyString } from '../policy/policy-string';
import type { SourceLayer } from '../syntax/syntax';
import type { Span } from '../text/span';

/** The part of a name that an ARN gives a field of its own. */
export type ArnField = keyof Arn;

/** What a text says when it is the ARN of something, or the id of an account. */
export interface ParsedName {
  /** With declared values of placeholders filled in. */
  readonly text: PolicyString;
  readonly arn: Arn | undefined;
  /** 12 digits; of an ARN its account. */
  readonly account: string | undefined;
  /** Characters of the node's value, by field; a field that a placeholder fills has none. An account id alone has the field `account`. */
  readonly fields: Partial<Readonly<Record<ArnField, Span>>>;
}

/** A name with the file that it stands in. */
export interface NameReference extends ParsedName {
  readonly uri: string;
  readonly layer: SourceLayer;
  /** It is what `kms-handshake.json` declares there. */
  readonly isDeclaration: boolean;
  /** The ARN of the identity whose name without account and path the text is. */
  readonly identityArn?: string | undefined;
}

/** Undefined for a text that names nothing. Digits are an account only where one is expected. */
export function parseName(policyString: PolicyString, mayBeAccount: boolean): ParsedName | undefined {
  const arn = arnOfPolicyString(policyString);
  if (arn) return { text: policyString, arn, account: isAccountId(arn.account) ? arn.account : undefined, fields: arnFields(policyString) };
  if (!mayBeAccount || !isAccountId(policyString.value)) return undefined;
  const { node, value } = policyString;
  const fields = node.placeholders.length === 0 ? { account: { start: 0, end: node.value.length } } : {};
  return { text: policyString, arn: undefined, account: value, fields };
}

export const ARN_FIELDS: readonly ArnField[] = ['partition', 'service', 'region', 'account', 'resource'];

/** Where the fields of an ARN stand, as it is written. */
function arnFields({ node, value }: PolicyString): ParsedName['fields'] {
  // The fields that AWS adds to an incomplete ARN come after all that is written.
  const { placeholders } = node;
  const arn = parseArn(placeholders.length === 0 ? value : maskPlaceholders({ node, value: node.value, placeholders }));
  if (!arn) return {};
  const fields: Partial<Record<ArnField, Span>> = {};
  let start = 'arn:'.length;
  for (const field of ARN_FIELDS) {
    const end = start + arn[field].length;
    if (isWithoutUnknownCharacters(arn[field]) && end <= node.value.length) fields[field] = { start, end };
    start = end + 1;
  }
  return fields;
}
