import type { Span, TextEdit } from '../../text/span';
import { syntaxFault, type SyntaxFault } from '../syntax-fault';
import { insertAt } from '../text-edits';

/** Collects what is wrong with one text. */
export interface YamlFaultCollector {
  readonly faults: SyntaxFault[];
  readonly text: string;
  /** Closing brackets that are missing, and colons and blanks behind names: with them the text can be read on. */
  readonly missingBrackets: TextEdit[];
  readonly missingColons: TextEdit[];
}

/** A text with more faults than this is not a template with a few mistakes. */
const MAX_FAULTS = 1000;

export function addFault({ faults }: Pick<YamlFaultCollector, 'faults'>, fault: SyntaxFault): void {
  if (faults.length < MAX_FAULTS) faults.push(fault);
}

/** In the order of the text, of each line the first: what follows on it is mostly a consequence. */
export function firstFaultOfEachLine(faults: readonly SyntaxFault[], text: string): readonly SyntaxFault[] {
  let endOfLine = -1;
  return [...faults].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end).filter(({ span }) => {
    if (span.start < endOfLine) return false;
    const lineBreak = text.indexOf('\n', span.start);
    endOfLine = lineBreak < 0 ? text.length + 1 : lineBreak + 1;
    return true;
  }).slice(0, MAX_REPORTED).map((fault) => withinText(fault, text.length));
}

/** What was put in to read on may be behind the end. */
function withinText(fault: SyntaxFault, length: number): SyntaxFault {
  const { start, end } = fault.span;
  return end <= length ? fault : { ...fault, span: { start: Math.min(start, length), end: length } };
}

const MAX_REPORTED = 100;

export function unknownAlias(span: Span, source: string): SyntaxFault {
  const message = source === '*'
    ? 'In YAML a star without quotes begins an alias; the value * must be in quotes'
    : `There is no anchor &${source.slice(1)} before this alias; a value that begins with a star must be in quotes`;
  return syntaxFault('unknown-alias', span, message, 'Put it in quotes', [insertAt(span.start, '\''), insertAt(span.end, '\'')]);
}

export function aliasInItself(span: Span): SyntaxFault {
  return syntaxFault('unknown-alias', span, 'This alias stands for a value that contains it');
}

export function aliasTooLarge(span: Span): SyntaxFault {
  return syntaxFault('too-deep', span, 'The aliases up to here stand for more values than are read: this one is not followed');
}

export function tooDeep({ start }: Span, limit: number): SyntaxFault {
  return syntaxFault('too-deep', { start, end: start + 1 }, `What is nested more than ${limit} levels deep, as this is, is not read`);
}

/** @param end behind what is read of the string */
export function unclosedQuote(start: number, end: number, quote: string): SyntaxFault {
  return syntaxFault('unterminated-string', { start, end: start + 1 }, `This ${quote === '"' ? 'double' : 'single'} quote is never closed`,
    'Close the quote', [insertAt(end, quote)]);
}

/** @param end behind what is read of the collection */
export function unclosedBracket(start: number, end: number, bracket: string): SyntaxFault {
  const closing = bracket === '{' ? '}' : ']';
  return syntaxFault('missing-brace', { start, end: start + 1 }, `This ${bracket === '{' ? 'brace' : 'bracket'} is never closed`,
    `Add the closing ${bracket === '{' ? 'brace' : 'bracket'}`, [insertAt(end, closing)]);
}

export function missingComma(at: number): SyntaxFault {
  return syntaxFault('missing-comma', { start: at, end: at + 1 }, 'A comma is missing before this', 'Add the comma', [insertAt(at, ',')]);
}

export function unexpectedComma(span: Span): SyntaxFault {
  return syntaxFault('unexpected', span, 'There is nothing before this comma', 'Delete the comma', [{ span, newText: '' }]);
}

export function unexpectedText(span: Span): SyntaxFault {
  return syntaxFault('unexpected', span, 'This does not belong here');
}

/** `Sid:Consumer`, or a word that is half typed. */
export function missingColon({ start, end }: Span, source: string): SyntaxFault {
  const colon = /^[\w-]+:(?=[^\s:])/.exec(source)?.[0];
  return colon === undefined
    ? syntaxFault('missing-colon', { start, end }, 'A colon and a value are missing behind this name')
    : syntaxFault('missing-colon', { start, end }, 'A blank is missing behind the colon', 'Add a blank',
      [insertAt(start + colon.length, ' ')]);
}

/** A name that goes on over lines: the first ones lack their colon. */
export function keyOverSeveralLines({ start, end }: Span, source: string): SyntaxFault {
  const line = source.slice(0, source.indexOf('\n') + 1).trimEnd();
  return line === '' ? syntaxFault('unexpected', { start, end }, 'A name must be on one line')
    : missingColon({ start, end: start + line.length }, line);
}

export function keyIsNoScalar(span: Span): SyntaxFault {
  return syntaxFault('unexpected', span, 'A name must be a word or a string');
}

/** @param value from its first character to the end of its line */
export function colonInPlainValue(value: Span, source: string): SyntaxFault {
  const quoted = `'${source.replace(/'/g, '\'\'')}'`;
  return syntaxFault('unexpected', value, 'A value that contains a colon with a blank behind it must be in quotes', 'Put it in quotes',
    [{ span: value, newText: quoted }]);
}

export function wrongColumn(span: Span, what: 'name' | 'item'): SyntaxFault {
  return syntaxFault('indentation', span, what === 'name' ? 'This line is not indented like the other names of its object'
    : 'This line is not indented like the other items of its list');
}

export function missingDash(span: Span): SyntaxFault {
  return syntaxFault('indentation', span, 'This line is in a list, and does not begin with a dash');
}

export function tabAsIndentation(span: Span): SyntaxFault {
  return syntaxFault('indentation', span, 'YAML does not accept tabs as indentation');
}

export function reservedCharacter(span: Span, character: string): SyntaxFault {
  return syntaxFault('unexpected', span, `A value that begins with ${character} must be in quotes`);
}

export function invalidEscape(span: Span): SyntaxFault {
  return syntaxFault('invalid-escape', span, 'A backslash in double quotes starts an escape such as \\n; this is not one',
    'Write the backslash twice', [insertAt(span.start, '\\')]);
}

export function badBlockScalarLine(at: number): SyntaxFault {
  return syntaxFault('indentation', { start: at, end: at + 1 }, 'The lines of a block must not be indented less than its first line');
}

export function conflictMarker(span: Span): SyntaxFault {
  return syntaxFault('conflict-marker', span, 'This line is a conflict marker of a merge');
}

export function specialBlank(span: Span): SyntaxFault {
  return syntaxFault('no-break-space', span, 'YAML does not allow no-break spaces between values',
    'Replace no-break spaces with spaces', [{ span, newText: ' '.repeat(span.end - span.start) }]);
}
