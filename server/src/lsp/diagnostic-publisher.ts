import type { Diagnostic, PublishDiagnosticsParams } from 'vscode-languageserver';
import type { OpenDocuments } from '../host/host';
import { toDiagnostic, type ConversionContext } from './protocol-conversion';
import { isReportedByEditor } from './editor-syntax-errors';
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
  /** Ends when the editor's end of the line has it. Never fails. */
  readonly send: (params: PublishDiagnosticsParams) => Promise<void>;
  /** Some text or finding is another than before. */
  readonly onChange: () => void;
}

/** What the editor was last published of a file. */
interface PublishedDiagnostics {
  readonly editorUri: string;
  readonly diagnostics: readonly Diagnostic[];
  /** The same written out, once it was compared: when the server starts nothing is. */
  readonly serialized: string | undefined;
  /** Other files whose places are in it. */
  readonly relatedUris: ReadonlySet<string>;
}

export function createDiagnosticPublisher(options: DiagnosticPublisherOptions): DiagnosticPublisher {
  const published = new Map<string, PublishedDiagnostics>();

  const diagnosticsOf = (uri: string): Diagnostic[] => {
    const document = options.documents.get(uri);
    if (options.settings().scope === 'openFiles' && document === undefined) return [];
    const findings = options.analysisHost.analysis().findingsByFile.get(uri) ?? [];
    const ours = findings.filter((finding) =>
      !isReportedByEditor(finding, document, options.analysisHost, options.context.clientCapabilities)
    );
    return ours.flatMap((finding) => toDiagnostic(options.context, finding) ?? []);
  };

  /** What stands in the editor under that spelling; what it was published under another one is taken back. */
  const publishedAs = (uri: string, as: string): PublishedDiagnostics | undefined => {
    const before = published.get(uri);
    if (before === undefined || before.editorUri === as) return before;
    void options.send({ uri: before.editorUri, diagnostics: [] });
    published.delete(uri);
    return undefined;
  };

  const publishFile = (uri: string): void => {
    const editorUri = options.context.editorUri(uri);
    const before = publishedAs(uri, editorUri);
    const diagnostics = diagnosticsOf(uri);
    if (before === undefined && diagnostics.length === 0) return;
    const text = before && JSON.stringify(diagnostics);
    if (before && text === (before.serialized ?? JSON.stringify(before.diagnostics))) {
      published.set(uri, { ...before, serialized: text });
      return;
    }
    if (diagnostics.length === 0) published.delete(uri);
    else published.set(uri, { editorUri, diagnostics, serialized: text, relatedUris: relatedUrisOf(options.analysisHost, uri) });
    const version = options.documents.get(uri)?.version;
    void options.send({ uri: editorUri, diagnostics, ...(version === undefined ? {} : { version }) });
  };

  const publish = (all = false): void => {
    const { urisWithChangedFindings, urisWithChangedTexts } = options.analysisHost.takeChanges();
    const files = new Set([...urisWithChangedFindings, ...urisWithChangedTexts]);
    // Positions can move although offsets stay: in the file itself and wherever its places are mentioned.
    for (const [uri, { relatedUris }] of published) if (all || intersects(relatedUris, urisWithChangedTexts)) files.add(uri);
    if (all) for (const uri of options.analysisHost.analysis().findingsByFile.keys()) files.add(uri);
    // What the person looks at comes first.
    const open = Array.from(options.documents.all(), ({ uri }) => uri).filter((uri) => files.delete(uri));
    for (const uri of [...open, ...files]) publishFile(uri);
    if (urisWithChangedFindings.size > 0 || urisWithChangedTexts.size > 0) options.onChange();
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
