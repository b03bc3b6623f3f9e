/** A setting of a TOML file whose value is a string or a list of strings. */
export interface TomlSetting {
  /** The keys of the table that it stands in: `[default.deploy.parameters]`. */
  readonly table: readonly string[];
  readonly name: string;
  readonly values: readonly TomlText[];
}

/** The value of a string. */
export interface TomlText {
  readonly text: string;
  /** Where in the file each character of the text starts. */
  readonly offsets: readonly number[];
}

/**
 * The settings of a TOML file, as far as tools write them: tables, strings of all four kinds, and lists of them. Of other values nothing is
 * read.
 *
 * Source: https://toml.io/en/v1.0.0
 */
export function readTomlSettings(text: string): readonly TomlSetting[] {
  const settings: TomlSetting[] = [];
  let table: readonly string[] = [];
  let line: TomlToken[] = [];
  let depth = 0;
  for (const token of tomlTokens(text)) {
    if (token.kind === 'sign' && token.text === '[') depth++;
    if (token.kind === 'sign' && token.text === ']') depth = Math.max(0, depth - 1);
    if (token.kind !== 'line-break') line.push(token);
    // A list goes on over lines.
    else if (depth === 0 || line[0]?.text === '[') {
      const [first, second] = line;
      if (first?.text === '[' && first.kind === 'sign') table = line.filter(({ kind }) => kind !== 'sign').flatMap(keysOf);
      else if (first && second?.text === '=' && second.kind === 'sign') {
        settings.push({ table, name: first.text, values: line.slice(2).filter(({ kind }) => kind === 'string') });
      }
      line = [];
      depth = 0;
    }
  }
  return settings;
}

/** Only strings have offsets. */
interface TomlToken extends TomlText {
  readonly kind: 'string' | 'word' | 'sign' | 'line-break';
}

function keysOf({ kind, text }: TomlToken): readonly string[] {
  return kind === 'string' ? [text] : text.split('.').filter((key) => key !== '');
}

function tomlTokens(text: string): readonly TomlToken[] {
  const tokens: TomlToken[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === '\n') {
      tokens.push(LINE_BREAK);
      at++;
    } else if (character === '#') at = endOr(text, text.indexOf('\n', at));
    else if (character === '"' || character === '\'') {
      const quote = text.startsWith(character.repeat(3), at) ? character.repeat(3) : character;
      const opening = at + quote.length;
      const end = endOfString(text, opening, quote);
      // A line break behind three quotes is not part of the string.
      const start = quote.length === 1 ? opening : opening + (/^\r?\n/.exec(text.slice(opening, opening + 2))?.[0].length ?? 0);
      tokens.push({ kind: 'string', ...stringValue(text, start, end, character === '"') });
      at = text.startsWith(quote, end) ? end + quote.length : end;
    } else if (/[\w.-]/.test(character)) {
      let end = at + 1;
      while (/[\w.-]/.test(text[end] ?? '')) end++;
      tokens.push({ kind: 'word', text: text.slice(at, end), offsets: [] });
      at = end;
    } else {
      if (character.trim() !== '') tokens.push({ kind: 'sign', text: character, offsets: [] });
      at++;
    }
  }
  tokens.push(LINE_BREAK);
  return tokens;
}

const LINE_BREAK: TomlToken = { kind: 'line-break', text: '', offsets: [] };

/** @param hasEscapes of a string in double quotes; of its escapes those of a quote and of a backslash are read */
function stringValue(text: string, start: number, end: number, hasEscapes: boolean): TomlText {
  let value = '';
  const offsets: number[] = [];
  for (let at = start; at < end; at++) {
    offsets.push(at);
    if (hasEscapes && text[at] === '\\' && at + 1 < end && /["\\]/.test(text[at + 1] ?? '')) at++;
    value += text[at] ?? '';
  }
  return { text: value, offsets };
}

/** Where the closing quote stands; the end of the line, or of the text, where it is missing. */
function endOfString(text: string, start: number, quote: string): number {
  for (let at = start; at < text.length; at++) {
    if (text.startsWith(quote, at) || quote.length === 1 && text[at] === '\n') return at;
    if (text[at] === '\\' && quote.startsWith('"')) at++;
  }
  return text.length;
}

function endOr(text: string, index: number): number {
  return index < 0 ? text.length : index;
}
