import {
  SymbolKind, type Definition, type DefinitionLink, type DocumentLink, type DocumentLinkParams, type DocumentSymbol,
  type DocumentSymbolParams, type Location as LspLocation, type ReferenceParams, type SymbolInformation, type TextDocumentPositionParams,
  type WorkspaceSymbolParams,
} from 'vscode-languageserver';
import { definitionAt, findWorkspaceSymbols, manifestLinksIn, offsetAt, outlineOf, plainLine, positionAt, referencesAt, type LineIndex,
  type WorkspaceSymbolMatch, type OutlineItem } from '../../core/index';
import { canonicalUri } from '../../host/host';
import { toLocation, toRange } from '../protocol-conversion';
import type { Session } from '../session';

/** A position in a file of the workspace. */
interface RequestedOffset {
  readonly uri: string;
  readonly offset: number;
  readonly lines: LineIndex;
}

/** Undefined for a file that the workspace does not have. */
export function offsetAtPosition({ analysisHost }: Session,
  { textDocument, position }: TextDocumentPositionParams): RequestedOffset | undefined {
  const uri = canonicalUri(textDocument.uri);
  const lines = analysisHost.lineIndexOf(uri);
  return lines && { uri, lines, offset: offsetAt(lines, position) };
}

export function definition(session: Session, params: TextDocumentPositionParams): Definition | DefinitionLink[] | null {
  const { analysisHost, clientCapabilities, conversionContext } = session;
  const requested = offsetAtPosition(session, params);
  const result = requested && definitionAt(analysisHost.workspace(), requested.uri, requested.offset);
  if (!result) return null;
  if (!clientCapabilities.definitionLinks)
    return result.targets.flatMap(({ location, selectionSpan: span }) => toLocation(conversionContext, { ...location, span }) ?? []);
  const originSelectionRange = toRange(requested.lines, result.origin.span);
  return result.targets.flatMap(({ location: { uri, span }, selectionSpan }) => {
    const lines = conversionContext.lineIndexOf(uri);
    return lines === undefined ? [] : [{
      originSelectionRange, targetUri: conversionContext.editorUri(uri), targetRange: toRange(lines, span),
      targetSelectionRange: toRange(lines, selectionSpan),
    }];
  });
}

export function references(session: Session, params: ReferenceParams): LspLocation[] | null {
  const { analysisHost, conversionContext } = session;
  const requested = offsetAtPosition(session, params);
  if (!requested) return null;
  const { uri, offset } = requested;
  const locations = referencesAt(analysisHost.workspace(), analysisHost.analysis, uri, offset, params.context.includeDeclaration);
  return locations.flatMap((location) => toLocation(conversionContext, location) ?? []);
}

export function documentSymbols({ analysisHost, clientCapabilities }: Session,
  { textDocument }: DocumentSymbolParams): DocumentSymbol[] | SymbolInformation[] {
  const uri = canonicalUri(textDocument.uri);
  const { readings, world } = analysisHost.workspace();
  const reading = readings.get(uri);
  const lines = analysisHost.lineIndexOf(uri);
  if (!reading || !lines) return [];
  const items = outlineOf(world, reading);
  return clientCapabilities.hierarchicalSymbols
    ? items.map((item) => toDocumentSymbol(lines, item))
    : items.flatMap((item) => toSymbolInformation(textDocument.uri, lines, item, ''));
}

const SYMBOL_KINDS: Readonly<Record<OutlineItem['kind'] | WorkspaceSymbolMatch['kind'], SymbolKind>> = {
  'key-policy': SymbolKind.Key, 'identity-policy': SymbolKind.Module, 'statement': SymbolKind.Object, 'key': SymbolKind.Key,
  'identity': SymbolKind.Class,
};

function toDocumentSymbol(lines: LineIndex, { kind, name, detail, span, selectionSpan, children }: OutlineItem): DocumentSymbol {
  return {
    name: plainLine(name), detail: plainLine(detail), kind: SYMBOL_KINDS[kind], range: toRange(lines, span),
    selectionRange: toRange(lines, selectionSpan), children: children.map((child) => toDocumentSymbol(lines, child)),
  };
}

function toSymbolInformation(uri: string, lines: LineIndex, { kind, name, span, children }: OutlineItem,
  container: string): SymbolInformation[] {
  return [
    { name: plainLine(name), kind: SYMBOL_KINDS[kind], location: { uri, range: toRange(lines, span) }, ...containerName(container) },
    ...children.flatMap((child) => toSymbolInformation(uri, lines, child, name)),
  ];
}

function containerName(container: string): Pick<SymbolInformation, 'containerName'> {
  return container === '' ? {} : { containerName: plainLine(container) };
}

export function workspaceSymbols({ analysisHost, conversionContext }: Session, { query }: WorkspaceSymbolParams): SymbolInformation[] {
  return findWorkspaceSymbols(analysisHost.workspace(), query).flatMap(({ kind, name, container, location: at }) => {
    const location = toLocation(conversionContext, at);
    return location ? [{ name: plainLine(name), kind: SYMBOL_KINDS[kind], location, ...containerName(container) }] : [];
  });
}

export function documentLinks({ analysisHost, conversionContext }: Session, { textDocument }: DocumentLinkParams): DocumentLink[] {
  const uri = canonicalUri(textDocument.uri);
  const lines = analysisHost.lineIndexOf(uri);
  if (!lines) return [];
  return manifestLinksIn(analysisHost.workspace(), uri).map(({ span, target, pointer }) => {
    const targetLines = pointer ? conversionContext.lineIndexOf(target.uri) : undefined;
    // `#L12`: editors open the file at that line.
    const fragment = targetLines ? `#L${positionAt(targetLines, target.span.start).line + 1}` : '';
    return { range: toRange(lines, span), target: conversionContext.editorUri(target.uri) + fragment };
  });
}
