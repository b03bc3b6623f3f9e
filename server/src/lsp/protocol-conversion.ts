import {
  CodeActionKind, DiagnosticSeverity, DiagnosticTag, MarkupKind, type CodeAction, type Diagnostic, type Location as LspLocation,
  type MarkupContent, type Range, type TextEdit as LspTextEdit, type WorkspaceEdit,
} from 'vscode-languageserver';
import {
  offsetAt, plainLine, positionAt, toMarkdown, toPlainText, type Block, type FileChange, type Finding, type Fix, type LineIndex,
  type LinkResolver, type Location, type Severity, type Span,
} from '../core/index';
import type { ClientCapabilities } from './client-capabilities';
import type { DiagnosticData } from './protocol/findings';

/** What conversions need to know about the files and the editor. */
export interface ConversionContext {
  readonly clientCapabilities: ClientCapabilities;
  /** Lines of the text that the core has of the file; undefined for files that it does not have. */
  readonly lineIndexOf: (uri: string) => LineIndex | undefined;
  /** Version of the file when it is open in the editor. */
  readonly versionOf: (uri: string) => number | undefined;
  /** The editor's own spelling of the URI. */
  readonly editorUri: (uri: string) => string;
}

/** What edits need besides; `withUpToDateTexts` provides it. */
export interface EditContext extends ConversionContext {
  /** Called with every file that an edit changes or creates: the edit is sent only while these texts are up to date. */
  readonly recordEdited: (uri: string) => void;
  /** The file lies outside of the workspace, or a link leads there: nothing is written there. */
  readonly isOutsideWorkspace: (uri: string) => boolean;
}

export const DIAGNOSTIC_SOURCE = 'kms-handshake';

const DIAGNOSTIC_SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error, warning: DiagnosticSeverity.Warning, info: DiagnosticSeverity.Information, hint: DiagnosticSeverity.Hint,
};

export function toRange(lines: LineIndex, span: Span): Range {
  return { start: positionAt(lines, span.start), end: positionAt(lines, span.end) };
}

/** Undefined when the file has gone meanwhile. */
export function toLocation(context: ConversionContext, { uri, span }: Location): LspLocation | undefined {
  const lines = context.lineIndexOf(uri);
  return lines && { uri: context.editorUri(uri), range: toRange(lines, span) };
}

export function toSpan(lines: LineIndex, range: Range): Span {
  return { start: offsetAt(lines, range.start), end: offsetAt(lines, range.end) };
}

/** Markdown, or plain text for editors that do not show Markdown there. Without `linkResolver` locations of the workspace are text. */
export function toMarkup(blocks: readonly Block[], markdown: boolean, linkResolver: LinkResolver = () => undefined): MarkupContent {
  return markdown
    ? { kind: MarkupKind.Markdown, value: toMarkdown(blocks, linkResolver) }
    : { kind: MarkupKind.PlainText, value: toPlainText(blocks) };
}

/** Undefined when the finding's file has gone meanwhile. */
export function toDiagnostic(context: ConversionContext, finding: Finding): Diagnostic | undefined {
  const lines = context.lineIndexOf(finding.at.uri);
  if (lines === undefined) return undefined;
  const { clientCapabilities } = context;
  const data: DiagnosticData = { id: findingId(finding) };
  const href = clientCapabilities.ruleDocumentation(finding.code) ?? finding.href;
  const related = !clientCapabilities.relatedInformation ? [] : finding.related.flatMap(({ at, message }) => {
    const location = toLocation(context, at);
    return location ? [{ location, message }] : [];
  });
  return {
    range: toRange(lines, finding.at.span),
    severity: DIAGNOSTIC_SEVERITIES[finding.severity],
    code: finding.code,
    ...(clientCapabilities.codeDescription ? { codeDescription: { href } } : {}),
    source: DIAGNOSTIC_SOURCE,
    message: finding.message,
    ...(finding.unnecessary && clientCapabilities.diagnosticTags ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...(related.length > 0 ? { relatedInformation: related } : {}),
    data,
  };
}

/** Tells the findings of one file apart. */
export function findingId({ code, at }: Finding): string {
  return `${code}@${at.span.start}-${at.span.end}`;
}

/** A quick fix for the diagnostics, disabled where the place cannot take the edit; undefined for an editor that cannot show or apply it. */
export function toCodeAction(context: EditContext, fix: Fix, home: string, diagnostics: readonly Diagnostic[]): CodeAction | undefined {
  const { title, refusal, preferred } = fix;
  const action = { title, kind: CodeActionKind.QuickFix, ...diagnostics.length > 0 ? { diagnostics: [...diagnostics] } : {} };
  const { disabledCodeActions } = context.clientCapabilities;
  if (refusal !== undefined) return disabledCodeActions ? { ...action, disabled: { reason: refusal } } : undefined;
  const edit = toWorkspaceEdit(context, fix.files, fix.confirm ? { title, exceptUri: home } : undefined);
  return edit && { ...action, edit, ...preferred ? { isPreferred: true } : {} };
}

/** The changes of all files but `exceptUri` are to be confirmed before they are made. */
export interface EditConfirmation {
  readonly title: string;
  readonly exceptUri: string;
}

const CONFIRMATION_ANNOTATION = 'confirm';

/**
 * Undefined when the editor cannot make new files and the changes have one, when a changed file has gone meanwhile, or when one lies
 * outside of the workspace (`reasonNotWritable`).
 */
export function toWorkspaceEdit(context: EditContext, changes: readonly FileChange[],
  editConfirmation?: EditConfirmation): WorkspaceEdit | undefined {
  for (const { uri } of changes) context.recordEdited(uri);
  if (reasonNotWritable(context, changes) !== undefined) return undefined;
  const { clientCapabilities } = context;
  if (!clientCapabilities.documentChanges) return toEditByUri(context, changes);
  const needsConfirmation = editConfirmation !== undefined && clientCapabilities.changeAnnotations;
  const documentChanges: NonNullable<WorkspaceEdit['documentChanges']> = [];
  for (const change of changes) {
    const annotation = needsConfirmation && change.uri !== editConfirmation.exceptUri ? { annotationId: CONFIRMATION_ANNOTATION } : {};
    const uri = context.editorUri(change.uri);
    if ('create' in change) {
      if (!clientCapabilities.createFiles) return undefined;
      documentChanges.push({ kind: 'create', uri, options: { overwrite: false, ignoreIfExists: false }, ...annotation },
        { textDocument: { uri, version: null }, edits: [{ range: DOCUMENT_START, newText: change.create, ...annotation }] });
    } else {
      const edits = toTextEdits(context, change);
      if (edits === undefined) return undefined;
      const textDocument = { uri, version: context.versionOf(change.uri) ?? null };
      documentChanges.push({ textDocument, edits: edits.map((edit) => ({ ...edit, ...annotation })) });
    }
  }
  if (!needsConfirmation) return { documentChanges };
  const confirmation = { label: plainLine(editConfirmation.title), needsConfirmation, description: 'Changes a file of another account.' };
  return { documentChanges, changeAnnotations: { [CONFIRMATION_ANNOTATION]: confirmation } };
}

/** Why the changes are not offered, as a sentence; undefined where all of their files lie in the workspace. */
export function reasonNotWritable(context: EditContext, changes: readonly FileChange[]): string | undefined {
  const outside = changes.find(({ uri }) => context.isOutsideWorkspace(uri));
  return outside && `${context.editorUri(outside.uri)} is outside of the workspace folders, or a link leads there: it is not changed.`;
}

export const DOCUMENT_START: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

function toEditByUri(context: ConversionContext, changes: readonly FileChange[]): WorkspaceEdit | undefined {
  const editsByUri: Record<string, LspTextEdit[]> = {};
  for (const change of changes) {
    const edits = 'create' in change ? undefined : toTextEdits(context, change);
    if (edits === undefined) return undefined;
    editsByUri[context.editorUri(change.uri)] = edits;
  }
  return { changes: editsByUri };
}

function toTextEdits(context: ConversionContext, change: Extract<FileChange, { readonly edits: unknown }>): LspTextEdit[] | undefined {
  const lines = context.lineIndexOf(change.uri);
  return lines && change.edits.map(({ span, newText }) => ({ range: toRange(lines, span), newText }));
}
