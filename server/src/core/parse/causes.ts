import type { Cause } from './fault-book';

export const BLANKS: Cause = {
  kind: 'no-break-space',
  message: 'JSON does not accept no-break spaces and other special spaces as white space',
  title: 'Replace special spaces with ordinary spaces',
};
export const MARK: Cause = {
  kind: 'no-break-space',
  message: 'The text starts with a byte order mark, which AWS does not accept in a policy',
  title: 'Remove the byte order mark',
};
export const COMMENTS: Cause = { kind: 'comment', message: 'JSON has no comments', title: 'Delete comments' };
export const TEMPLATES: Cause = {
  kind: 'unexpected',
  message: 'A template expression with quotes of its own, or outside of quotes, becomes JSON only once it is filled in',
  title: '',
};
export const QUOTES: Cause = { kind: 'curly-quote', message: 'JSON strings need straight double quotes', title: 'Use straight double quotes' };
export const TRAILING_TEXT: Cause = {
  kind: 'trailing-text',
  message: 'This text is after the end of the JSON document',
  title: 'Delete the text after the document',
};
export const LEADING_TEXT: Cause = {
  kind: 'leading-text',
  message: 'This text is before the JSON document',
  title: 'Delete the text before the document',
};
export const MISSING_BRACES: Cause = {
  kind: 'missing-brace',
  message: 'A brace or bracket is missing here',
  title: 'Add the missing braces and brackets',
};
