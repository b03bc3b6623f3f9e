import {
  SymbolKind, type Connection, type Definition, type DefinitionLink, type DocumentLink, type DocumentSymbol, type Location as LspLocation, type ReferenceParams,
  type SymbolInformation, type TextDocumentIdentifier, type TextDocumentPositionParams, type WorkspaceSymbolParams,
} from 'vscode-languageserver';
import {
  definitionAt, findInWorkspace, linksIn, offsetAt, outlineOf, plainLine, positionAt, referencesAt, type LineIndex, type NamedPlace, type OutlineItem, type Span, type Destination,
} from '../../core/index';
import { canonicalUri } from '../../host/host';
import { toLocation, toRange } from '../protocol-conversion';
import { withValidatedParameters } from '../parameter-validation';
import type { Session } from '../session';
import { handleRequest } from './request-handling';

/** Ties what leads from one place to others to its requests. */
export function registerNavigation(connection: Connection, current: () => Session): void {
  connection.onDefinition(withValidatedParameters('textDocument/definition', current, (session, params, token) => (
    handleRequest(session, 'finding the definition', params.textDocument.uri, token, () => definition(session, params)))));
  connection.onReferences(withValidatedParameters('textDocument/references', current, (session, params, token) => (
    handleRequest(session, 'finding references', params.textDocument.uri, token, () => references(session, params)))));
  connection.onDocumentSymbol(withValidatedParameters('textDocument/documentSymbol', current, (session, params, token) => (
    handleRequest(session, 'reading the outline', params.textDocument.uri, token, () => documentSymbols(session, params.textDocument)))));
  connection.onWorkspaceSymbol(withValidatedParameters('workspace/symbol', current, (session, params, token) => (
    handleRequest(session, 'finding symbols', undefined, token, () => workspaceSymbols(session, params)))));
  connection.onDocumentLinks(withValidatedParameters('textDocument/documentLink', current, (session, params, token) => (
    handleRequest(session, 'finding links', params.textDocument.uri, token, () => documentLinks(session, params.textDocument)))));
}

/** An offset of a file that the workspace has, in its canonical spelling. */
export function offsetAtPosition({ analysisHost: knowledge }: Session, { textDocument, position }: TextDocumentPositionParams): { readonly uri: string; readonly offset: number; readonly lines: LineIndex } | undefined {
  const uri = canonicalUri(textDocument.uri);
  const lines = knowledge.lineIndexOf(uri);
  return lines && { uri, lines, offset: offsetAt(lines, position) };
}

function definition(session: Session, params: TextDocumentPositionParams): Definition | DefinitionLink[] | null {
  const asked = offsetAtPosition(session, params);
  const found = asked && definitionAt(session.analysisHost.workspace(), asked.uri, asked.offset);
  if (!found) return null;
  const links = session.clientCapabilities.definitionLinks;
  if (!links) return found.targets.flatMap(({ location: at, selectionSpan: mark }) => toLocation(session.conversionContext, { uri: at.uri, span: mark }) ?? []);
  const originSelectionRange = toRange(asked.lines, found.origin.span);
  return found.targets.flatMap((target) => toDefinitionLink(session, target)).map((link) => ({ ...link, originSelectionRange }));
}

function toDefinitionLink({ conversionContext: context }: Session, { location: at, selectionSpan: mark }: Destination): DefinitionLink[] {
  const lines = context.lineIndexOf(at.uri);
  if (!lines) return [];
  return [{ targetUri: context.editorUri(at.uri), targetRange: toRange(lines, at.span), targetSelectionRange: toRange(lines, mark) }];
}

function references(session: Session, params: ReferenceParams): LspLocation[] | null {
  const asked = offsetAtPosition(session, params);
  if (!asked) return null;
  const { analysisHost: knowledge, conversionContext: context } = session;
  const found = referencesAt(knowledge.workspace(), knowledge.analysis, asked.uri, asked.offset, params.context.includeDeclaration);
  return found.flatMap((place) => toLocation(context, place) ?? []);
}

function documentSymbols(session: Session, { uri: asked }: TextDocumentIdentifier): DocumentSymbol[] | SymbolInformation[] {
  const uri = canonicalUri(asked);
  const { analysisHost: knowledge, clientCapabilities: abilities } = session;
  const { readings, world } = knowledge.workspace();
  const reading = readings.get(uri);
  const lines = knowledge.lineIndexOf(uri);
  if (!reading || !lines) return [];
  const items = outlineOf(world, reading);
  return abilities.hierarchicalSymbols ? items.map((item) => toDocumentSymbol(lines, item)) : items.flatMap((item) => toSymbolInformation(asked, lines, item, undefined));
}

const SYMBOL_KINDS: Readonly<Record<OutlineItem['kind'] | NamedPlace['kind'], SymbolKind>> = {
  'key-policy': SymbolKind.Key, 'identity-policy': SymbolKind.Module, 'statement': SymbolKind.Object, 'key': SymbolKind.Key, 'identity': SymbolKind.Class,
};

function toDocumentSymbol(lines: LineIndex, { kind: what, name, detail, span, selectionSpan: mark, children }: OutlineItem): DocumentSymbol {
  const own = { name: plainLine(name), detail: plainLine(detail), kind: SYMBOL_KINDS[what], range: toRange(lines, span), selectionRange: toRange(lines, mark) };
  return { ...own, children: children.map((child) => toDocumentSymbol(lines, child)) };
}

function toSymbolInformation(uri: string, lines: LineIndex, { kind: what, name, span, children }: OutlineItem, around: string | undefined): SymbolInformation[] {
  const own: SymbolInformation = { name: plainLine(name), kind: SYMBOL_KINDS[what], location: { uri, range: toRange(lines, span) }, ...around === undefined ? {} : { containerName: plainLine(around) } };
  return [own, ...children.flatMap((child) => toSymbolInformation(uri, lines, child, name))];
}

function workspaceSymbols({ analysisHost: knowledge, conversionContext: context }: Session, { query }: WorkspaceSymbolParams): SymbolInformation[] {
  return findInWorkspace(knowledge.workspace(), query).flatMap(({ kind: what, name, container, location: at }) => {
    const location = toLocation(context, at);
    return location ? [{ name: plainLine(name), kind: SYMBOL_KINDS[what], location, ...container === '' ? {} : { containerName: plainLine(container) } }] : [];
  });
}

function documentLinks(session: Session, { uri: asked }: TextDocumentIdentifier): DocumentLink[] {
  const uri = canonicalUri(asked);
  const { analysisHost: knowledge, conversionContext: context } = session;
  const lines = knowledge.lineIndexOf(uri);
  if (!lines) return [];
  return linksIn(knowledge.workspace(), uri).map(({ span, target, pointer }) => ({
    range: toRange(lines, span),
    target: `${context.editorUri(target.uri)}${pointer ? lineFragment(context.lineIndexOf(target.uri), target.span) : ''}`,
  }));
}

/** `#L12`, as editors write the line that a link to a file leads to. */
function lineFragment(lines: LineIndex | undefined, { start }: Span): string {
  return lines === undefined ? '' : `#L${positionAt(lines, start).line + 1}`;
}
