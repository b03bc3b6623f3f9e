import type { NewBlock } from '../../syntax/hcl/block-edits';
import type { JsonValue } from '../../syntax/tree-edit';

type PolicyObjectJson = Readonly<Record<string, JsonValue>>;

/**
 * The arguments of a statement by the elements that they stand for.
 *
 * Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
 */
export const STATEMENT_ARGUMENTS: ReadonlyMap<string, string> = new Map([
  ['Sid', 'sid'], ['Effect', 'effect'], ['Action', 'actions'], ['NotAction', 'not_actions'], ['Resource', 'resources'],
  ['NotResource', 'not_resources'],
]);

/** The arguments of a document by the elements that they stand for. */
export const DOCUMENT_ARGUMENTS: ReadonlyMap<string, string> = new Map([['Version', 'version'], ['Id', 'policy_id']]);

/** Blocks of a statement that repeat: one for each type of principals, or for each test of a condition key. */
export interface RepeatedBlock {
  readonly type: string;
  /** The arguments that tell blocks from each other. */
  readonly keys: readonly string[];
  /** The argument whose values are joined, where two blocks have the same keys. */
  readonly values: string;
}

/** What one of these blocks says. */
export interface RepeatedEntry {
  readonly keys: readonly string[];
  readonly values: readonly JsonValue[];
}

export const REPEATED_BLOCKS: ReadonlyMap<string, RepeatedBlock> = new Map([
  ['Principal', { type: 'principals', keys: ['type'], values: 'identifiers' }],
  ['NotPrincipal', { type: 'not_principals', keys: ['type'], values: 'identifiers' }],
  ['Condition', { type: 'condition', keys: ['test', 'variable'], values: 'values' }],
]);

/** The entries that an element stands for: `"Principal": "*"` is everybody, of the type `*`. */
export function entriesOf(value: JsonValue | undefined, { keys: [, ...innerKeys] }: RepeatedBlock): readonly RepeatedEntry[] {
  if (typeof value === 'string') return [{ keys: [value === '*' ? '*' : 'AWS'], values: [value] }];
  return Object.entries(isObject(value) ? value : {}).flatMap(([name, inner]) => (innerKeys.length === 0
    ? [{ keys: [name], values: listOf(inner) }]
    : Object.entries(isObject(inner) ? inner : {}).map(([innerName, values]) => ({ keys: [name, innerName], values: listOf(values) }))));
}

export function listOf(value: JsonValue): readonly JsonValue[] {
  return isList(value) ? value : [value];
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isObject(value: JsonValue | undefined): value is PolicyObjectJson {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A document with all statements of a policy. */
export function documentBlock(policy: JsonValue, name: string): NewBlock {
  const { Version: version, Id: id, Statement: statements = [] } = isObject(policy) ? policy : {};
  return {
    type: 'data', labels: ['aws_iam_policy_document', name],
    // What is the default is not written.
    attributes: { ...version === undefined || version === '2012-10-17' ? {} : { version }, ...id === undefined ? {} : { policy_id: id } },
    blocks: listOf(statements).map(statementBlock),
  };
}

export function statementBlock(value: JsonValue): NewBlock {
  const statement = isObject(value) ? value : {};
  const attributes = Array.from(STATEMENT_ARGUMENTS).flatMap(([element, argument]): [string, JsonValue][] => {
    const elementValue = statement[element];
    return elementValue === undefined ? [] : [[argument, argumentValue(element, elementValue)]];
  });
  const blocks = Array.from(REPEATED_BLOCKS).flatMap(([element, repeated]) =>
    entriesOf(statement[element], repeated).map((entry) => repeatedBlock(repeated, entry)));
  return { type: 'statement', attributes: Object.fromEntries(attributes), blocks };
}

/** Arguments for actions and resources are lists. */
export function argumentValue(element: string, value: JsonValue): JsonValue {
  return /Action|Resource/.test(element) ? listOf(value) : value;
}

export function repeatedBlock({ type, keys: names, values: listName }: RepeatedBlock, { keys, values }: RepeatedEntry): NewBlock {
  return { type, attributes: { ...Object.fromEntries(names.map((name, index) => [name, keys[index] ?? ''])),
    // The provider accepts texts only.
    [listName]: values.map((value) => (typeof value === 'boolean' || typeof value === 'number' ? String(value) : value)) } };
}
