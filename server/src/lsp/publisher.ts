import type { Diagnostic, PublishDiagnosticsParams } from 'vscode-languageserver';
import type { OpenDocuments } from '../host/contract';
import { toDiagnostic, type ConvertContext } from './convert';
import { saidByEditor } from './editor-syntax';
import type { Knowledge } from './knowledge';
import type { Settings } from './settings';

export interface Publisher {
  /** Sends the findings of the files whose findings changed; with `all`, of every file where they differ from what was sent. */
  readonly publish: (all?: boolean) => void;
}

interface PublisherParts {
  readonly knowledge: Knowledge;
  readonly documents: OpenDocuments;
  readonly context: ConvertContext;
  readonly settings: () => Pick<Settings, 'scope'>;
  readonly send: (params: PublishDiagnosticsParams) => void;
  /** Some text or finding is another than before. */
  readonly changed: () => void;
}

/** What the editor was last told of a file. */
interface Told {
  readonly as: string;
  readonly diagnostics: string;
  /** Other files whose places are in it. */
  readonly mentions: ReadonlySet<string>;
}

const NOTHING = '[]';

export function publisher(parts: PublisherParts): Publisher {
  const told = new Map<string, Told>();

  const diagnosticsOf = (uri: string): Diagnostic[] => {
    const document = parts.documents.get(uri);
    if (parts.settings().scope === 'openFiles' && document === undefined) return [];
    const findings = parts.knowledge.analysis().byFile.get(uri) ?? [];
    const ours = findings.filter((finding) => !saidByEditor(finding, document, parts.knowledge, parts.context.abilities));
    return ours.flatMap((finding) => toDiagnostic(parts.context, finding) ?? []);
  };

  /** What stands in the editor under that spelling; what it was told under another one is taken back. */
  const toldUnder = (uri: string, as: string): string => {
    const before = told.get(uri);
    if (before === undefined) return NOTHING;
    if (before.as === as) return before.diagnostics;
    parts.send({ uri: before.as, diagnostics: [] });
    told.delete(uri);
    return NOTHING;
  };

  const tell = (uri: string): void => {
    const as = parts.context.editorUri(uri);
    const before = toldUnder(uri, as);
    const diagnostics = diagnosticsOf(uri);
    const text = diagnostics.length === 0 ? NOTHING : JSON.stringify(diagnostics);
    if (text === before) return;
    if (text === NOTHING) told.delete(uri);
    else told.set(uri, { as, diagnostics: text, mentions: mentionsOf(parts.knowledge, uri) });
    const version = parts.documents.get(uri)?.version;
    parts.send({ uri: as, diagnostics, ...(version === undefined ? {} : { version }) });
  };

  const publish = (all = false): void => {
    const { findings, texts } = parts.knowledge.takeChanges();
    const files = new Set([...findings, ...texts]);
    // Positions can move although offsets stay: in the file itself and wherever its places are mentioned.
    for (const [uri, { mentions }] of told) if (all || meet(mentions, texts)) files.add(uri);
    if (all) for (const uri of parts.knowledge.analysis().byFile.keys()) files.add(uri);
    // What the person looks at comes first.
    const open = Array.from(parts.documents.all(), ({ uri }) => uri).filter((uri) => files.delete(uri));
    for (const uri of [...open, ...files]) tell(uri);
    if (findings.size > 0 || texts.size > 0) parts.changed();
  };

  return { publish };
}

function mentionsOf(knowledge: Knowledge, uri: string): ReadonlySet<string> {
  const findings = knowledge.analysis().byFile.get(uri) ?? [];
  return new Set(findings.flatMap((finding) => finding.related.map((related) => related.at.uri)));
}

function meet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const item of a) if (b.has(item)) return true;
  return false;
}
