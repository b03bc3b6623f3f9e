import type { CST } from 'yaml';
import type { ScalarNode } from '../tree';
import { decodeBlockScalar, readBlockScalarHeader } from './block-scalar';
import { decodeFlowScalar } from './flow-scalar';
import { plainScalarType } from './scalar-type';
import { scalarNode, spanOfToken, type TreeBuilder } from './builder';
import { addFault, badBlockScalarLine, invalidEscape, reservedCharacter, unclosedQuote, unexpectedText } from './yaml-faults';

export function readFlowScalar(builder: TreeBuilder, token: CST.FlowScalar, tag: string | undefined): ScalarNode {
  reportTrailingText(builder, token.end);
  return token.type === 'scalar' ? readPlainScalar(builder, token, tag) : readQuotedScalar(builder, token);
}

function readPlainScalar(builder: TreeBuilder, token: CST.FlowScalar, tag: string | undefined): ScalarNode {
  const span = spanOfToken(token);
  const { value, offsets } = decodeFlowScalar(builder.text, span, '', () => undefined);
  if (RESERVED.test(value)) addFault(builder, reservedCharacter({ start: span.start, end: span.start + 1 }, value.charAt(0)));
  if (builder.mayHaveSpecialBlanks && STRUCTURAL_SPECIAL_BLANK.test(value)) builder.hasSpecialBlanks = true;
  return scalarNode(tag === '!!str' ? 'string' : plainScalarType(value), span, span, value, offsets, 'plain');
}

const RESERVED = /^[@`%|>,\t]/;
const STRUCTURAL_SPECIAL_BLANK = /^-?[\u00a0\ufeff]|:[\u00a0\ufeff]|[\u00a0\ufeff]$/;

/** Read from the text itself: line breaks in it are blanks in a text that was repaired. */
function readQuotedScalar(builder: TreeBuilder, token: CST.FlowScalar): ScalarNode {
  const span = spanOfToken(token);
  const quote = token.type === 'double-quoted-scalar' ? '"' : '\'';
  const closed = isClosed(token.source, quote);
  const content = { start: span.start + 1, end: closed ? span.end - 1 : span.end };
  const { value, offsets } = decodeFlowScalar(builder.text, content, quote, (escape) => addFault(builder, invalidEscape(escape)));
  if (!closed) addFault(builder, unclosedQuote(span.start, span.end, quote));
  return scalarNode('string', span, content, value, offsets, quote === '"' ? 'double-quoted' : 'single-quoted', closed);
}

/** Whether the last character closes the string, and is not an escaped or doubled quote. */
function isClosed(source: string, quote: string): boolean {
  if (source.length < 2 || !source.endsWith(quote)) return false;
  let before = source.length - 2;
  const escape = quote === '"' ? '\\' : quote;
  while (before > 0 && source[before] === escape) before--;
  return (source.length - before) % 2 === 0;
}

export function readBlockScalar(builder: TreeBuilder, token: CST.BlockScalar): ScalarNode {
  const { text } = builder;
  const [header] = token.props;
  const start = header?.offset ?? token.offset;
  const source = header && 'source' in header ? header.source : '|';
  let at = start;
  let eol = '\n';
  for (const property of token.props) {
    if ('source' in property) at += property.source.length;
    if (property.type === 'newline') eol = property.source;
    else if (property.type === 'error') addFault(builder, unexpectedText(spanOfToken(property)));
  }
  if (!/^[|>](?:[-+]?[1-9]?|[1-9][-+])$/.test(source)) addFault(builder, unexpectedText({ start, end: start + source.length }));
  const scalarHeader = readBlockScalarHeader(source, token.indent);
  // What was put in to read on may be part of the header's line.
  const lines = { start: Math.min(at, text.length), end: Math.min(at + token.source.length, text.length) };
  const { value, offsets, content, indentation, badLine } = decodeBlockScalar(text, lines, scalarHeader);
  if (badLine !== undefined) addFault(builder, badBlockScalarLine(badLine));
  const end = Math.max(content.end, Math.min(start + source.length, text.length));
  return scalarNode('string', { start, end }, content, value, offsets, scalarHeader.folded ? 'folded' : 'literal', true,
    eol + ' '.repeat(indentation));
}

/** What is behind a scalar or a closing bracket on its line: blanks and a comment, nothing else. */
export function reportTrailingText(builder: TreeBuilder, tokens: readonly CST.SourceToken[] | undefined): void {
  if (!tokens) return;
  let hasSpace = false;
  for (const token of tokens) {
    if (token.type === 'space' || token.type === 'newline') hasSpace = true;
    else if (token.type !== 'comment' || !hasSpace) addFault(builder, unexpectedText(spanOfToken(token)));
  }
}
