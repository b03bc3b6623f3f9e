import { ErrorCodes, ResponseError } from 'vscode-languageserver';
import { SHELLS } from '../core/index';
import { canonicalUri } from '../host/host';
import type { Requests } from './protocol/requests';

interface ParameterType {
  readonly isValid: (value: unknown) => boolean;
  readonly expected: string;
}

const STRING_TYPE: ParameterType = { isValid: (value) => typeof value === 'string', expected: 'a text' };
const BOOLEAN_TYPE: ParameterType = { isValid: (value) => typeof value === 'boolean', expected: 'true or false' };
const STRING_LIST_TYPE: ParameterType = { isValid: isListOf(STRING_TYPE.isValid), expected: 'a list of texts' };
const SHELL_TYPE: ParameterType = { isValid: (value) => SHELLS.some((shell) => shell === value), expected: `one of ${SHELLS.join(', ')}` };
const SUPPRESSION_FORM_TYPE: ParameterType = {
  isValid: (value) => value === 'manifest' || value === 'comment', expected: 'one of manifest, comment',
};
const OBJECT_TYPE: ParameterType = { isValid: isObject, expected: 'an object' };
const OBJECT_LIST_TYPE: ParameterType = { isValid: isListOf(isObject), expected: 'a list of objects' };
const TARGET_TYPE: ParameterType = { isValid: isTarget, expected: '{ "account": … } or { "arn": … }' };
const TARGET_LIST_TYPE: ParameterType = { isValid: isListOf(isTarget), expected: 'a list of { "account": … } and { "arn": … }' };
const URI_TYPE: ParameterType = { isValid: isUri, expected: 'a URI' };
const TEXT_DOCUMENT_TYPE: ParameterType = {
  isValid: (value) => isObject(value) && isUri(value['uri']), expected: '{ "uri": … } with a URI',
};
const POSITION_TYPE: ParameterType = { isValid: isPosition, expected: '{ "line": …, "character": … } with numbers from 0' };
const RANGE_TYPE: ParameterType = {
  isValid: (value) => isObject(value) && isPosition(value['start']) && isPosition(value['end']),
  expected: '{ "start": …, "end": … } with two positions',
};
const POLICY_REF_TYPE: ParameterType = {
  isValid: (value) => isObject(value) && isUri(value['uri']) && typeof value['pointer'] === 'string',
  expected: '{ "uri": …, "pointer": … }',
};

/** A name means the same in whatever request, notification or argument of a command has it. */
const PARAMETER_TYPES: Readonly<Partial<Record<string, ParameterType>>> = {
  identity: STRING_TYPE, action: STRING_TYPE, key: STRING_TYPE, message: STRING_TYPE, keyArn: STRING_TYPE, useCase: STRING_TYPE,
  owner: STRING_TYPE, region: STRING_TYPE, newName: STRING_TYPE, query: STRING_TYPE, pointer: STRING_TYPE, id: STRING_TYPE,
  reason: STRING_TYPE, generate: STRING_TYPE, format: STRING_TYPE,
  administrators: STRING_LIST_TYPE, useCases: STRING_LIST_TYPE, standings: STRING_LIST_TYPE,
  context: OBJECT_TYPE, capabilities: OBJECT_TYPE, contentChanges: OBJECT_LIST_TYPE, changes: OBJECT_LIST_TYPE, cells: OBJECT_LIST_TYPE,
  textDocument: TEXT_DOCUMENT_TYPE, position: POSITION_TYPE, range: RANGE_TYPE, uri: URI_TYPE, policy: POLICY_REF_TYPE,
  target: TARGET_TYPE, users: TARGET_LIST_TYPE, shell: SHELL_TYPE, form: SUPPRESSION_FORM_TYPE, bothHalves: BOOLEAN_TYPE,
  createManifest: BOOLEAN_TYPE,
};

/** The requests and notifications of the Language Server Protocol that this server takes. */
export type ProtocolMethod =
  | 'initialize' | 'textDocument/didOpen' | 'textDocument/didChange' | 'textDocument/didSave' | 'textDocument/didClose'
  | 'workspace/didChangeWatchedFiles'
  | 'textDocument/codeAction' | 'codeAction/resolve' | 'textDocument/completion' | 'workspace/executeCommand'
  | 'textDocument/codeLens' | 'codeLens/resolve'
  | 'textDocument/hover' | 'textDocument/inlayHint' | 'textDocument/definition' | 'textDocument/references' | 'textDocument/documentSymbol'
  | 'workspace/symbol' | 'textDocument/documentLink' | 'textDocument/prepareRename' | 'textDocument/rename';

/** What the parameters have; a name with `?` may be left out. */
const METHOD_PARAMETERS: Readonly<Record<ProtocolMethod | keyof Requests, readonly string[]>> = {
  'initialize': ['capabilities'],
  'textDocument/didOpen': ['textDocument'],
  'textDocument/didChange': ['textDocument', 'contentChanges'],
  'textDocument/didSave': ['textDocument'],
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
  'kmsHandshake/generate': ['generate', 'policy', 'keyArn?', 'target?', 'useCase?', 'bothHalves?', 'createManifest?'],
  'kmsHandshake/newKeyPolicyChoices': ['activeUri?'],
  'kmsHandshake/newKeyPolicy': ['owner', 'administrators?', 'users?', 'useCases?', 'region?'],
  'kmsHandshake/cliCommand': ['uri', 'pointer', 'shell?'],
  'kmsHandshake/savePolicyAsFile': ['uri', 'pointer'],
  'kmsHandshake/attachChoices': ['uri', 'pointer'],
  'kmsHandshake/suppress': ['uri', 'id', 'form?', 'reason'],
  'kmsHandshake/attach': ['policy', 'target'],
  'kmsHandshake/status': ['textDocument', 'position?'],
  'kmsHandshake/keyLinkChoices': ['uri', 'pointer'],
  'kmsHandshake/linkKey': ['policy', 'keyArn'],
  'kmsHandshake/matrix': [],
  'kmsHandshake/matrixCell': ['identity', 'key'],
  'kmsHandshake/matrixDocument': ['format', 'cells?', 'standings?'],
  'kmsHandshake/handshakes': [],
  'kmsHandshake/handshakeCounts': [],
  'kmsHandshake/handshake': ['identity', 'key'],
  'kmsHandshake/linkChoices': ['key?', 'identity?', 'policy?'],
  'kmsHandshake/explain': ['identity?', 'action', 'key?', 'source?'],
  'kmsHandshake/explainChoices': ['textDocument?', 'position?', 'message?'],
};

/** The message with empty parameters in place of null: the library looks for progress tokens in them, and fails on null. */
export function withoutNullParameters<M extends object>(message: M): M {
  return 'params' in message && message.params === null ? { ...message, params: {} } : message;
}

/**
 * The handler for validated parameters: invalid ones are refused by name, as an error of the protocol.
 *
 * @param current throws while the server does not serve yet, or no longer; this is checked first
 */
export function withValidatedParameters<S, P, More extends unknown[], R>(
  method: keyof typeof METHOD_PARAMETERS, current: () => S, handle: (session: S, parameters: P, ...more: More) => R,
): (params: P, ...more: More) => R {
  return (params, ...more) => handle(current(), validatedParameters(method, params) as P, ...more);
}

/** What is null counts as left out, as many clients mean it. Throws an error of the protocol. */
export function validatedParameters(method: keyof typeof METHOD_PARAMETERS, params: unknown): Readonly<Record<string, unknown>> {
  const where = `the parameters of ${method}`;
  const members = objectMembers(params ?? {}, where);
  for (const entry of METHOD_PARAMETERS[method]) {
    const name = entry.replace('?', '');
    if (members[name] !== undefined) validateParameter(name, members[name], where);
    else if (name === entry) throw invalidParametersError(`${where} have no "${name}"`);
  }
  return members;
}

/** The members of an object, without what is null. */
export function objectMembers(given: unknown, where: string): Readonly<Record<string, unknown>> {
  if (!isObject(given)) throw invalidParametersError(`${where}: one object is expected`);
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== null));
}

/** Throws an error of the protocol where a value is not what its name means. */
export function validateParameter(name: string, value: unknown, where: string): void {
  const parameterType = Object.hasOwn(PARAMETER_TYPES, name) ? PARAMETER_TYPES[name] : undefined;
  if (parameterType?.isValid(value) === false) throw invalidParametersError(`"${name}" in ${where} is not ${parameterType.expected}`);
}

export function invalidParametersError(message: string): ResponseError {
  return new ResponseError(ErrorCodes.InvalidParams, message);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOf(isValidItem: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => Array.isArray(value) && value.every(isValidItem);
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
