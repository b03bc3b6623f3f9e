import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Policy, Statement } from '../../policy/policy';
import { DOCUMENT_ELEMENTS, STATEMENT_ELEMENTS } from '../../aws/policy-grammar';
import { itemsOf, type ListNode, type Member, type Node, type ObjectNode, type ScalarNode } from '../../syntax/tree';
import { hasUnusualCharacter } from './forbidden-characters';
import { isPlaceholderStatement } from './placeholder-statements';

/**
 * Whether a policy is written as nearly every one is: a whole document in the current version of the language, with all elements that
 * belong into it, each once and of its type, with nothing empty, open or left to fill in, and the key of a key policy as `*`. Whatever
 * looks for a fault of form finds none in it, which one walk tells for all of them.
 */
export function isStandardForm({ policy, layer: sourceLayer }: DiscoveredPolicy): boolean {
  const { node, statements } = policy;
  if (policy.isFragment || !node.closed || policy.version?.value !== '2012-10-17') return false;
  if (hasUnusualCharacter(sourceLayer.text.slice(node.span.start, node.span.end))) return false;
  if (!isOrdinaryDocument(policy)) return false;
  for (const statement of statements) if (!isOrdinaryStatement(statement, policy.kind)) return false;
  return !hasSidTwice(statements);
}

/** A bit for each element of a list. */
function bitsOf(elements: readonly string[]): ReadonlyMap<string, number> {
  return new Map(elements.map((name, position) => [name, 1 << position]));
}

const OF_DOCUMENT = bitsOf(DOCUMENT_ELEMENTS);
const OF_STATEMENT = bitsOf(STATEMENT_ELEMENTS);

/** The elements that the object has, each of them once; -1 where there is another, or one twice or without value. */
function elementsOf({ members }: ObjectNode, known: ReadonlyMap<string, number>): number {
  let seen = 0;
  for (const { key, value } of members) {
    const bit = known.get(key.value);
    if (bit === undefined || !value || (seen & bit) !== 0) return -1;
    seen |= bit;
  }
  return seen;
}

function isOrdinaryDocument({ node, kind, statementMember, statements }: Policy): boolean {
  if (elementsOf(node, OF_DOCUMENT) < 0) return false;
  for (const { key, value } of node.members) {
    if (key.value === 'Id' && kind === 'identity' || key.value !== 'Statement' && !isText(value)) return false;
  }
  const list = statementMember?.value;
  const items = itemsOf(list);
  return list?.kind !== 'scalar' && list?.closed === true && items.length > 0 && items.length === statements.length
    // One function of a template can be several statements.
    && items.every((item, i) => item === statements[i]?.node);
}

/** The bits of an element in its plain and its negated form, of which a statement has one. */
function eitherOf(name: string): { readonly plain: number; readonly negated: number } {
  return { plain: OF_STATEMENT.get(name) ?? 0, negated: OF_STATEMENT.get(`Not${name}`) ?? 0 };
}

const [ACTION, RESOURCE, PRINCIPAL] = [eitherOf('Action'), eitherOf('Resource'), eitherOf('Principal')];

function hasOne(elements: number, { plain, negated }: typeof ACTION): boolean {
  return ((elements & plain) !== 0) !== ((elements & negated) !== 0);
}

function isOrdinaryStatement(statement: Statement, kind: Policy['kind']): boolean {
  const { node, effect } = statement;
  const elements = node.closed ? elementsOf(node, OF_STATEMENT) : -1;
  if (elements < 0 || effect === undefined || !hasOne(elements, ACTION) || !hasOne(elements, RESOURCE)) return false;
  if (kind === 'key' && !(hasOne(elements, PRINCIPAL) && isOfOwnKey(statement))) return false;
  if (kind === 'identity' && (elements & (PRINCIPAL.plain | PRINCIPAL.negated)) !== 0) return false;
  for (const member of node.members) if (!isOrdinaryMember(member, statement)) return false;
  return !isPlaceholderStatement(statement);
}

/** For somebody, and for the key as `*`. */
function isOfOwnKey({ principal, resource }: Statement): boolean {
  if (principal?.principals.length === 0 || resource?.negated !== false) return false;
  for (const { form } of resource.patterns) if (form !== 'any') return false;
  return true;
}

function isOrdinaryMember({ key, value }: Member, statement: Statement): boolean {
  switch (key.value) {
    case 'Sid': case 'Effect': return isText(value);
    case 'Principal': case 'NotPrincipal': return isText(value) || value?.kind === 'object' && value.closed && isObjectOf(value, areTexts);
    case 'Condition': return isOrdinaryCondition(value, statement);
    default: return areTexts(value);
  }
}

/** Blocks of one test or more, by operators that there are. */
function isOrdinaryCondition(value: Node | undefined, { conditions }: Statement): boolean {
  if (value?.kind !== 'object' || !value.closed || !isObjectOf(value, isBlock)) return false;
  let tests = 0;
  for (const block of value.members) if (block.value?.kind === 'object') tests += block.value.members.length;
  return tests === conditions.length && conditions.every(({ operatorName }) => operatorName !== undefined);
}

function isBlock(node: Node | undefined): boolean {
  return node?.kind === 'object' && node.closed && isObjectOf(node, areValues);
}

/** Not empty, and with no name twice: capitals do not count, as in the names of condition keys. */
function isObjectOf({ members }: ObjectNode, isRight: (value: Node | undefined) => boolean): boolean {
  for (const { key, value } of members) if (key.placeholders.length > 0 || !isRight(value)) return false;
  return members.length === 1 || members.length > 1 && new Set(members.map(({ key }) => key.value.toLowerCase())).size === members.length;
}

function isText(node: Node | undefined): node is ScalarNode {
  return node?.kind === 'scalar' && node.type === 'string' && node.closed && node.placeholders.length === 0;
}

/** One string or a list of strings. */
function areTexts(node: Node | undefined): boolean {
  return node?.kind === 'list' ? isListOf(node, isText) : isText(node);
}

/** The same with numbers and booleans. */
function areValues(node: Node | undefined): boolean {
  return node?.kind === 'list' ? isListOf(node, isValue) : isValue(node);
}

function isListOf({ closed, items }: ListNode, isRight: (item: Node) => boolean): boolean {
  if (!closed || items.length === 0) return false;
  for (const item of items) if (!isRight(item)) return false;
  return true;
}

function isValue(node: Node | undefined): boolean {
  return node?.kind === 'scalar' && node.type !== 'null' && node.closed && node.placeholders.length === 0;
}

function hasSidTwice(statements: readonly Statement[]): boolean {
  if (statements.length < 2) return false;
  const sids = statements.flatMap(({ sid }) => sid?.value ?? []);
  return new Set(sids).size < sids.length;
}
