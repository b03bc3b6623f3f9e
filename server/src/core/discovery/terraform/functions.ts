import { containsSymbol } from '../../aws/identifier-comparison';
import {
  assumptionsOf, booleanValue, listValue, NO_ASSUMPTIONS, objectValue, textValue, UNKNOWN, withAssumptions, type ListValue,
  type ObjectValue, type Value,
} from './value';

type TerraformFunction = (...values: readonly Value[]) => Value | undefined;

/**
 * What a function gives; unknown for those that are not understood, and where an argument is not known.
 *
 * Source: https://developer.hashicorp.com/terraform/language/functions
 */
export function callFunction(name: string, values: readonly Value[]): Value {
  return FUNCTIONS.get(name.replace(/^core::/, ''))?.(...values) ?? UNKNOWN;
}

/** Functions that give the items of their arguments in one list. */
export const LIST_FUNCTIONS: ReadonlySet<string> = new Set(['concat', 'flatten', 'compact', 'distinct', 'toset', 'tolist', 'sort']);

function textsOf(values: readonly Value[]): readonly string[] | undefined {
  const texts = values.flatMap((value) => (value.kind === 'text' ? value.text : []));
  return texts.length === values.length ? texts : undefined;
}

/** A function of texts. */
function ofTexts(compute: (...texts: readonly string[]) => string | undefined): TerraformFunction {
  return (...values) => {
    const texts = textsOf(values);
    const text = texts && compute(...texts);
    return text === undefined ? undefined : textValue(text, assumptionsOf(...values));
  };
}

/** The name of a symbol is not that of what it stands in for: a function that looks at characters cannot be told what it gives. */
function ofLiteralTexts(compute: (...texts: readonly string[]) => string | undefined): TerraformFunction {
  return ofTexts((...texts) => (texts.some(containsSymbol) ? undefined : compute(...texts)));
}

function format(pattern: string, ...texts: readonly string[]): string | undefined {
  const verbs = pattern.match(/%(?:%|.?)/g) ?? [];
  const verbsOfTexts = verbs.filter((verb) => verb !== '%%');
  if (verbsOfTexts.length !== texts.length || !verbsOfTexts.every((verb) => /^%[sdv]$/.test(verb))) return undefined;
  const remaining = [...texts];
  return pattern.replace(/%(?:%|.)/g, (verb) => (verb === '%%' ? '%' : remaining.shift() ?? ''));
}

function ofList(compute: (list: ListValue, ...others: readonly Value[]) => Value | undefined): TerraformFunction {
  return (...values) => {
    const [list, ...others] = values;
    return list?.kind === 'list' ? compute(list, ...others) : undefined;
  };
}

function ofObject(compute: (object: ObjectValue, ...others: readonly Value[]) => Value | undefined): TerraformFunction {
  return (...values) => {
    const [object, ...others] = values;
    return object?.kind === 'object' ? compute(object, ...others) : undefined;
  };
}

const join: TerraformFunction = (...values) => {
  const [separator, list] = values;
  const texts = list?.kind === 'list' ? textsOf(list.items) : undefined;
  return separator?.kind !== 'text' || !texts || list?.kind !== 'list' ? undefined
    : textValue(texts.join(separator.text), assumptionsOf(separator, list, ...list.items));
};

const split: TerraformFunction = (...values) => {
  const [separator, text] = values;
  if (separator?.kind !== 'text' || text?.kind !== 'text') return undefined;
  const assumptions = assumptionsOf(separator, text);
  return listValue(text.text.split(separator.text).map((part) => textValue(part, assumptions)), assumptions);
};

const element = ofList(({ items }, ...others) => {
  const [index] = others;
  return index?.kind !== 'text' || items.length === 0 ? undefined
    : withAssumptions(items[Number(index.text) % items.length] ?? UNKNOWN, index.assumptions);
});

const lookup = ofObject(({ entries }, ...others) => {
  const [key, fallback = UNKNOWN] = others;
  return key?.kind !== 'text' ? undefined : withAssumptions(entries.get(key.text) ?? fallback, key.assumptions);
});

const merge: TerraformFunction = (...objects) => {
  const entries = new Map<string, Value>();
  for (const object of objects) {
    if (object.kind === 'null') continue;
    if (object.kind !== 'object') return undefined;
    for (const [name, value] of object.entries) entries.set(name, value);
  }
  return objectValue(entries, assumptionsOf(...objects));
};

function isEmpty(value: Value): boolean {
  return value.kind === 'null' || value.kind === 'text' && value.text === '' || value.kind === 'list' && value.items.length === 0;
}

/** The first that is neither null nor empty; what is assumed to be null is passed over as an assumption. */
const coalesce: TerraformFunction = (...values) => {
  const assumptions: string[] = [];
  for (const value of values) {
    if (!isEmpty(value)) return withAssumptions(value, assumptions);
    assumptions.push(...assumptionsOf(value));
  }
  return undefined;
};

const concat: TerraformFunction = (...lists) => {
  const items = lists.flatMap((list) => (list.kind === 'list' ? list.items : []));
  return lists.every(({ kind }) => kind === 'list') ? listValue(items, assumptionsOf(...lists)) : undefined;
};

function flattened({ items, assumptions }: ListValue): ListValue {
  return listValue(items.flatMap((item) => (item.kind === 'list' ? flattened(item).items : item)), assumptions);
}

function distinct({ items, assumptions }: ListValue): ListValue {
  const texts = items.map((item) => (item.kind === 'text' ? item.text : undefined));
  return listValue(items.filter((_, index) => texts[index] === undefined || texts.indexOf(texts[index]) === index), assumptions);
}

const compact = ofList(({ items, assumptions }) =>
  listValue(items.filter((item) => item.kind !== 'null' && (item.kind !== 'text' || item.text !== '')), assumptions));

const length: TerraformFunction = (...values) => {
  const [value] = values;
  const size = value?.kind === 'list' ? value.items.length : value?.kind === 'object' ? value.entries.size : undefined;
  return value === undefined || size === undefined ? undefined : textValue(String(size), assumptionsOf(value), 'number');
};

const contains = ofList((list, ...others) => {
  const texts = textsOf(list.items);
  const [item] = others;
  if (!texts || item?.kind !== 'text' || [...texts, item.text].some(containsSymbol)) return undefined;
  return booleanValue(texts.includes(item.text), assumptionsOf(list, item));
});

const firstArgument: TerraformFunction = (...values) => values[0];

const FUNCTIONS: ReadonlyMap<string, TerraformFunction> = new Map(Object.entries({
  format: ofTexts((pattern = '', ...texts) => format(pattern, ...texts)),
  join, split, element, lookup, merge, coalesce, concat, compact, length, contains,
  coalescelist: coalesce, flatten: ofList(flattened), distinct: ofList(distinct), toset: ofList(distinct), tolist: firstArgument,
  sort: firstArgument, tostring: firstArgument, tomap: firstArgument, sensitive: firstArgument, nonsensitive: firstArgument,
  try: firstArgument,
  one: ofList(({ items }) => (items.length === 0 ? { kind: 'null', assumptions: NO_ASSUMPTIONS } : items[0])),
  keys: ofObject(({ entries, assumptions }) => listValue(Array.from(entries.keys(), (name) => textValue(name, assumptions)), assumptions)),
  values: ofObject(({ entries, assumptions }) => listValue([...entries.values()], assumptions)),
  replace: ofLiteralTexts((text = '', part = '', replacement = '') =>
    (/^\/.*\/$/.test(part) || part === '' ? undefined : text.replaceAll(part, () => replacement))),
  lower: ofLiteralTexts((text = '') => text.toLowerCase()),
  upper: ofLiteralTexts((text = '') => text.toUpperCase()),
  trimspace: ofLiteralTexts((text = '') => text.trim()),
  trimprefix: ofLiteralTexts((text = '', prefix = '') => (text.startsWith(prefix) ? text.slice(prefix.length) : text)),
  trimsuffix: ofLiteralTexts((text = '', suffix = '') => (suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text)),
} satisfies Record<string, TerraformFunction>));
