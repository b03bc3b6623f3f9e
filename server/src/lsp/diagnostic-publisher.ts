import type { Diagnostic, PublishDiagnosticsParams } from 'vscode-languageserver';
import type { OpenDocuments } from '../host/host';
import { toDiagnostic, type ConversionContext } from './protocol-conversion';
import { isCauseOfEditorErrors, isReportedByEditor } from './editor-syntax-errors';
import type { AnalysisHost } from './analysis-host';
import type { Settings } from './settings';

export interface DiagnosticPublisher {
  /** Sends the findings of the files whose findings changed; with `all`, of every file where they differ from what was sent. */
  readonly publish: (all?: boolean) => void;
}

interface DiagnosticPublisherOptions {
  readonly analysisHost: AnalysisHost;
  readonly documents: OpenDocuments;
  readonly context: ConversionContext;
  readonly settings: () => Pick<Settings, 'scope'>;
  /** Never fails. */
  readonly send: (params: PublishDiagnosticsParams) => Promise<void>;
  /** A text or finding changed. */
  readonly onChange: () => void;
}

/** What was last published about a file. */
interface PublishedDiagnostics {
  readonly editorUri: string;
  readonly diagnostics: readonly Diagnostic[];
  /** The diagnostics as JSON; undefined until they are compared for the first time, which the start never does. */
  readonly serialized: string | undefined;
  /** Other files that they refer to. */
  readonly relatedUris: ReadonlySet<string>;
}

export function createDiagnosticPublisher(
  { analysisHost, documents, context, settings, send, onChange }: DiagnosticPublisherOptions,
): DiagnosticPublisher {
  const published = new Map<string, PublishedDiagnostics>();

  const diagnosticsOf = (uri: string): Diagnostic[] => {
    const document = documents.get(uri);
    if (settings().scope === 'openFiles' && document === undefined) return [];
    const findings = analysisHost.analysis().findingsByFile.get(uri) ?? [];
    return findings.filter((finding) => !isReportedByEditor(finding, document, analysisHost, context.clientCapabilities))
      .flatMap((finding) => {
        const diagnostic = toDiagnostic(context, finding);
        if (diagnostic === undefined) return [];
        return isCauseOfEditorErrors(finding, document, analysisHost, context.clientCapabilities) ? atItsStart(diagnostic) : diagnostic;
      });
  };

  /** What was published under this spelling of the URI; what was published under another one is taken back. */
  const publishedAs = (uri: string, editorUri: string): PublishedDiagnostics | undefined => {
    const before = published.get(uri);
    if (before === undefined || before.editorUri === editorUri) return before;
    void send({ uri: before.editorUri, diagnostics: [] });
    published.delete(uri);
    return undefined;
  };

  const publishFile = (uri: string): void => {
    const editorUri = context.editorUri(uri);
    const before = publishedAs(uri, editorUri);
    const diagnostics = diagnosticsOf(uri);
    if (before === undefined && diagnostics.length === 0) return;
    const text = before && JSON.stringify(diagnostics);
    if (before && text === (before.serialized ?? JSON.stringify(before.diagnostics))) {
      published.set(uri, { ...before, serialized: text });
      return;
    }
    if (diagnostics.length === 0) published.delete(uri);
    else published.set(uri, { editorUri, diagnostics, serialized: text, relatedUris: relatedUrisOf(analysisHost, uri) });
    const version = documents.get(uri)?.version;
    void send({ uri: editorUri, diagnostics, ...(version === undefined ? {} : { version }) });
  };

  const publish = (all = false): void => {
    const { urisWithChangedFindings, urisWithChangedTexts } = analysisHost.takeChanges();
    const files = new Set([...urisWithChangedFindings, ...urisWithChangedTexts]);
    // Positions can move although offsets stay: in the file itself and in diagnostics that refer to it.
    for (const [uri, { relatedUris }] of published) if (all || intersects(relatedUris, urisWithChangedTexts)) files.add(uri);
    if (all) for (const uri of analysisHost.analysis().findingsByFile.keys()) files.add(uri);
    const openFiles = Array.from(documents.all(), ({ uri }) => uri).filter((uri) => files.delete(uri));
    for (const uri of [...openFiles, ...files]) publishFile(uri);
    if (urisWithChangedFindings.size > 0 || urisWithChangedTexts.size > 0) onChange();
  };

  return { publish };
}

function relatedUrisOf(analysisHost: AnalysisHost, uri: string): ReadonlySet<string> {
  const findings = analysisHost.analysis().findingsByFile.get(uri) ?? [];
  return new Set(findings.flatMap((finding) => finding.related.map((relatedLocation) => relatedLocation.at.uri)));
}

function intersects(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const item of a) if (b.has(item)) return true;
  return false;
}

/** Lists of problems have an empty range before others that start with it: the cause before what the editor says of its effects. */
function atItsStart(diagnostic: Diagnostic): Diagnostic {
  const { start } = diagnostic.range;
  return { ...diagnostic, range: { start, end: start } };
}
