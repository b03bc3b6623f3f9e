import { include, type TextMateRule } from './policy-patterns';

/**
 * JSON as VS Code's own grammar marks it, with places for rules of ours: what is inside a value of a policy is ours alone,
 * so it has to mark brackets, names and strings in the very same way (https://github.com/microsoft/vscode-JSON.tmLanguage).
 * A test holds the two together.
 */

/** Any value, as in other JSON. */
const PLAIN_VALUE: TextMateRule = { include: 'source.json#value' };
const COMMENTS: TextMateRule = { include: 'source.json#comments' };
const ESCAPES: TextMateRule = { include: 'source.json#stringcontent' };
const ILLEGAL = 'invalid.illegal.expected-dictionary-separator.json';

/** A string value. */
export function stringOf(patterns: readonly TextMateRule[]): TextMateRule {
  return {
    name: 'string.quoted.double.json', begin: '"', end: '"',
    beginCaptures: { 0: { name: 'punctuation.definition.string.begin.json' } },
    endCaptures: { 0: { name: 'punctuation.definition.string.end.json' } },
    patterns: [...patterns, ESCAPES],
  };
}

/** The name of a property. */
export function nameOf(patterns: readonly TextMateRule[]): TextMateRule {
  return {
    name: 'string.json support.type.property-name.json', begin: '"', end: '"',
    beginCaptures: { 0: { name: 'punctuation.support.type.property-name.begin.json' } },
    endCaptures: { 0: { name: 'punctuation.support.type.property-name.end.json' } },
    patterns: [...patterns, ESCAPES],
  };
}

export function arrayOf(patterns: readonly TextMateRule[]): TextMateRule {
  return {
    name: 'meta.structure.array.json', begin: '\\[', end: '\\]',
    beginCaptures: { 0: { name: 'punctuation.definition.array.begin.json' } },
    endCaptures: { 0: { name: 'punctuation.definition.array.end.json' } },
    patterns: [
      ...patterns, PLAIN_VALUE,
      { name: 'punctuation.separator.array.json', match: ',' },
      { name: 'invalid.illegal.expected-array-separator.json', match: '[^\\s\\]]' },
    ],
  };
}

/** @param members rules for names and, by `valueAfter`, for values */
export function objectOf(members: readonly TextMateRule[]): TextMateRule {
  return {
    name: 'meta.structure.dictionary.json', begin: '\\{', end: '\\}',
    beginCaptures: { 0: { name: 'punctuation.definition.dictionary.begin.json' } },
    endCaptures: { 0: { name: 'punctuation.definition.dictionary.end.json' } },
    patterns: membersOf(members),
  };
}

/** What stands between the braces of an object. */
export function membersOf(members: readonly TextMateRule[]): readonly TextMateRule[] {
  return [...members, nameOf([]), COMMENTS, valueAfter([], '', [include('plainString')]), { name: ILLEGAL, match: '[^\\s\\}]' }];
}

/**
 * The colon and the value after one of these names, or after any name.
 *
 * @param meta a scope of ours for the whole of it, or none
 * @param when a look ahead behind the colon
 */
export function valueAfter(names: readonly string[], meta: string, patterns: readonly TextMateRule[], when = ''): TextMateRule {
  const before = names.length === 0 ? '' : `(?<=${names.map((name) => `"${name}"`).join('|')})\\s*`;
  return {
    name: ['meta.structure.dictionary.value.json', meta].filter((part) => part !== '').join(' '), begin: `${before}(:)${when}`,
    end: '(,)|(?=\\})',
    beginCaptures: { 1: { name: 'punctuation.separator.dictionary.key-value.json' } },
    endCaptures: { 1: { name: 'punctuation.separator.dictionary.pair.json' } },
    patterns: [...patterns, PLAIN_VALUE, { name: ILLEGAL, match: '[^\\s,]' }],
  };
}
