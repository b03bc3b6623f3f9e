import { ErrorCodes, ResponseError } from 'vscode-languageserver';
import { SHELLS } from '../core/index';
import { canonicalUri } from '../host/contract';
import type { Requests } from './protocol/requests';

interface Shape {
  readonly fits: (value: unknown) => boolean;
  readonly wanted: string;
}

const TEXT: Shape = { fits: (value) => typeof value === 'string', wanted: 'a text' };
const TEXTS: Shape = { fits: (value) => Array.isArray(value) && value.every(TEXT.fits), wanted: 'a list of texts' };
const SHELL: Shape = { fits: (value) => SHELLS.some((shell) => shell === value), wanted: `one of ${SHELLS.join(', ')}` };
const OBJECT: Shape = { fits: isObject, wanted: 'an object' };
const OBJECTS: Shape = { fits: (value) => Array.isArray(value) && value.every(isObject), wanted: 'a list of objects' };
const TARGET: Shape = { fits: isTarget, wanted: '{ "account": … } or { "arn": … }' };
const TARGETS: Shape = {
  fits: (value) => Array.isArray(value) && value.every(isTarget), wanted: 'a list of { "account": … } and { "arn": … }',
};
const URI: Shape = { fits: isUri, wanted: 'a URI' };
const DOCUMENT: Shape = { fits: (value) => isObject(value) && isUri(value['uri']), wanted: '{ "uri": … } with a URI' };
const POSITION: Shape = { fits: isPosition, wanted: '{ "line": …, "character": … } with numbers from 0' };
const RANGE: Shape = {
  fits: (value) => isObject(value) && isPosition(value['start']) && isPosition(value['end']), wanted: '{ "start": …, "end": … } with two positions',
};
const POLICY: Shape = {
  fits: (value) => isObject(value) && isUri(value['uri']) && typeof value['pointer'] === 'string', wanted: '{ "uri": …, "pointer": … }',
};

/** A name means the same in whatever request, notification or argument of a command has it. */
const SHAPES: Readonly<Partial<Record<string, Shape>>> = {
  identity: TEXT, action: TEXT, key: TEXT, message: TEXT, keyArn: TEXT, useCase: TEXT, owner: TEXT, region: TEXT,
  administrators: TEXTS, useCases: TEXTS, target: TARGET, users: TARGETS, shell: SHELL,
  textDocument: DOCUMENT, position: POSITION, range: RANGE, context: OBJECT, newName: TEXT, query: TEXT,
  contentChanges: OBJECTS, changes: OBJECTS, cells: OBJECTS, standings: TEXTS, capabilities: OBJECT,
  uri: URI, pointer: TEXT, policy: POLICY, id: TEXT, reason: TEXT, generate: TEXT, format: TEXT,
};

/** The requests and notifications of the Language Server Protocol that this server takes. */
type StandardMethod =
  | 'initialize' | 'textDocument/didOpen' | 'textDocument/didChange' | 'textDocument/didClose' | 'workspace/didChangeWatchedFiles'
  | 'textDocument/codeAction' | 'codeAction/resolve' | 'textDocument/completion' | 'workspace/executeCommand'
  | 'textDocument/codeLens' | 'codeLens/resolve'
  | 'textDocument/hover' | 'textDocument/inlayHint' | 'textDocument/definition' | 'textDocument/references' | 'textDocument/documentSymbol'
  | 'workspace/symbol' | 'textDocument/documentLink' | 'textDocument/prepareRename' | 'textDocument/rename';

/** What the parameters have; a name with `?` may be left out. */
const PARAMETERS: Readonly<Record<StandardMethod | keyof Requests, readonly string[]>> = {
  'initialize': ['capabilities'],
  'textDocument/didOpen': ['textDocument'],
  'textDocument/didChange': ['textDocument', 'contentChanges'],
  'textDocument/didClose': ['textDocument'],
  'workspace/didChangeWatchedFiles': ['changes'],
  'textDocument/codeAction': ['textDocument', 'range', 'context'],
  'codeAction/resolve': [],
  'textDocument/completion': ['textDocument', 'position'],
  'workspace/executeCommand': [],
  'textDocument/codeLens': ['textDocument'],
  'codeLens/resolve': ['range'],
  'textDocument/hover': ['textDocument', 'position'],
  'textDocument/inlayHint': ['textDocument', 'range'],
  'textDocument/definition': ['textDocument', 'position'],
  'textDocument/references': ['textDocument', 'position', 'context'],
  'textDocument/documentSymbol': ['textDocument'],
  'workspace/symbol': ['query'],
  'textDocument/documentLink': ['textDocument'],
  'textDocument/prepareRename': ['textDocument', 'position'],
  'textDocument/rename': ['textDocument', 'position', 'newName'],
  'kmsHandshake/policies': ['textDocument?', 'position?'],
  'kmsHandshake/questions': ['generate', 'policy'],
  'kmsHandshake/generate': ['generate', 'policy', 'keyArn?', 'target?', 'useCase?'],
  'kmsHandshake/newKeyPolicyChoices': [],
  'kmsHandshake/newKeyPolicy': ['owner', 'administrators?', 'users?', 'useCases?', 'region?'],
  'kmsHandshake/cliCommand': ['uri', 'pointer', 'shell?'],
  'kmsHandshake/attachChoices': ['uri', 'pointer'],
  'kmsHandshake/suppress': ['uri', 'id', 'reason'],
  'kmsHandshake/attach': ['policy', 'target'],
  'kmsHandshake/status': ['textDocument', 'position?'],
  'kmsHandshake/keyLinkChoices': ['uri', 'pointer'],
  'kmsHandshake/linkKey': ['policy', 'keyArn'],
  'kmsHandshake/matrix': [],
  'kmsHandshake/matrixCell': ['identity', 'key'],
  'kmsHandshake/matrixDocument': ['format', 'cells?', 'standings?'],
  'kmsHandshake/handshakes': [],
  'kmsHandshake/handshake': ['identity', 'key'],
  'kmsHandshake/linkChoices': ['key?', 'identity?', 'policy?'],
  'kmsHandshake/explain': ['identity?', 'action', 'key?', 'source?'],
  'kmsHandshake/explainChoices': ['textDocument?', 'position?', 'message?'],
};

/** A message with no parameters in place of null, which the library would look for progress tokens in before anybody else sees it. */
export function withParameters<M extends object>(message: M): M {
  return 'params' in message && message.params === null ? { ...message, params: {} } : message;
}

/**
 * The handler behind a look at what the client sent: what it cannot take is refused in the protocol's words, by its name.
 *
 * @param current throws where the server does not serve yet, or no more, which goes before
 */
export function checked<S, P, More extends unknown[], R>(
  method: keyof typeof PARAMETERS, current: () => S, handle: (session: S, parameters: P, ...more: More) => R,
): (given: P, ...more: More) => R {
  return (given, ...more) => handle(current(), parametersOf(method, given) as P, ...more);
}

/** What is null counts as left out, as many clients mean it. Throws an error of the protocol. */
export function parametersOf(method: keyof typeof PARAMETERS, given: unknown): Readonly<Record<string, unknown>> {
  const where = `the parameters of ${method}`;
  const members = membersOf(given ?? {}, where);
  for (const entry of PARAMETERS[method]) {
    const name = entry.replace('?', '');
    if (members[name] !== undefined) checkShape(name, members[name], where);
    else if (name === entry) throw invalidParameters(`${where} have no "${name}"`);
  }
  return members;
}

/** The members of an object, without what is null. */
export function membersOf(given: unknown, where: string): Readonly<Record<string, unknown>> {
  if (!isObject(given)) throw invalidParameters(`${where}: one object is expected`);
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== null));
}

/** Throws an error of the protocol where a value is not what its name means. */
export function checkShape(name: string, value: unknown, where: string): void {
  const shape = Object.hasOwn(SHAPES, name) ? SHAPES[name] : undefined;
  if (shape?.fits(value) === false) throw invalidParameters(`"${name}" in ${where} is not ${shape.wanted}`);
}

export function invalidParameters(message: string): ResponseError {
  return new ResponseError(ErrorCodes.InvalidParams, message);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPosition(value: unknown): boolean {
  return isObject(value) && [value['line'], value['character']].every((number) => Number.isInteger(number) && Number(number) >= 0);
}

function isTarget(value: unknown): boolean {
  return isObject(value) && typeof (value['account'] ?? value['arn']) === 'string';
}

function isUri(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    canonicalUri(value);
    return true;
  } catch {
    return false;
  }
}
