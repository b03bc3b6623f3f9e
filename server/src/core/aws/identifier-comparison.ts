import { describeSymbols, SCOPE_START, SYMBOL_END, SYMBOL_START, SYMBOL_TEXTS, symbolText } from '../text/symbol-text';

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

/**
 * Stands in for an identifier, or for one field of an ARN, of which only the reference is written: `!Ref AWS::AccountId`. It is a
 * string, so that it can be the key of a map; it contains neither `:` nor `/`, so that ARNs are still taken apart at theirs.
 */
export type DeploymentSymbol = `${typeof SYMBOL_START}${string}${typeof SYMBOL_END}`;

/**
 * What a symbol stands in for. `resource` is the name or id that a deployment gives to a resource without a name of its own, `name` a name
 * that is chosen, of which nothing is known: two resources of one scope have different ones.
 */
export type SymbolKind = keyof typeof KIND_MARKS;

const KIND_MARKS = { account: 'a', region: 'r', partition: 'p', resource: 'n', name: 'm', text: 't' } as const;

/**
 * @param name what is referred to, fit to be shown: `Worker`, `AWS::AccountId`
 * @param scope what makes the name unique in the workspace, never shown: the URI of a template
 */
export function deploymentSymbol(kind: SymbolKind, name: string, scope: string): DeploymentSymbol {
  return symbolText(KIND_MARKS[kind], name, scope) as DeploymentSymbol;
}

/** Whether the text is one symbol, of that kind if one is given, and nothing else. */
export function isDeploymentSymbol(text: string, kind?: SymbolKind): text is DeploymentSymbol {
  return text.startsWith(SYMBOL_START) && text.indexOf(SYMBOL_END) === text.length - 1
    && (kind === undefined || text[1] === KIND_MARKS[kind]);
}

/**
 * The text with a well-formed value in place of each symbol: what is asked of the form of an identifier, the value of a symbol has. Other
 * characters stay as they are.
 */
export function withSampleValues(text: string): string {
  return containsSymbol(text) ? text.replace(SYMBOL_TEXTS, (_, kind: string) => SAMPLE_VALUES.get(kind) ?? 'name') : text;
}

const SAMPLE_VALUES: ReadonlyMap<string, string> = new Map([
  [KIND_MARKS.account, '000000000000'], [KIND_MARKS.region, 'us-east-1'], [KIND_MARKS.partition, 'aws'],
  // Fit to be a key id as well as a name.
  [KIND_MARKS.resource, 'abcdef00-0000-0000-0000-000000000000'],
]);

/** A literal account id, or the symbol of an account. */
export function isAccountIdentifier(text: string): boolean {
  return ACCOUNT_ID.test(text) || isDeploymentSymbol(text, 'account');
}

/** Whether the text is a symbol, or contains one, as an ARN with a symbol among its fields does. */
export function containsSymbol(text: string): boolean {
  return text.includes(SYMBOL_START);
}

/** The text with each symbol replaced by the replacement. */
export function replaceSymbols(text: string, replacement: string): string {
  return containsSymbol(text) ? text.replace(SYMBOL_TEXTS, replacement) : text;
}

/** An identifier or ARN for messages: symbols by their names. */
export function describeIdentifier(identifier: Identifier): string {
  return describeSymbols(identifier);
}

/**
 * A symbol is the same as itself and unknown against everything else, but for the names of resources of one deployment, which are different
 * (CloudFormation template reference, Name type: generated names are unique). Two ARNs are different as soon as one field is, whatever the
 * symbols in the others stand for.
 */
export function compareIdentifiers(a: Identifier | undefined, b: Identifier | undefined): IdentifierComparison {
  if (a === undefined || b === undefined) return 'unknown';
  if (a === b) return 'same';
  return containsSymbol(a) || containsSymbol(b) ? compareFields(a, b) : 'different';
}

/** Field by field without taking the texts apart: every identity of a workspace of templates is compared with every key. */
function compareFields(a: string, b: string): IdentifierComparison {
  const isArn = hasFieldsOfArn(a);
  // A symbol can stand in for a whole ARN.
  if (isArn !== hasFieldsOfArn(b)) return 'unknown';
  let [startInA, startInB] = [0, 0];
  for (let field = isArn ? 0 : RESOURCE_FIELD; field <= RESOURCE_FIELD; field++) {
    const [endInA, endInB] = field === RESOURCE_FIELD ? [a.length, b.length] : [a.indexOf(':', startInA), b.indexOf(':', startInB)];
    if (isDifferentField(a.slice(startInA, endInA), b.slice(startInB, endInB))) return 'different';
    startInA = endInA + 1;
    startInB = endInB + 1;
  }
  return 'unknown';
}

/** The last field of an ARN, which may contain colons. */
const RESOURCE_FIELD = 5;

function hasFieldsOfArn(text: string): boolean {
  let colon = -1;
  for (let field = 0; field < RESOURCE_FIELD; field++) {
    colon = text.indexOf(':', colon + 1);
    if (colon < 0) return false;
  }
  return true;
}

/** A symbol stands in for what contains no slash: names, ids, accounts. */
function isDifferentField(a: string, b: string): boolean {
  if (a === b) return false;
  if (!containsSymbol(a) && !containsSymbol(b)) return true;
  const segmentsOfA = a.split('/');
  const segmentsOfB = b.split('/');
  return segmentsOfA.length !== segmentsOfB.length
    || segmentsOfA.some((segment, index) => isDifferentSegment(segment, segmentsOfB[index] ?? ''));
}

function isDifferentSegment(a: string, b: string): boolean {
  if (a === b) return false;
  if (!containsSymbol(a)) return !containsSymbol(b) || !canStandFor(b, a);
  if (!containsSymbol(b)) return !canStandFor(a, b);
  return isNameOfResource(a) && isNameOfResource(b) && scopeOf(a) === scopeOf(b) || haveDifferentEnds(a, b);
}

function isNameOfResource(symbol: string): boolean {
  return isDeploymentSymbol(symbol, 'resource') || isDeploymentSymbol(symbol, 'name');
}

/** Whether no values of the symbols in two texts make them equal, since what is written in front or behind differs. */
function haveDifferentEnds(a: string, b: string): boolean {
  const [startOfA, startOfB] = [textBeforeSymbols(a), textBeforeSymbols(b)];
  const [endOfA, endOfB] = [textBehindSymbols(a), textBehindSymbols(b)];
  return !startOfA.startsWith(startOfB) && !startOfB.startsWith(startOfA) || !endOfA.endsWith(endOfB) && !endOfB.endsWith(endOfA);
}

function textBeforeSymbols(text: string): string {
  return text.slice(0, text.indexOf(SYMBOL_START));
}

/** Everything where the end of a symbol is missing, as in a text that only looks like one. */
function textBehindSymbols(text: string): string {
  return text.slice(text.lastIndexOf(SYMBOL_END) + 1);
}

function scopeOf(symbol: string): string {
  return symbol.slice(symbol.indexOf(SCOPE_START));
}

/** Whether the symbol was made with that scope. */
export function isSymbolOfScope(symbol: string, scope: string): boolean {
  return scopeOf(symbol) === scopeOf(symbolText('', '', scope));
}

/** Whether the symbols of a text have values with which it is this other text. */
function canStandFor(textWithSymbols: string, literal: string): boolean {
  if (isDeploymentSymbol(textWithSymbols, 'resource')) return GENERATED_NAME.test(literal);
  if (isDeploymentSymbol(textWithSymbols, 'account')) return ACCOUNT_ID.test(literal);
  const end = textWithSymbols.lastIndexOf(SYMBOL_END);
  if (end < 0) return true;
  const before = textWithSymbols.slice(0, textWithSymbols.indexOf(SYMBOL_START));
  const behind = textWithSymbols.slice(end + 1);
  return literal.length >= before.length + behind.length && literal.startsWith(before) && literal.endsWith(behind);
}

/**
 * A name that CloudFormation makes has at least one hyphen: stack name, logical id and a random part are joined by hyphens, and so are the
 * parts of a key id (CloudFormation template reference, Name type). Multi-Region key ids begin with `mrk-`.
 */
const GENERATED_NAME = /^[\w+=,.@]+-[\w+=,.@-]+$/;
const ACCOUNT_ID = /^\d{12}$/;
