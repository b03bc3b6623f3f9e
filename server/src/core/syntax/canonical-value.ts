import type { JsonValue } from './tree-edit';
import type { Node, ScalarNode } from './tree';

/** The value of a node, as `JSON.parse` would give it; of a member that stands there twice the last counts. A missing value is null. */
export function nodeToJson(node: Node): JsonValue {
  switch (node.kind) {
    case 'list': return node.items.map(nodeToJson);
    case 'object': {
      const value: Record<string, JsonValue> = {};
      for (const { key, value: inner } of node.members) setOwnProperty(value, key.value, inner ? nodeToJson(inner) : null);
      return value;
    }
    case 'scalar':
      if (node.type === 'string') return node.value;
      return node.type === 'number' ? numberOf(node) : node.type === 'null' ? null : TRUE.test(node.value);
  }
}

/** YAML 1.1 has more words for it than JSON. */
const TRUE = /^(?:true|yes|on)$/i;

/** The numbers of YAML that JSON does not have are what is written: `1_000`, `12:30`, and account ids that begin with 0. */
function numberOf({ value, style }: ScalarNode): JsonValue {
  const number = Number(value);
  return Number.isNaN(number) || style !== undefined && /^[-+]?0\d/.test(value) ? value : number;
}

/**
 * The value with each of its strings written otherwise; names of members stay.
 *
 * @param isKept whether the value of the member of that name stays as it is
 */
export function mapStrings(value: JsonValue, write: (text: string) => JsonValue, isKept?: (name: string) => boolean): JsonValue {
  if (typeof value === 'string') return write(value);
  if (Array.isArray(value)) return value.map((item: JsonValue) => mapStrings(item, write, isKept));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) =>
    [name, isKept?.(name) === true ? item : mapStrings(item, write, isKept)]));
}

/** `__proto__` is a name like any other. */
function setOwnProperty(target: Record<string, JsonValue>, name: string, value: JsonValue): void {
  if (name === '__proto__') Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  else target[name] = value;
}

export function equalJson(a: JsonValue, b: JsonValue): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length
      && a.every((item: JsonValue, index) => equalJson(item, b[index] as JsonValue));
  }
  const names = Object.keys(a);
  const left = a as Readonly<Record<string, JsonValue>>;
  const right = b as Readonly<Record<string, JsonValue>>;
  return names.length === Object.keys(right).length
    && names.every((name) => Object.hasOwn(right, name) && equalJson(left[name] as JsonValue, right[name] as JsonValue));
}
