import { isPolicyVariable } from '../aws/policy-variables';
import { closedBy, expressionEnd, splitAtColons } from '../text/expressions';
import type { Hole } from './tree';

/**
 * Whether a text can hold any hole at all. Wrong only on the safe side, and quick: nearly every file is settled by this one
 * test, and its strings are then never looked at one by one.
 */
export function mayHaveHoles(text: string): boolean {
  return SIGNS.test(text);
}

const SIGNS = /[<%]|\$[A-Za-z_(]|@\w|[$#{]\{|\{[A-Za-z]|[Yy]our[-_]|YOUR|[xX]{4}|xmpl|[A-Z]_ID|REGION|ACCOUNT|KEY|NAME|:[A-Z_[]{2}|[:.](?:aws[-_])?(?:[Rr]egion|[Aa]ccount)|account[-_]id|key[-_](?:id|arn|ID|ARN)/;

/**
 * The parts of a string's value that are filled in later: expressions of template languages, and words that a person is to
 * replace. `words` is false for free text (`Sid`, `Id`), where any word is a word; `at` tells nameless holes apart.
 */
export function holesIn(value: string, words: boolean, at: number): readonly Hole[] {
  if (!SIGNS.test(value)) return NO_HOLES;
  const expressions = templates(value, at);
  const holes = words ? [...expressions, ...wordHoles(value, expressions)] : expressions;
  return holes.length === 0 ? NO_HOLES : holes.sort((a, b) => a.start - b.start);
}

const NO_HOLES: readonly Hole[] = [];

function templates(value: string, at: number): Hole[] {
  const holes: Hole[] = [];
  for (let i = 0; i < value.length; i++) {
    const end = templateEnd(value, i);
    if (end === undefined) continue;
    if (!isLiteral(value, i, end)) {
      const name = templateName(value.slice(i, end));
      holes.push({ form: 'template', name: name.nameless ? `${name.text} ${at + i}` : name.text, start: i, end });
    }
    i = end - 1;
  }
  return holes;
}

/** `$${…}` (Terraform) and `${!…}` (CloudFormation) stand for the text `${…}` itself, which is IAM's. */
function isLiteral(value: string, start: number, end: number): boolean {
  if (!value.startsWith('${', start)) return false;
  if (value[start - 1] === '$' || value[start + 2] === '!') return true;
  const inner = value.slice(start + 2, end - 1);
  return inner.trim() === '' || isPolicyVariable(inner);
}

function templateName(text: string): { text: string; nameless: boolean } {
  if (/^%\W*[a-z]$/.test(text)) return { text, nameless: true };
  const inner = text.replace(/^(?:[$#]\{|\{\{[-~]?|<%[=-]?|%\()/, '').replace(/(?:[-~]?\}\}|[-=]?%>|\)s|\})$/, '').trim();
  return { text: inner === '' ? text : inner, nameless: false };
}

/** Where the template expression that starts at `at` ends; undefined when none starts there. */
export function templateEnd(value: string, at: number): number | undefined {
  const c = value.charCodeAt(at);
  if (c === DOLLAR || c === HASH || c === OPEN) return expressionEnd(value, at);
  if (c === LESS && value.charCodeAt(at + 1) === PERCENT) return closedBy(value, at + 2, '%>');
  if (c === PERCENT) {
    const verb = /^%(?:\(\w+\)s|(?:\[\d+\])?[sdqv](?![A-Za-z0-9]))/.exec(value.slice(at, at + 80));
    return verb ? at + verb[0].length : undefined;
  }
  return undefined;
}

const DOLLAR = 36;
const HASH = 35;
const PERCENT = 37;
const LESS = 60;
const OPEN = 123;

/**
 * Words that scripts replace: `$ACCOUNT_ID` (shell), `$(AccountId)` (make, Azure Pipelines), `%ACCOUNT_ID%` (Windows), `@@ACCOUNT_ID@@` and
 * `@account.id@` (sed, Maven). Two hexadecimal digits after `%` are a character of a URL.
 */
const SCRIPT_WORD = /(?<!\$)\$(?:([A-Za-z_]\w*)|\(([A-Za-z_][\w.-]*)\))|%(?![0-9A-Fa-f]{2}(?:%|$))([A-Za-z_][\w.-]{0,80})%|@@?([A-Za-z_][\w.-]{0,80})@@?/g;

/** The words that lie neither in a template expression nor in a word found before. */
function wordHoles(value: string, expressions: readonly Hole[]): Hole[] {
  const holes: Hole[] = [];
  // By character: comparing each hole with all others takes the square of their number.
  const taken = new Uint8Array(value.length);
  for (const { start, end } of expressions) taken.fill(1, start, end);
  const add = (start: number, text: string, name = text, form: Hole['form'] = 'word'): void => {
    const end = start + text.length;
    if (taken.subarray(start, end).includes(1)) return;
    taken.fill(1, start, end);
    holes.push({ form, name, start, end });
  };
  for (const found of value.matchAll(SCRIPT_WORD)) add(found.index, found[0], found[1] ?? found[2] ?? found[3] ?? found[4], 'template');
  for (const found of value.matchAll(/<([^<>%"]{1,80})>|(?<![$#{%])\{([A-Za-z][\w .:-]*)\}(?!\})/g)) {
    add(found.index, found[0], (found[1] ?? found[2] ?? '').trim() || found[0]);
  }
  for (const found of value.matchAll(/(?<![\w-])your[-_](?:-*\w)+/gi)) add(found.index, found[0]);
  for (const found of value.matchAll(/\.(region)\.amazonaws\.com/gi)) add(found.index + 1, found[1] ?? '');
  for (const field of fields(value)) if (isWord(field)) add(field.start, field.text);
  return holes;
}

interface Field {
  readonly text: string;
  readonly start: number;
  readonly place: 'region' | 'account' | 'id' | 'whole';
}

/** The fields of an ARN where a placeholder word can stand, or the whole value when it is no ARN. */
function fields(value: string): Field[] {
  if (!value.startsWith('arn:')) return [{ text: value, start: 0, place: 'whole' }];
  const found: Field[] = [];
  let start = 0;
  splitAtColons(value).forEach((text, index) => {
    if (index === 3) found.push({ text, start, place: 'region' });
    else if (index === 4) found.push({ text, start, place: 'account' });
    else if (index > 4) found.push(...segments(text, start));
    start += text.length + 1;
  });
  return found;
}

function segments(text: string, start: number): Field[] {
  let at = start;
  return text.split('/').map((part) => {
    const field: Field = { text: part, start: at, place: 'id' };
    at += part.length + 1;
    return field;
  });
}

const CAPITALS = /^[_<[]*[A-Z][A-Z0-9]*(?:[-_][A-Z0-9]+)*[_>\]]*$/;
/** A real Region in capitals is a slip, no placeholder. */
const SHOUTED_REGION = /^[A-Z]{2,}(?:-[A-Z]+)+-\d$/;
const FILLER = /^[0-9-]*[xX]{4}[0-9xX-]*$|xmpl/;
const ACCOUNT = /^(?:aws[-_])?account(?:[-_]?(?:id|number))?$/i;
const REGION = /^(?:aws[-_])?region$/i;
const ID = /^(?:(?:kms[-_]|cmk[-_])?key[-_]id|KEY|(?:KEY|ROLE|USER|GROUP|ALIAS)[-_]?NAME|REGION|ACCOUNT|ACCOUNT[-_]ID|key_?ID|KMS_KEY)$/;
const ID_CAPITALS = /^(?:KMS[-_]|CMK[-_])?KEY[-_]ID$/;
const WHOLE = /^(?:(?:AWS[-_])?ACCOUNT(?:[-_](?:ID|NUMBER))?|(?:AWS[-_])?REGION|(?:KMS[-_])?KEY[-_](?:ID|ARN)|account[-_]id|key[-_](?:id|ID|arn|ARN))$/;

function isWord({ text, place }: Field): boolean {
  if (text === '') return false;
  if (FILLER.test(text)) return true;
  switch (place) {
    case 'region': return CAPITALS.test(text) && !SHOUTED_REGION.test(text) || REGION.test(text);
    case 'account': return CAPITALS.test(text) || ACCOUNT.test(text);
    case 'id': return ID.test(text) || ID_CAPITALS.test(text);
    case 'whole': return WHOLE.test(text);
  }
}
