import { escapeMarkdown, oneLine, escapeListMarker } from '../../text/markdown';
import type { Location } from '../../text/span';

/**
 * A text for people, before it is known whether their editor shows Markdown. A plain string is a text whatever characters are
 * in it: names from policies cannot become formatting.
 */
export type Inline = string | { readonly code: string } | { readonly strong: string } | RichTextLink;

/** Leads to a page, or to a place in a file. */
interface RichTextLink {
  readonly link: string;
  readonly to: string | Location;
}

export type Line = readonly Inline[];

/** A paragraph, or a list with one line for each item. */
export type Block = { readonly text: Line } | { readonly items: readonly Line[] };

export function code(text: string): Inline {
  return { code: text };
}

export function strong(text: string): Inline {
  return { strong: text };
}

export function link(text: string, to: string | Location): Exclude<Inline, string> {
  return { link: text, to };
}

/** A line as a template: ``line`Needs ${code('kms:Decrypt')} too.` ``; a line may stand inside of it. */
export function line(strings: TemplateStringsArray, ...values: readonly (Inline | Line)[]): Line {
  return strings.flatMap((text, i) => {
    const value = values[i];
    const inner: Line = value === undefined ? [] : isLine(value) ? value : [value];
    return text === '' ? inner : [text, ...inner];
  });
}

function isLine(value: Inline | Line): value is Line {
  return Array.isArray(value);
}

/** A paragraph; none for an empty line. */
export function paragraph(...parts: readonly (Inline | Line)[]): readonly Block[] {
  const text = parts.flatMap((part) => part).filter((part) => part !== '');
  return text.length === 0 ? [] : [{ text }];
}

/** A list; none without items. Items that are `undefined` are left out. */
export function list(...items: readonly (Line | undefined)[]): readonly Block[] {
  const definedItems = items.filter((item) => item !== undefined);
  return definedItems.length === 0 ? [] : [{ items: definedItems }];
}

/** Lines one after the other, with something between them. */
export function joinLines(lines: readonly (Inline | Line)[], between = ', '): Line {
  return lines.flatMap((part, i) => (i === 0 ? [part].flat() : [between, part].flat()));
}

/** Names as code, of many only the first and how many more there are. */
export function codeNames(names: readonly string[], maxNames = 12): Line {
  const displayed = names.length > maxNames ? names.slice(0, maxNames - 1) : names;
  return [...joinLines(displayed.map(code)), ...names.length > displayed.length ? [` and ${names.length - displayed.length} more`] : []];
}

/** A sentence as what follows a colon; `AWS services…` keeps its capitals. */
export function afterColon(sentence: string): string {
  return /^[A-Z](?![A-Z])/.test(sentence) ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence;
}

/** The same as an item of a list, which ends without a full stop. */
export function asListItem(sentence: string): string {
  return afterColon(sentence).replace(/\.$/, '');
}

/** Where a link to a place leads; undefined: it is shown as text. */
export type LinkResolver = (at: Location) => string | undefined;

export function toMarkdown(blocks: readonly Block[], linkResolver: LinkResolver): string {
  return blocksText(blocks, (text) => escapeListMarker(text.map((inline) => inlineMarkdown(inline, linkResolver)).join('')));
}

/** The same for editors that show no Markdown: addresses are written out, places are named as they are. */
export function toPlainText(blocks: readonly Block[]): string {
  return blocksText(blocks, (text) => text.map(inlinePlainText).join(''));
}

function blocksText(blocks: readonly Block[], lineText: (text: Line) => string): string {
  return blocks.map((block) => ('text' in block ? lineText(block.text) : block.items.map((item) => `- ${lineText(item)}`).join('\n'))).join(
    '\n\n',
  );
}

function inlineMarkdown(inline: Inline, linkResolver: LinkResolver): string {
  if (typeof inline === 'string') return escapeMarkdown(inline);
  if ('code' in inline) return codeSpan(inline.code);
  if ('strong' in inline) return `**${escapeMarkdown(inline.strong)}**`;
  const target = typeof inline.to === 'string' ? inline.to : linkResolver(inline.to);
  return target === undefined
    ? escapeMarkdown(inline.link)
    : `[${escapeMarkdown(inline.link)}](<${target.replace(/[<>\s\\]/g, encodeURIComponent)}>)`;
}

function inlinePlainText(inline: Inline): string {
  if (typeof inline === 'string') return oneLine(inline);
  if ('code' in inline) return oneLine(inline.code);
  if ('strong' in inline) return oneLine(inline.strong);
  return typeof inline.to === 'string' ? `${oneLine(inline.link)}: ${inline.to}` : oneLine(inline.link);
}

/** Backticks around it, more of them than stand together in it (CommonMark 0.31, code spans). */
function codeSpan(text: string): string {
  const inner = oneLine(text);
  if (inner.trim() === '') return '` `';
  const fence = '`'.repeat(1 + Math.max(0, ...Array.from(inner.matchAll(/`+/g), ([run]) => run.length)));
  const pad = /^`|`$|^ .* $/.test(inner) ? ' ' : '';
  return `${fence}${pad}${inner}${pad}${fence}`;
}
