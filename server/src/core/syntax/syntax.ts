import type { Span, TextEdit } from '../text/span';
import type { SyntaxFault } from './syntax-fault';
import type { Node, ScalarNode } from './tree';
import type { JsonValue, TreeEdit } from './tree-edit';

/**
 * A notation that policies are written in. Whatever it is, a policy arrives as the tree of the JSON document that it stands for, and what
 * is to change in it is a `TreeEdit`: readers, rules and editor features know no notation.
 */
export interface Syntax {
  readonly id: 'json' | 'yaml' | 'hcl';
  /** Reads any text as far as that goes. Never throws; spans count in the text. */
  readonly parse: (text: string, options: ParseOptions) => ParseResult;
  /** Writes edits of a tree as edits of the file, in the style of the place. They do not overlap. */
  readonly renderEdits: (layer: SourceLayer, edits: readonly TreeEdit[]) => RenderedEdits;
  /** A value as the text of a whole document, with a line end behind it. */
  readonly print: (value: JsonValue) => string;
  /** What is being typed at an offset of the layer's text; undefined where nothing can be typed, as in a comment. */
  readonly tokenAt: (layer: SourceLayer, offset: number) => CursorToken | undefined;
  /** The text as it is written inside that string, whose quotes or block style decide how. */
  readonly escape: (text: string, string: ScalarNode) => string;
  /** Why the text cannot be written inside that string, for a person to read; undefined where it can. Any text can in JSON. */
  readonly refusalOf: (text: string, string: ScalarNode) => string | undefined;
  /** The offset behind the blanks and comments that begin at an offset. */
  readonly skipBlanks: (text: string, from: number) => number;
  /** What a comment to the end of its line begins with; undefined where a text that is read so has no comments. */
  readonly lineCommentStart: (options: ParseOptions) => string | undefined;
}

/** What a text may contain beside its notation, and the names that its reader expects. */
export interface ParseOptions {
  /** Comments are fine in `.jsonc` files. */
  readonly comments: 'allowed' | 'fault';
  /** Template expressions outside of quotes are fine in `.tpl` and `.tftpl` files. The default is `fault`. */
  readonly templates?: 'allowed' | 'fault' | undefined;
  readonly hints?: DocumentHints | undefined;
}

/**
 * What is known of the documents that a text should contain: a parser that mends a text decides by it where a member belongs whose brackets
 * are missing. Without it only brackets and indentation count.
 */
export interface DocumentHints {
  readonly documentMembers: readonly string[];
  /** The member of a document whose value is a list of items, the names of their members, and the one that begins an item. */
  readonly itemList: string;
  readonly itemMembers: readonly string[];
  readonly firstItemMember: string;
  /** The members whose value is an object that contains none of these names. */
  readonly membersWithObject: readonly string[];
  /** Names whose value is one value or a list of values, never an object. */
  readonly namesOfLists: RegExp;
  /** The members whose value is prose, in which any word may stand. */
  readonly proseMembers: readonly string[];
}

export interface ParseResult {
  /** The document, or the first when the text contains several; undefined when it contains none. */
  readonly root: Node | undefined;
  /** All values of the text, in order: more than one when statements or policies stand one behind another. */
  readonly roots: readonly Node[];
  /** The first document has no braces of its own: a row of members, as cut out of a policy. Its span starts at the first key. */
  readonly isBraceless: boolean;
  /** In the order of the text, one for each cause. Empty for a text without faults. */
  readonly faults: readonly SyntaxFault[];
  /** The comments that are not faults, with what begins and ends them, in the order of the text. */
  readonly comments: readonly Span[];
}

/**
 * The edits, or the reason why the place cannot take one of them, for a person to read: a value that is computed has no text to change.
 * JSON takes every edit.
 */
export type RenderedEdits =
  | { readonly edits: readonly TextEdit[]; readonly refusal?: undefined }
  | { readonly edits?: undefined; readonly refusal: string };

/**
 * A text that is parsed as a whole: the file itself, or the text inside a string of it (AWS CLI output). Trees and policies count in the
 * layer's text; `toFileSpan` gives the place in the file, `escape` writes text so that it means the same there.
 */
export interface SourceLayer {
  readonly syntax: Syntax;
  readonly text: string;
  readonly toFileSpan: (span: Span) => Span;
  readonly escape: (text: string) => string;
  /** Why text cannot be written in this layer: a string around it may not take line breaks. Undefined where it can. */
  readonly refusalOf: (text: string) => string | undefined;
}

export function fileLayer(text: string, syntax: Syntax): SourceLayer {
  return { syntax, text, toFileSpan: (span) => span, escape: (part) => part, refusalOf: () => undefined };
}

/** What is being typed at a place of a text, finished or not. */
export interface CursorToken {
  /** What an insertion replaces, in the layer's text: a string with its quotes, a word without any, or nothing at all. */
  readonly span: Span;
  /** What the span begins with in front of the prefix: the quote of the string, and in YAML the blanks behind a colon or a dash. */
  readonly opening: string;
  /** What is between the opening and the cursor. */
  readonly prefix: string;
  /** `name`: of a member; `value`: of one; `item`: of a list; `root`: outside of everything. */
  readonly position: 'name' | 'value' | 'item' | 'root';
  /** The token is a name whose value follows already. */
  readonly valueFollows: boolean;
  /** Edits of the layer's text that an insertion needs besides: a comma that is missing before the token. */
  readonly editsBefore: readonly TextEdit[];
  /** The lines of a printed insertion have their whole indentation; else an editor adds that of the first one. */
  readonly indentsLines: boolean;
  /**
   * The texts of the layer that are whole around the cursor, with a mark behind what is typed: first with the token as it is; then as the
   * value of a member of the document, where a name is typed; then as the first name of an object, where a value begins. In YAML, where
   * an item looks like the first name of an object, that comes first.
   *
   * @param documentMember a member of the document that takes any text
   */
  readonly repairs: (mark: string, documentMember: string) => readonly TokenRepair[];
  /** The text of an insertion in the style of the place, with what has to follow it. */
  readonly print: (insertion: TokenInsertion) => string;
}

export interface TokenRepair {
  readonly reading: 'typed' | 'document-member' | 'object-item' | 'first-name';
  /** In place of the token. */
  readonly text: string;
}

/** What a completion puts in place of a token: a value, a member, or items of a list. */
export type TokenInsertion =
  | { readonly value: JsonValue; readonly name?: undefined; readonly items?: undefined }
  | { readonly name: string; readonly value: JsonValue; readonly items?: undefined }
  | { readonly items: readonly JsonValue[]; readonly name?: undefined; readonly value?: undefined };

/** As a name or a value of an insertion: a string that is typed next. JSON writes the quotes around it. */
export const TYPED_STRING = '\uE0FB';
/** As a value of an insertion: what stands there is written without quotes, for a person to choose what it becomes. */
export const UNQUOTED_VALUE = '\uE0FD';
/** As the value of a member of an insertion: only its name is written. */
export const OMITTED_VALUE = '\uE0FE';
