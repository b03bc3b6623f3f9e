import {
  SymbolKind, type Connection, type Definition, type DefinitionLink, type DocumentLink, type DocumentSymbol, type Location as LspLocation, type ReferenceParams,
  type SymbolInformation, type TextDocumentIdentifier, type TextDocumentPositionParams, type WorkspaceSymbolParams,
} from 'vscode-languageserver';
import {
  definitionAt, findInWorkspace, linksIn, offsetAt, outlineOf, plainLine, positionAt, referencesAt, type LineIndex, type NamedPlace, type OutlineItem, type Span, type Destination,
} from '../../core/index';
import { canonicalUri } from '../../host/contract';
import { toLocation, toRange } from '../convert';
import { checked } from '../parameters';
import type { Session } from '../session';
import { answer } from './request';

/** Ties what leads from one place to others to its requests. */
export function registerNavigation(connection: Connection, current: () => Session): void {
  connection.onDefinition(checked('textDocument/definition', current, (session, params, token) => (
    answer(session, 'finding the definition', params.textDocument.uri, token, () => definition(session, params)))));
  connection.onReferences(checked('textDocument/references', current, (session, params, token) => (
    answer(session, 'finding references', params.textDocument.uri, token, () => references(session, params)))));
  connection.onDocumentSymbol(checked('textDocument/documentSymbol', current, (session, params, token) => (
    answer(session, 'reading the outline', params.textDocument.uri, token, () => documentSymbols(session, params.textDocument)))));
  connection.onWorkspaceSymbol(checked('workspace/symbol', current, (session, params, token) => (
    answer(session, 'finding symbols', undefined, token, () => workspaceSymbols(session, params)))));
  connection.onDocumentLinks(checked('textDocument/documentLink', current, (session, params, token) => (
    answer(session, 'finding links', params.textDocument.uri, token, () => documentLinks(session, params.textDocument)))));
}

/** An offset of a file that the workspace has, in its canonical spelling. */
export function placeAsked({ knowledge }: Session, { textDocument, position }: TextDocumentPositionParams): { readonly uri: string; readonly offset: number; readonly lines: LineIndex } | undefined {
  const uri = canonicalUri(textDocument.uri);
  const lines = knowledge.linesOf(uri);
  return lines && { uri, lines, offset: offsetAt(lines, position) };
}

function definition(session: Session, params: TextDocumentPositionParams): Definition | DefinitionLink[] | null {
  const asked = placeAsked(session, params);
  const found = asked && definitionAt(session.knowledge.workspace(), asked.uri, asked.offset);
  if (!found) return null;
  const links = session.abilities.definitionLinks;
  if (!links) return found.targets.flatMap(({ at, mark }) => toLocation(session.context, { uri: at.uri, span: mark }) ?? []);
  const originSelectionRange = toRange(asked.lines, found.origin.span);
  return found.targets.flatMap((target) => targetLink(session, target)).map((link) => ({ ...link, originSelectionRange }));
}

function targetLink({ context }: Session, { at, mark }: Destination): DefinitionLink[] {
  const lines = context.linesOf(at.uri);
  if (!lines) return [];
  return [{ targetUri: context.editorUri(at.uri), targetRange: toRange(lines, at.span), targetSelectionRange: toRange(lines, mark) }];
}

function references(session: Session, params: ReferenceParams): LspLocation[] | null {
  const asked = placeAsked(session, params);
  if (!asked) return null;
  const { knowledge, context } = session;
  const found = referencesAt(knowledge.workspace(), knowledge.analysis, asked.uri, asked.offset, params.context.includeDeclaration);
  return found.flatMap((place) => toLocation(context, place) ?? []);
}

function documentSymbols(session: Session, { uri: asked }: TextDocumentIdentifier): DocumentSymbol[] | SymbolInformation[] {
  const uri = canonicalUri(asked);
  const { knowledge, abilities } = session;
  const { readings, world } = knowledge.workspace();
  const reading = readings.get(uri);
  const lines = knowledge.linesOf(uri);
  if (!reading || !lines) return [];
  const items = outlineOf(world, reading);
  return abilities.symbolTrees ? items.map((item) => toSymbol(lines, item)) : items.flatMap((item) => toFlatSymbols(asked, lines, item, undefined));
}

const KINDS: Readonly<Record<OutlineItem['what'] | NamedPlace['what'], SymbolKind>> = {
  'key-policy': SymbolKind.Key, 'identity-policy': SymbolKind.Module, 'statement': SymbolKind.Object, 'key': SymbolKind.Key, 'identity': SymbolKind.Class,
};

function toSymbol(lines: LineIndex, { what, name, detail, span, mark, children }: OutlineItem): DocumentSymbol {
  const own = { name: plainLine(name), detail: plainLine(detail), kind: KINDS[what], range: toRange(lines, span), selectionRange: toRange(lines, mark) };
  return { ...own, children: children.map((child) => toSymbol(lines, child)) };
}

function toFlatSymbols(uri: string, lines: LineIndex, { what, name, span, children }: OutlineItem, around: string | undefined): SymbolInformation[] {
  const own: SymbolInformation = { name: plainLine(name), kind: KINDS[what], location: { uri, range: toRange(lines, span) }, ...around === undefined ? {} : { containerName: plainLine(around) } };
  return [own, ...children.flatMap((child) => toFlatSymbols(uri, lines, child, name))];
}

function workspaceSymbols({ knowledge, context }: Session, { query }: WorkspaceSymbolParams): SymbolInformation[] {
  return findInWorkspace(knowledge.workspace(), query).flatMap(({ what, name, container, at }) => {
    const location = toLocation(context, at);
    return location ? [{ name: plainLine(name), kind: KINDS[what], location, ...container === '' ? {} : { containerName: plainLine(container) } }] : [];
  });
}

function documentLinks(session: Session, { uri: asked }: TextDocumentIdentifier): DocumentLink[] {
  const uri = canonicalUri(asked);
  const { knowledge, context } = session;
  const lines = knowledge.linesOf(uri);
  if (!lines) return [];
  return linksIn(knowledge.workspace(), uri).map(({ span, target, pointer }) => ({
    range: toRange(lines, span),
    target: `${context.editorUri(target.uri)}${pointer ? lineFragment(context.linesOf(target.uri), target.span) : ''}`,
  }));
}

/** `#L12`, as editors write the line that a link to a file leads to. */
function lineFragment(lines: LineIndex | undefined, { start }: Span): string {
  return lines === undefined ? '' : `#L${positionAt(lines, start).line + 1}`;
}
