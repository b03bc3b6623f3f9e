/** Of a text that was pasted or read from a file so much is looked at: an error message with the log around it is far shorter. */
const MAX_TEXT_LENGTH = 64 * 1024;
/** So much before the error itself, for the caller and the request. */
const CONTEXT_BEFORE_MESSAGE = 16 * 1024;

/** Every error that is read contains one of these. */
const ERROR_MESSAGE_PATTERN =
  /is not authorized to perform|the ciphertext refers to|access to KMS is not allowed|access ?denied|is not found|does not exist|operation: forbidden/i;

/** The part of a text that holds the error, and what to say about the rest. */
export interface MessageExcerpt {
  readonly text: string;
  readonly note: string | undefined;
}

export function excerptOfMessage(text: string): MessageExcerpt {
  if (text.length <= MAX_TEXT_LENGTH) return { text, note: undefined };
  const start = Math.max(0, text.search(ERROR_MESSAGE_PATTERN) - CONTEXT_BEFORE_MESSAGE);
  return { text: text.slice(start, start + MAX_TEXT_LENGTH),
    note: `Only ${MAX_TEXT_LENGTH / 1024} KiB of the text are read, around the first error in it.` };
}

/** Escapes of JSON and XML undone, white space and frames of terminals made one blank. */
export function normalizeMessageText(text: string): string {
  return text
    .replace(/\\+(?:[nrt]|u[0-9a-fA-F]{4}|["'/])?/g, decodeEscape)
    .replace(/&(?:quot|#34|#x22);/g, '"').replace(/&(?:apos|#39|#x27);/g, "'").replace(/&amp;/g, '&')
    .replace(/[\s│]+/g, ' ');
}

function decodeEscape(escape: string): string {
  const sign = escape.replace(/^\\+/, '');
  if (sign === '') return escape;
  if (sign.length > 1) return String.fromCharCode(parseInt(sign.slice(1), 16));
  return /[nrt]/.test(sign) ? ' ' : sign;
}

/** The text without its line ends: a terminal breaks lines in the middle of an ARN. */
export function joinBrokenLines(text: string): string {
  return text.split('\n').map((line, i) => (i === 0 ? line : line.replace(/^[ \t│|]+/, '')).trimEnd()).join('');
}
