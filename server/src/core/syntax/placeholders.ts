import { isPolicyVariable } from '../aws/policy-variables';
import { endOfDelimiter, expressionEnd, splitAtColons } from '../text/template-expressions';
import type { DocumentHints } from './syntax';
import type { Placeholder } from './tree';

/**
 * Whether a text can hold any hole at all. Wrong only on the safe side, and quick: nearly every file is settled by this one
 * test, and its strings are then never looked at one by one.
 */
export function mayHavePlaceholders(text: string): boolean {
  return PLACEHOLDER_SIGNS.test(text);
}

const PLACEHOLDER_SIGNS =
  /[<%]|\$[A-Za-z_(]|@\w|[$#{]\{|\{[A-Za-z]|[Yy]our[-_]|YOUR|[xX]{4}|xmpl|[A-Z]_ID|REGION|ACCOUNT|KEY|NAME|:[A-Z_[]{2}|[:.](?:aws[-_])?(?:[Rr]egion|[Aa]ccount)|account[-_]id|key[-_](?:id|arn|ID|ARN)/;

/**
 * The parts of a string's value that are filled in later: expressions of template languages, and words that a person is to
 * replace. `words` is false for free text (`Sid`, `Id`), where any word is a word; `at` tells nameless holes apart.
 */
export function findPlaceholders(value: string, words: boolean, at: number): readonly Placeholder[] {
  if (!PLACEHOLDER_SIGNS.test(value)) return NO_PLACEHOLDERS;
  const expressions = templatePlaceholders(value, at);
  const placeholders = words ? [...expressions, ...wordPlaceholders(value, expressions)] : expressions;
  return placeholders.length === 0 ? NO_PLACEHOLDERS : placeholders.sort((a, b) => a.start - b.start);
}

export const NO_PLACEHOLDERS: readonly Placeholder[] = [];

/** The placeholders of a string that stands behind a key: in the value of a member of prose any word is a word. */
export function placeholdersUnder(key: string | undefined, value: string, at: number,
  hints: DocumentHints | undefined): readonly Placeholder[] {
  return findPlaceholders(value, key === undefined || hints?.proseMembers.includes(key) !== true, at);
}

function templatePlaceholders(value: string, at: number): Placeholder[] {
  const placeholders: Placeholder[] = [];
  for (let i = 0; i < value.length; i++) {
    const end = templateExpressionEnd(value, i);
    if (end === undefined) continue;
    if (!isEscapedExpression(value, i, end)) {
      const name = expressionName(value.slice(i, end));
      placeholders.push({ form: 'template', name: name.nameless ? `${name.text} ${at + i}` : name.text, start: i, end });
    }
    i = end - 1;
  }
  return placeholders;
}

/** `$${…}` (Terraform) and `${!…}` (CloudFormation) stand for the text `${…}` itself, which is IAM's. */
function isEscapedExpression(value: string, start: number, end: number): boolean {
  if (!value.startsWith('${', start)) return false;
  if (value[start - 1] === '$' || value[start + 2] === '!') return true;
  const inner = value.slice(start + 2, end - 1);
  return inner.trim() === '' || isPolicyVariable(inner);
}

function expressionName(text: string): { text: string; nameless: boolean } {
  if (/^%\W*[a-z]$/.test(text)) return { text, nameless: true };
  const inner = text.replace(/^(?:[$#]\{|\{\{[-~]?|<%[=-]?|%\()/, '').replace(/(?:[-~]?\}\}|[-=]?%>|\)s|\})$/, '').trim();
  return { text: inner === '' ? text : inner, nameless: false };
}

/** Where the template expression that starts at `at` ends; undefined when none starts there. */
export function templateExpressionEnd(value: string, at: number): number | undefined {
  const c = value.charCodeAt(at);
  if (c === DOLLAR || c === HASH || c === OPENING_BRACE) return expressionEnd(value, at);
  if (c === LESS_THAN && value.charCodeAt(at + 1) === PERCENT) return endOfDelimiter(value, at + 2, '%>');
  if (c === PERCENT) {
    const verb = /^%(?:\(\w+\)s|(?:\[\d+\])?[sdqv](?![A-Za-z0-9]))/.exec(value.slice(at, at + 80));
    return verb ? at + verb[0].length : undefined;
  }
  return undefined;
}

const DOLLAR = 36;
const HASH = 35;
const PERCENT = 37;
const LESS_THAN = 60;
const OPENING_BRACE = 123;

/**
 * Words that scripts replace: `$ACCOUNT_ID` (shell), `$(AccountId)` (make, Azure Pipelines), `%ACCOUNT_ID%` (Windows), `@@ACCOUNT_ID@@` and
 * `@account.id@` (sed, Maven). Two hexadecimal digits after `%` are a character of a URL.
 */
const SCRIPT_WORD =
  /(?<!\$)\$(?:([A-Za-z_]\w*)|\(([A-Za-z_][\w.-]*)\))|%(?![0-9A-Fa-f]{2}(?:%|$))([A-Za-z_][\w.-]{0,80})%|@@?([A-Za-z_][\w.-]{0,80})@@?/g;

/** The words that lie neither in a template expression nor in a word found before. */
function wordPlaceholders(value: string, expressions: readonly Placeholder[]): Placeholder[] {
  const placeholders: Placeholder[] = [];
  // By character: comparing each hole with all others takes the square of their number.
  const occupied = new Uint8Array(value.length);
  for (const { start, end } of expressions) occupied.fill(1, start, end);
  const add = (start: number, text: string, name = text, form: Placeholder['form'] = 'word'): void => {
    const end = start + text.length;
    if (occupied.subarray(start, end).includes(1)) return;
    occupied.fill(1, start, end);
    placeholders.push({ form, name, start, end });
  };
  for (const match of value.matchAll(SCRIPT_WORD)) add(match.index, match[0], match[1] ?? match[2] ?? match[3] ?? match[4], 'template');
  for (const match of value.matchAll(/<([^<>%"]{1,80})>|(?<![$#{%])\{([A-Za-z][\w .:-]*)\}(?!\})/g)) {
    add(match.index, match[0], (match[1] ?? match[2] ?? '').trim() || match[0]);
  }
  for (const match of value.matchAll(/(?<![\w-])your[-_](?:-*\w)+/gi)) add(match.index, match[0]);
  for (const match of value.matchAll(/\.(region)\.amazonaws\.com/gi)) add(match.index + 1, match[1] ?? '');
  for (const wordField of wordFields(value)) if (isPlaceholderWord(wordField)) add(wordField.start, wordField.text);
  return placeholders;
}

interface WordField {
  readonly text: string;
  readonly start: number;
  readonly position: 'region' | 'account' | 'id' | 'whole';
}

/** The fields of an ARN where a placeholder word can stand, or the whole value when it is no ARN. */
function wordFields(value: string): WordField[] {
  if (!value.startsWith('arn:')) return [{ text: value, start: 0, position: 'whole' }];
  const fields: WordField[] = [];
  let start = 0;
  splitAtColons(value).forEach((text, index) => {
    if (index === 3) fields.push({ text, start, position: 'region' });
    else if (index === 4) fields.push({ text, start, position: 'account' });
    else if (index > 4) fields.push(...pathSegments(text, start));
    start += text.length + 1;
  });
  return fields;
}

function pathSegments(text: string, start: number): WordField[] {
  let at = start;
  return text.split('/').map((part) => {
    const wordField: WordField = { text: part, start: at, position: 'id' };
    at += part.length + 1;
    return wordField;
  });
}

const UPPERCASE_WORD = /^[_<[]*[A-Z][A-Z0-9]*(?:[-_][A-Z0-9]+)*[_>\]]*$/;
/** A real Region in capitals is a slip, no placeholder. */
const UPPERCASE_REGION = /^[A-Z]{2,}(?:-[A-Z]+)+-\d$/;
const FILLER_TEXT = /^[0-9-]*[xX]{4}[0-9xX-]*$|xmpl/;
const ACCOUNT_WORD = /^(?:aws[-_])?account(?:[-_]?(?:id|number))?$/i;
const REGION_WORD = /^(?:aws[-_])?region$/i;
const ID_WORD =
  /^(?:(?:kms[-_]|cmk[-_])?key[-_]id|KEY|(?:KEY|ROLE|USER|GROUP|ALIAS)[-_]?NAME|REGION|ACCOUNT|ACCOUNT[-_]ID|key_?ID|KMS_KEY)$/;
const KEY_ID_WORD = /^(?:KMS[-_]|CMK[-_])?KEY[-_]ID$/;
const WHOLE_VALUE_WORD =
  /^(?:(?:AWS[-_])?ACCOUNT(?:[-_](?:ID|NUMBER))?|(?:AWS[-_])?REGION|(?:KMS[-_])?KEY[-_](?:ID|ARN)|account[-_]id|key[-_](?:id|ID|arn|ARN))$/;

function isPlaceholderWord({ text, position }: WordField): boolean {
  if (text === '') return false;
  if (FILLER_TEXT.test(text)) return true;
  switch (position) {
    case 'region': return UPPERCASE_WORD.test(text) && !UPPERCASE_REGION.test(text) || REGION_WORD.test(text);
    case 'account': return UPPERCASE_WORD.test(text) || ACCOUNT_WORD.test(text);
    case 'id': return ID_WORD.test(text) || KEY_ID_WORD.test(text);
    case 'whole': return WHOLE_VALUE_WORD.test(text);
  }
}
