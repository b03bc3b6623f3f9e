/**
 * An account, Region, partition, key id, name or ARN: as AWS writes it, or a `DeploymentSymbol`, or an ARN with symbols among its fields.
 * Two of them are compared by `compareIdentifiers`, which ESLint holds in the rooms where it matters.
 */
export type Identifier = string;

/**
 * Whether two identifiers are the same. `unknown` where one of them is missing, or stands in for a value that only a deployment gives:
 * what is unknown never proves a fault.
 */
export type IdentifierComparison = 'same' | 'different' | 'unknown';

/** Identifiers of AWS do not contain these (policies hold U+0009 and up only, docs/aws-rules.md 1.4); the matcher uses those below. */
const SYMBOL_MARK = '\u0006';
const ENCODED_COLON = '\u0007';
const ENCODED_SLASH = '\u0008';

/**
 * Stands in for an identifier, or for one field of an ARN, of which only the reference is written: `!Ref AWS::AccountId`. It is a
 * string, so that it can be the key of a map; it contains neither `:` nor `/`, so that ARNs are still taken apart at theirs.
 */
export type DeploymentSymbol = `${typeof SYMBOL_MARK}${string}`;

/** @param name what is referred to, unique in the workspace and fit to be shown: `AWS::AccountId of template.yaml` */
export function deploymentSymbol(name: string): DeploymentSymbol {
  return `${SYMBOL_MARK}${name.replaceAll(':', ENCODED_COLON).replaceAll('/', ENCODED_SLASH)}`;
}

/** Whether the text is a symbol, or an ARN with a symbol among its fields. */
export function containsSymbol(text: string): boolean {
  return text.includes(SYMBOL_MARK);
}

/** The text with each symbol replaced by the replacement. */
export function replaceSymbols(text: string, replacement: string): string {
  return containsSymbol(text) ? text.replace(SYMBOLS, replacement) : text;
}

const SYMBOLS = /\u0006[^:/]*/g;

/** An identifier or ARN for messages: symbols by their names. */
export function describeIdentifier(identifier: Identifier): string {
  return containsSymbol(identifier)
    ? identifier.replaceAll(SYMBOL_MARK, '').replaceAll(ENCODED_COLON, ':').replaceAll(ENCODED_SLASH, '/') : identifier;
}

/**
 * A symbol is the same as itself and unknown against everything else. Two ARNs are different as soon as one field is, whatever the
 * symbols in the others stand for.
 */
export function compareIdentifiers(a: Identifier | undefined, b: Identifier | undefined): IdentifierComparison {
  if (a === undefined || b === undefined) return 'unknown';
  if (a === b) return 'same';
  return containsSymbol(a) || containsSymbol(b) ? compareFields(a, b) : 'different';
}

function compareFields(a: string, b: string): IdentifierComparison {
  const fieldsOfA = arnFieldsOf(a);
  const fieldsOfB = arnFieldsOf(b);
  // A symbol can stand in for a whole ARN.
  if (fieldsOfA.length !== fieldsOfB.length) return 'unknown';
  return fieldsOfA.some((field, index) => isDifferentField(field, fieldsOfB[index] ?? '')) ? 'different' : 'unknown';
}

/** The resource, which may contain colons, is one field. */
function arnFieldsOf(arn: string): readonly string[] {
  const fields = arn.split(':');
  return fields.length < 6 ? [arn] : [...fields.slice(0, 5), fields.slice(5).join(':')];
}

function isDifferentField(a: string, b: string): boolean {
  return a !== b && !containsSymbol(a) && !containsSymbol(b);
}
