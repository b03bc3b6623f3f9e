import { hasPrincipalMember, isPolicyDocument, isStatementNode, isStatementPart } from '../../discovery/policy-documents/document-shapes';
import { fileLayer, type ParseOptions, type SourceLayer, type Syntax } from '../../syntax/syntax';
import type { SyntaxFault, SyntaxFaultKind } from '../../syntax/syntax-fault';
import { memberOf, type Node } from '../../syntax/tree';
import { WRAPPED_NODES, type TreeEdit } from '../../syntax/tree-edit';
import { applyEdits, singleEditBetween } from '../../text/apply-edits';
import type { TextEdit } from '../../text/span';

/** Each round of repairs brings the next faults to light; a text that needs more is not a policy. */
const MAX_ROUNDS = 20;

/**
 * The edit of a file that makes a policy of what was pasted into it: every fault of its syntax is repaired, and statements without a
 * document around them get one. Policies that cannot be one document become a list. Undefined where a fault has no repair.
 */
export function repairPastedPolicy({ text, syntax }: SourceLayer, options: ParseOptions): TextEdit | undefined {
  let repaired = text;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { roots, faults } = syntax.parse(repaired, options);
    const edits = faults.length > 0 ? editsOfFaults(faults, excerptsAmong(roots)) : wrapStatements(repaired, syntax, roots);
    if (edits.length > 0) repaired = applyEdits(repaired, edits);
    else return faults.length === 0 && repaired !== text ? singleEditBetween(text, repaired) : undefined;
  }
  return undefined;
}

/** Which faults are repaired before the others: documents are whole before what is between them goes, since that tells them apart. */
const LATE_FAULTS: readonly (readonly SyntaxFaultKind[])[] = [['leading-text', 'trailing-text'], ['extra-document']];

/** @param excerpts what is not a document of its own and goes before documents are put together */
function editsOfFaults(faults: readonly SyntaxFault[], excerpts: readonly Node[]): readonly TextEdit[] {
  const late = LATE_FAULTS.flat();
  const early = editsThatDoNotTouch(faults.filter(({ kind }) => !late.includes(kind)));
  if (early.length > 0) return early;
  const [prose, documents] = LATE_FAULTS.map((kinds) => editsThatDoNotTouch(faults.filter(({ kind }) => kinds.includes(kind))));
  if (prose && prose.length > 0) return prose;
  return excerpts.length > 0 ? excerpts.map(({ span }) => ({ span, newText: '' })) : documents ?? [];
}

/** The repairs of faults; those that touch each other wait for the next round. */
function editsThatDoNotTouch(faults: readonly SyntaxFault[]): readonly TextEdit[] {
  const applicableEdits: TextEdit[] = [];
  for (const { fix } of faults) {
    const edits = fix?.edits ?? [];
    if (!edits.some((edit) => applicableEdits.some((other) => edit.span.start <= other.span.end && other.span.start <= edit.span.end)))
      applicableEdits.push(...edits);
  }
  return applicableEdits;
}

/** Principals that the prose around policies names as examples: `"AWS": "arn:aws:iam::111122223333:root"` in the middle of a sentence. */
function excerptsAmong(roots: readonly Node[]): readonly Node[] {
  if (!roots.some((root) => isPolicyDocument(root) || isStatementNode(root))) return [];
  return roots.filter((root) => root.kind === 'object' && root.members.length > 0
    && root.members.every(({ key, value }) => key.value === 'AWS' && value?.kind === 'scalar'));
}

function wrapStatements(text: string, syntax: Syntax, roots: readonly Node[]): readonly TextEdit[] {
  return syntax.renderEdits(fileLayer(text, syntax), wrapStatementEdits(roots)).edits ?? [];
}

/**
 * Puts policy documents around the statements of a sound text that stand alone or in a list. Statements that belong together, those with a
 * principal or those without, become one policy.
 */
export function wrapStatementEdits(roots: readonly Node[]): readonly TreeEdit[] {
  const [root, ...others] = roots;
  if (!root || others.length > 0) return [];
  if (isBareStatement(root)) return [{ edit: 'wrap', nodes: [root], value: NEW_DOCUMENT }];
  if (root.kind !== 'list') return [];
  const runs = runsOfStatements(root.items);
  const [first] = runs;
  return first?.length === root.items.length
    ? [{ edit: 'wrap', nodes: first, list: root, value: NEW_DOCUMENT }]
    : runs.map((nodes) => ({ edit: 'wrap', nodes, value: NEW_DOCUMENT }));
}

const NEW_DOCUMENT = { Version: '2012-10-17', Statement: [WRAPPED_NODES] };

function isBareStatement(node: Node): boolean {
  return !isPolicyDocument(node) && (isStatementNode(node) || isStatementPart(node) && memberOf(node, 'Action') !== undefined);
}

/** The statements of a list that stand one behind another and belong to one policy. */
function runsOfStatements(items: readonly Node[]): readonly (readonly Node[])[] {
  const runs: Node[][] = [];
  let previous: Node | undefined;
  for (const item of items) {
    const continues = previous && isBareStatement(previous) && hasPrincipal(previous) === hasPrincipal(item);
    if (isBareStatement(item) && continues) runs.at(-1)?.push(item);
    else if (isBareStatement(item)) runs.push([item]);
    previous = item;
  }
  return runs;
}

function hasPrincipal(node: Node): boolean {
  return node.kind === 'object' && hasPrincipalMember(node);
}
