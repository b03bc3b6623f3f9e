import {
  SymbolKind, type Connection, type Definition, type DefinitionLink, type DocumentLink, type DocumentSymbol, type Location as LspLocation,
  type ReferenceParams,
  type SymbolInformation, type TextDocumentIdentifier, type TextDocumentPositionParams, type WorkspaceSymbolParams,
} from 'vscode-languageserver';
import {
  definitionAt, findWorkspaceSymbols, manifestLinksIn, offsetAt, outlineOf, plainLine, positionAt, referencesAt, type LineIndex,
  type WorkspaceSymbolMatch, type OutlineItem, type Span, type Destination,
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
export function offsetAtPosition({ analysisHost }: Session, { textDocument, position }: TextDocumentPositionParams): { readonly uri: string;
  readonly offset: number; readonly lines: LineIndex } | undefined {
  const uri = canonicalUri(textDocument.uri);
  const lines = analysisHost.lineIndexOf(uri);
  return lines && { uri, lines, offset: offsetAt(lines, position) };
}

function definition(session: Session, params: TextDocumentPositionParams): Definition | DefinitionLink[] | null {
  const asked = offsetAtPosition(session, params);
  const found = asked && definitionAt(session.analysisHost.workspace(), asked.uri, asked.offset);
  if (!found) return null;
  const links = session.clientCapabilities.definitionLinks;
  if (!links)
    return found.targets.flatMap(({ location: at, selectionSpan }) =>
      toLocation(session.conversionContext, { uri: at.uri, span: selectionSpan }) ?? []
    );
  const originSelectionRange = toRange(asked.lines, found.origin.span);
  return found.targets.flatMap((target) => toDefinitionLink(session, target)).map((link) => ({ ...link, originSelectionRange }));
}

function toDefinitionLink({ conversionContext }: Session, { location: at, selectionSpan }: Destination): DefinitionLink[] {
  const lines = conversionContext.lineIndexOf(at.uri);
  if (!lines) return [];
  return [{ targetUri: conversionContext.editorUri(at.uri), targetRange: toRange(lines, at.span),
    targetSelectionRange: toRange(lines, selectionSpan) }];
}

function references(session: Session, params: ReferenceParams): LspLocation[] | null {
  const asked = offsetAtPosition(session, params);
  if (!asked) return null;
  const { analysisHost, conversionContext } = session;
  const found = referencesAt(analysisHost.workspace(), analysisHost.analysis, asked.uri, asked.offset, params.context.includeDeclaration);
  return found.flatMap((place) => toLocation(conversionContext, place) ?? []);
}

function documentSymbols(session: Session, { uri: asked }: TextDocumentIdentifier): DocumentSymbol[] | SymbolInformation[] {
  const uri = canonicalUri(asked);
  const { analysisHost, clientCapabilities } = session;
  const { readings, world } = analysisHost.workspace();
  const reading = readings.get(uri);
  const lines = analysisHost.lineIndexOf(uri);
  if (!reading || !lines) return [];
  const items = outlineOf(world, reading);
  return clientCapabilities.hierarchicalSymbols
    ? items.map((item) => toDocumentSymbol(lines, item))
    : items.flatMap((item) => toSymbolInformation(asked, lines, item, undefined));
}

const SYMBOL_KINDS: Readonly<Record<OutlineItem['kind'] | WorkspaceSymbolMatch['kind'], SymbolKind>> = {
  'key-policy': SymbolKind.Key, 'identity-policy': SymbolKind.Module, 'statement': SymbolKind.Object, 'key': SymbolKind.Key,
  'identity': SymbolKind.Class,
};

function toDocumentSymbol(lines: LineIndex, { kind, name, detail, span, selectionSpan, children }: OutlineItem): DocumentSymbol {
  const own = { name: plainLine(name), detail: plainLine(detail), kind: SYMBOL_KINDS[kind], range: toRange(lines, span),
    selectionRange: toRange(lines, selectionSpan) };
  return { ...own, children: children.map((child) => toDocumentSymbol(lines, child)) };
}

function toSymbolInformation(uri: string, lines: LineIndex, { kind, name, span, children }: OutlineItem,
  around: string | undefined): SymbolInformation[] {
  const own: SymbolInformation = { name: plainLine(name), kind: SYMBOL_KINDS[kind], location: { uri, range: toRange(lines, span) },
    ...around === undefined ? {} : { containerName: plainLine(around) } };
  return [own, ...children.flatMap((child) => toSymbolInformation(uri, lines, child, name))];
}

function workspaceSymbols({ analysisHost, conversionContext }: Session, { query }: WorkspaceSymbolParams): SymbolInformation[] {
  return findWorkspaceSymbols(analysisHost.workspace(), query).flatMap(({ kind, name, container, location: at }) => {
    const location = toLocation(conversionContext, at);
    return location
      ? [{ name: plainLine(name), kind: SYMBOL_KINDS[kind], location, ...container === '' ? {} : { containerName: plainLine(container) } }]
      : [];
  });
}

function documentLinks(session: Session, { uri: asked }: TextDocumentIdentifier): DocumentLink[] {
  const uri = canonicalUri(asked);
  const { analysisHost, conversionContext } = session;
  const lines = analysisHost.lineIndexOf(uri);
  if (!lines) return [];
  return manifestLinksIn(analysisHost.workspace(), uri).map(({ span, target, pointer }) => ({
    range: toRange(lines, span),
    target: `${conversionContext.editorUri(target.uri)}${
      pointer ? lineFragment(conversionContext.lineIndexOf(target.uri), target.span) : ''
    }`,
  }));
}

/** `#L12`, as editors write the line that a link to a file leads to. */
function lineFragment(lines: LineIndex | undefined, { start }: Span): string {
  return lines === undefined ? '' : `#L${positionAt(lines, start).line + 1}`;
}
