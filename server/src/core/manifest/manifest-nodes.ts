import { isStringNode, type Node, type ObjectNode } from '../syntax/tree';
import { nearestWord } from '../text/nearest-word';
import type { Span } from '../text/span';
import type { ManifestFault, Spanned } from './manifest';

/** Collects the faults of one reading. */
export type ReportFault = (span: Span, message: string, severity?: ManifestFault['severity']) => void;

/**
 * The members of an object by name, the last one of a name; reports names that do not belong there and missing ones.
 *
 * @param what the subject of messages: "A key"
 */
export function readMembers<Name extends string>(
  object: ObjectNode, what: string, names: readonly Name[], required: readonly Name[], report: ReportFault,
): Partial<Record<Name, Node>> {
  const members: Partial<Record<Name, Node>> = {};
  for (const { key, value } of object.members) {
    const name = names.find((member) => member === key.value);
    if (name === undefined) reportUnknownMember(key.value, key.span, what, names, report);
    else if (members[name]) report(key.span, `"${name}" appears here twice. Only the last one counts.`);
    if (name !== undefined && value) members[name] = value;
  }
  for (const name of required) {
    if (!members[name]) report({ start: object.span.start, end: object.span.start + 1 }, `${what} needs "${name}".`);
  }
  return members;
}

function reportUnknownMember(name: string, span: Span, what: string, names: readonly string[], report: ReportFault): void {
  const nearest = nearestWord(name, names);
  const hint = nearest
    ? `Did you mean "${nearest}"?`
    : `It takes ${names.filter((member) => member !== '$schema').map((member) => `"${member}"`).join(', ')}.`;
  report(span, `${what} has no "${name}". ${hint}`);
}

/** What is read of the objects of a list; other items are reported. */
export function readObjects<T>(node: Node | undefined, what: string, report: ReportFault,
  read: (object: ObjectNode, report: ReportFault) => T | undefined): T[] {
  return readList(node, `a list of objects, each for ${what}`, report).flatMap((item) => {
    if (item.kind === 'object') return read(item, report) ?? [];
    report(item.span, `An object is expected here: ${what}.`);
    return [];
  });
}

function readList(node: Node | undefined, expected: string, report: ReportFault): readonly Node[] {
  if (!node) return [];
  if (node.kind === 'list') return node.items;
  report(node.span, `Expected ${expected}, in [ ].`);
  return [];
}

/** A list of texts; `check` says what is wrong with one, which is then left out. */
export function readStringList(node: Node | undefined, what: string, report: ReportFault,
  check?: (text: string) => string | undefined): Spanned[] {
  return readList(node, `a list of texts (${what})`, report).flatMap((item) => readString(item, what, report, check) ?? []);
}

/** A text that is not empty; `check` says what is wrong with it. */
export function readString(node: Node | undefined, what: string, report: ReportFault,
  check?: (text: string) => string | undefined): Spanned | undefined {
  if (!node) return undefined;
  const fault = !isStringNode(node)
    ? `Expected a text in quotes: ${what}.`
    : node.value === '' ? `This is empty. Expected ${what}.` : check?.(node.value);
  if (fault !== undefined) report(node.span, fault);
  return isStringNode(node) && fault === undefined ? { value: node.value, span: node.span } : undefined;
}

/** One of a few words. */
export function readEnumValue<Word extends string>(node: Node | undefined, what: string, words: readonly Word[],
  report: ReportFault): Word | undefined {
  const text = readString(node, what, report, (value) => enumFault(value, what, words));
  return words.find((word) => word === text?.value);
}

export function enumFault(value: string, what: string, words: readonly string[]): string | undefined {
  if (words.includes(value)) return undefined;
  const nearest = nearestWord(value, words);
  return nearest ? `"${value}" is not ${what}. Did you mean "${nearest}"?` : `"${value}" is not ${what}: ${words.join(', ')}.`;
}

/** The members of an object whose names are data; `check` says what is wrong with a name. */
export function readMapEntries(
  node: Node | undefined, what: string, report: ReportFault, check?: (name: string) => string | undefined,
): { readonly name: Spanned; readonly value: Node }[] {
  if (!node) return [];
  if (node.kind !== 'object') {
    report(node.span, `Expected an object: ${what}.`);
    return [];
  }
  const entries = new Map<string, { name: Spanned; value: Node }>();
  for (const { key, value } of node.members) {
    const fault = check?.(key.value);
    if (fault !== undefined) report(key.span, fault);
    else if (entries.has(key.value)) report(key.span, `"${key.value}" appears here twice. Only the last one counts.`);
    if (fault === undefined && value) entries.set(key.value, { name: { value: key.value, span: key.span }, value });
  }
  return [...entries.values()];
}
