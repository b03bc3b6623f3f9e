import type { Diagnostic, PublishDiagnosticsParams } from 'vscode-languageserver';
import type { OpenDocuments } from '../host/host';
import { toDiagnostic, type ConversionContext } from './protocol-conversion';
import { isReportedByEditor, JSON_SYNTAX_CODE } from './editor-syntax-errors';
import type { AnalysisHost } from './analysis-host';
import type { Remembered } from './memory';
import type { Settings } from './settings';

export interface DiagnosticPublisher {
  /** Sends the findings of the files whose findings changed; with `all`, of every file where they differ from what was sent. */
  readonly publish: (all?: boolean) => void;
  /** Sends what was found at an earlier start, in the expectation that nothing else will be found now. Ends when it is sent. */
  readonly recall: (remembered: readonly Remembered[]) => Promise<void>;
  /** What is to be said of all files as long as they are closed. */
  readonly found: () => readonly Remembered[];
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

/** What the editor was last told of a file. */
interface PublishedDiagnostics {
  readonly editorUri: string;
  readonly diagnostics: readonly Diagnostic[];
  /** The same written out, once it was compared: at a start nothing is. */
  readonly serialized: string | undefined;
  /** Other files whose places are in it. */
  readonly relatedUris: ReadonlySet<string>;
}

export function createDiagnosticPublisher(parts: DiagnosticPublisherOptions): DiagnosticPublisher {
  const told = new Map<string, PublishedDiagnostics>();

  const diagnosticsOf = (uri: string): Diagnostic[] => {
    const document = parts.documents.get(uri);
    if (parts.settings().scope === 'openFiles' && document === undefined) return [];
    const findings = parts.analysisHost.analysis().findingsByFile.get(uri) ?? [];
    const ours = findings.filter((finding) => !isReportedByEditor(finding, document, parts.analysisHost, parts.context.clientCapabilities));
    return ours.flatMap((finding) => toDiagnostic(parts.context, finding) ?? []);
  };

  /** What stands in the editor under that spelling; what it was told under another one is taken back. */
  const toldUnder = (uri: string, as: string): PublishedDiagnostics | undefined => {
    const before = told.get(uri);
    if (before === undefined || before.editorUri === as) return before;
    void parts.send({ uri: before.editorUri, diagnostics: [] });
    told.delete(uri);
    return undefined;
  };

  const tell = (uri: string): void => {
    const as = parts.context.editorUri(uri);
    const before = toldUnder(uri, as);
    const diagnostics = diagnosticsOf(uri);
    if (before === undefined && diagnostics.length === 0) return;
    const text = before && JSON.stringify(diagnostics);
    if (before && text === (before.serialized ?? JSON.stringify(before.diagnostics))) {
      told.set(uri, { ...before, serialized: text });
      return;
    }
    if (diagnostics.length === 0) told.delete(uri);
    else told.set(uri, { editorUri: as, diagnostics, serialized: text, relatedUris: relatedUrisOf(parts.analysisHost, uri) });
    const version = parts.documents.get(uri)?.version;
    void parts.send({ uri: as, diagnostics, ...(version === undefined ? {} : { version }) });
  };

  const publish = (all = false): void => {
    const { urisWithChangedFindings, urisWithChangedTexts } = parts.analysisHost.takeChanges();
    const files = new Set([...urisWithChangedFindings, ...urisWithChangedTexts]);
    // Positions can move although offsets stay: in the file itself and wherever its places are mentioned.
    for (const [uri, { relatedUris }] of told) if (all || intersects(relatedUris, urisWithChangedTexts)) files.add(uri);
    if (all) for (const uri of parts.analysisHost.analysis().findingsByFile.keys()) files.add(uri);
    // What the person looks at comes first.
    const open = Array.from(parts.documents.all(), ({ uri }) => uri).filter((uri) => files.delete(uri));
    for (const uri of [...open, ...files]) tell(uri);
    if (urisWithChangedFindings.size > 0 || urisWithChangedTexts.size > 0) parts.onChange();
  };

  const recall = async (remembered: readonly Remembered[]): Promise<void> => {
    const sent: Promise<void>[] = [];
    for (const { uri, diagnostics, mentions } of remembered) {
      const document = parts.documents.get(uri);
      // What the editor itself says of an open document is told when it has been read.
      if (document !== undefined && diagnostics.some(({ code }) => code === JSON_SYNTAX_CODE)) continue;
      const as = parts.context.editorUri(uri);
      if (diagnostics.length > 0) told.set(uri, { editorUri: as, diagnostics, serialized: undefined, relatedUris: new Set(mentions) });
      sent.push(parts.send({ uri: as, diagnostics: [...diagnostics], ...(document === undefined ? {} : { version: document.version }) }));
    }
    await Promise.all(sent);
  };

  const found = (): readonly Remembered[] => Array.from(parts.analysisHost.analysis().findingsByFile, ([uri, findings]) => ({
    uri, diagnostics: findings.flatMap((finding) => toDiagnostic(parts.context, finding) ?? []), mentions: [...relatedUrisOf(parts.analysisHost, uri)],
  }));

  return { publish, recall, found };
}

function relatedUrisOf(analysisHost: AnalysisHost, uri: string): ReadonlySet<string> {
  const findings = analysisHost.analysis().findingsByFile.get(uri) ?? [];
  return new Set(findings.flatMap((finding) => finding.related.map((relatedLocation) => relatedLocation.at.uri)));
}

function intersects(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const item of a) if (b.has(item)) return true;
  return false;
}
