import { blockCommentEnd } from './skip-blanks';

/** A line as `terraform fmt` sees it: a heredoc is part of the line that it begins in. Offsets count in the text. */
export interface FormatLine {
  /** Of the first token, which the indentation is in front of; undefined for an empty line. */
  readonly start: number | undefined;
  /** Brackets that the line opens, less those that it closes. */
  readonly bracketChange: number;
  /** The first equals sign; undefined where nothing is in front of it. */
  readonly equalsSign: number | undefined;
  /** Whether the value of that ends in the same line. */
  readonly hasWholeValue: boolean;
  /** The comment behind other tokens that ends the line. */
  readonly comment: number | undefined;
}

/** What the place that is read lies in, from the outside in; code that is in nothing has none. */
type Context =
  | { readonly kind: 'quoted' | 'heredoc'; readonly marker: string }
  /** The code in `${…}`; `depth` braces are open. */
  | { readonly kind: 'code'; depth: number };

interface LineDraft {
  start: number | undefined;
  bracketChange: number;
  equalsSign: number | undefined;
  /** Brackets from the equals sign on. */
  changeOfValue: number;
  comment: number | undefined;
  hasHeredoc: boolean;
}

/**
 * The lines of a text, without an empty one at its end.
 *
 * Source: https://github.com/hashicorp/hcl/blob/main/hclwrite/format.go
 */
export function formatLines(text: string): readonly FormatLine[] {
  const lines: FormatLine[] = [];
  const contexts: Context[] = [];
  let line = emptyLine();
  const pattern = {
    code: /[ \t\r]+|\n|(?:#|\/\/)[^\n]*|\/\*|[=!<>]=|=>|<<-?([A-Za-z_][\w-]{0,99})[ \t]{0,99}\r?\n|[\w.*-]+/y,
    quoted: /\\.|\$\$\{|%%\{|[$%]\{|[^\\$%"\n]+/y,
    // A line end is a token with the line that it ends, so that the next line can be looked at.
    heredoc: /\$\$\{|%%\{|[$%]\{|\n|[^$%\n]+/y,
  };
  for (let at = text.startsWith('\ufeff') ? 1 : 0; at < text.length;) {
    const context = contexts.at(-1);
    const tokens = pattern[context?.kind ?? 'code'];
    tokens.lastIndex = at;
    const [token = text.charAt(at), marker] = tokens.exec(text) ?? [];
    const start = at;
    at = token === '/*' && tokens === pattern.code ? blockCommentEnd(text, at) : at + token.length;
    if (context && context.kind !== 'code') {
      if (token === '${' || token === '%{') {
        contexts.push({ kind: 'code', depth: 0 });
        addBracket(line, 1);
      } else if (context.kind === 'quoted') {
        if (token !== '"' && token !== '\n') continue;
        contexts.pop();
        if (token === '\n') at = start;
      } else if (isMarkerBehind(text, at, context.marker)) {
        contexts.pop();
        at = text.indexOf(context.marker, at) + context.marker.length;
      }
      continue;
    }
    if (token === '\n') {
      lines.push(finishedLine(line));
      line = emptyLine();
    } else if (token.trim() !== '') {
      if (/^(?:#|\/\/)/.test(token) && line.start !== undefined) line.comment = start;
      else if (token === '=' && line.start !== undefined && line.equalsSign === undefined) line.equalsSign = start;
      line.start ??= start;
      if (token === '"') {
        contexts.push({ kind: 'quoted', marker: '' });
      } else if (marker !== undefined) {
        line.hasHeredoc = true;
        contexts.push({ kind: 'heredoc', marker });
        at--;
      } else if (/^[{[(]$/.test(token)) {
        if (context && token === '{') context.depth++;
        addBracket(line, 1);
      } else if (/^[}\])]$/.test(token)) {
        if (context && token === '}' && --context.depth < 0) contexts.pop();
        addBracket(line, -1);
      }
    }
  }
  if (line.start !== undefined) lines.push(finishedLine(line));
  return lines;
}

/** Whether a line begins here that consists of the marker. */
function isMarkerBehind(text: string, at: number, marker: string): boolean {
  if (text.charAt(at - 1) !== '\n') return false;
  const end = text.indexOf('\n', at);
  return text.slice(at, end < 0 ? text.length : end).trim() === marker;
}

function emptyLine(): LineDraft {
  return { start: undefined, bracketChange: 0, equalsSign: undefined, changeOfValue: 0, comment: undefined, hasHeredoc: false };
}

function addBracket(line: LineDraft, change: number): void {
  if (line.equalsSign !== undefined) line.changeOfValue += change;
  else if (!line.hasHeredoc) line.bracketChange += change;
}

function finishedLine({ start, bracketChange, equalsSign, changeOfValue, comment }: LineDraft): FormatLine {
  return { start, bracketChange: bracketChange + changeOfValue, equalsSign, hasWholeValue: changeOfValue === 0, comment };
}
