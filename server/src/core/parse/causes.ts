import type { Cause } from './fault-book';

export const BLANKS: Cause = {
  kind: 'no-break-space',
  message: (count) => (count === 1
    ? 'This is a no-break space or another special blank, which JSON does not take as white space.'
    : `${count} no-break spaces or other special blanks stand here, which JSON does not take as white space.`),
  title: 'Replace special blanks by spaces',
};
export const MARK: Cause = {
  kind: 'no-break-space',
  message: () => 'The text starts with a byte order mark, which AWS does not accept in a policy.',
  title: 'Remove the byte order mark',
};
export const COMMENTS: Cause = {
  kind: 'comment',
  message: (count) => (count === 1 ? 'JSON has no comments.' : `JSON has no comments; there are ${count} here.`),
  title: 'Delete comments',
};
export const TEMPLATES: Cause = {
  kind: 'unexpected',
  message: () => 'A template expression stands outside of quotes: this becomes JSON only once the template is filled in.',
  title: '',
};
export const QUOTES: Cause = {
  kind: 'curly-quote',
  message: (count) => (count === 1 ? 'JSON strings need straight double quotes.' : `JSON strings need straight double quotes; ${count} others stand here.`),
  title: 'Use straight double quotes',
};
export const TRAILING_TEXT: Cause = {
  kind: 'trailing-text',
  message: () => 'This text stands behind the end of the JSON document.',
  title: 'Delete the text behind the document',
};
export const LEADING_TEXT: Cause = {
  kind: 'leading-text',
  message: () => 'This text stands in front of the JSON document.',
  title: 'Delete the text in front of the document',
};
export const MISSING_BRACES: Cause = {
  kind: 'missing-brace',
  message: (count) => (count === 1 ? 'A brace or bracket is missing here.' : `Braces or brackets are missing here and at ${count === 2 ? 'one other place' : `${count - 1} other places`}.`),
  title: 'Add the missing braces and brackets',
};
