import type { FaultCause } from './fault-collector';

export const SPECIAL_SPACES: FaultCause = {
  kind: 'no-break-space',
  message: 'JSON does not accept no-break spaces and other special spaces as white space',
  title: 'Replace special spaces with ordinary spaces',
};
export const BYTE_ORDER_MARK: FaultCause = {
  kind: 'no-break-space',
  message: 'The text starts with a byte order mark, which AWS does not accept in a policy',
  title: 'Remove the byte order mark',
};
export const COMMENT_IN_JSON: FaultCause = { kind: 'comment', message: 'JSON has no comments', title: 'Delete comments' };
export const TEMPLATE_IN_JSON: FaultCause = {
  kind: 'unexpected',
  message: 'A template expression with quotes of its own, or outside of quotes, becomes JSON only once it is filled in',
  title: '',
};
export const NON_STANDARD_QUOTES: FaultCause = { kind: 'curly-quote', message: 'JSON strings need straight double quotes',
  title: 'Use straight double quotes' };
export const TRAILING_TEXT: FaultCause = {
  kind: 'trailing-text',
  message: 'This text is after the end of the JSON document',
  title: 'Delete the text after the document',
};
export const LEADING_TEXT: FaultCause = {
  kind: 'leading-text',
  message: 'This text is before the JSON document',
  title: 'Delete the text before the document',
};
export const MISSING_BRACES: FaultCause = {
  kind: 'missing-brace',
  message: 'A brace or bracket is missing here',
  title: 'Add the missing braces and brackets',
};
