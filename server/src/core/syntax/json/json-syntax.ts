import type { Syntax } from '../syntax';
import { jsonTokenAt } from './cursor-token';
import { skipBlanksAndComments } from './comments';
import { parseJson } from './parse-json';
import { printJson } from './print-json';
import { renderJsonEdits } from './render-edits';

/** JSON, and what people write in its place (comments, half-typed text, pasted pieces). */
export const JSON_SYNTAX: Syntax = {
  id: 'json',
  parse: parseJson,
  renderEdits: (layer, edits) => ({ edits: renderJsonEdits(layer, edits) }),
  print: (value) => `${printJson(value, { indent: '  ', eol: '\n' })}\n`,
  tokenAt: jsonTokenAt,
  escape: (text) => JSON.stringify(text).slice(1, -1),
  skipBlanks: skipBlanksAndComments,
};
