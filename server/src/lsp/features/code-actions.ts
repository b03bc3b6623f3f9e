import {
  CodeActionKind, MessageType, type CodeAction, type CodeActionParams, type Diagnostic, type Range, type WorkspaceEdit,
} from 'vscode-languageserver';
import { spansOverlap, plainLine, type Finding, type Fix, type LineIndex, type Span } from '../../core/index';
import { canonicalUri } from '../../host/host';
import { findingId, DIAGNOSTIC_SOURCE, toCodeAction, toSpan } from '../protocol-conversion';
import { isCauseOfEditorErrors, isReportedByEditor } from '../editor-syntax-errors';
import type { DiagnosticData, FindingRef } from '../protocol/findings';
import type { ClientCommands } from '../protocol/requests';
import type { Session } from '../session';
import { explainActions } from './explain-finding';
import { FIX_ALL_KIND, fixAllActions } from './fix-all';
import { withUpToDateTexts, type EditingSession } from './up-to-date-texts';
import { showMessage } from './messages';
import { policyFileActions } from './policy-file';
import { policyOfFinding, policyRefOf } from './policy-lookup';
import { replacePlaceholderActions } from './replace-placeholder';
import { contentModifiedError } from './request-handling';
import { suppressActions } from './suppress-finding';

/** What is asked for: quick fixes and refactorings unless only other kinds are, "fix all" only when it is named. */
export function codeActions(session: EditingSession, params: CodeActionParams): CodeAction[] {
  const { only } = params.context;
  const uri = canonicalUri(params.textDocument.uri);
  const isAsked = (kind: string): boolean => only === undefined || only.some((requested) => includesKind(requested, kind));
  return [
    ...isAsked(CodeActionKind.QuickFix) ? quickFixes(session, uri, params) : [],
    ...isAsked(CodeActionKind.RefactorExtract) ? policyFileActions(session, params) : [],
    ...only?.some((kind) => kind !== '' && includesKind(kind, FIX_ALL_KIND)) === true ? fixAllActions(session, uri) : [],
  ];
}

/** Kinds are a tree: `source` is all of `source.fixAll`, the empty kind is all. */
function includesKind(kind: string, other: string): boolean {
  return kind === '' || other === kind || other.startsWith(`${kind}.`);
}

/** The fixes of all findings at the range, and those of our syntax findings that answer the editor's own ones there. */
function quickFixes(session: EditingSession, uri: string, { range, context }: CodeActionParams): CodeAction[] {
  const { analysisHost } = session;
  const analysis = analysisHost.analysis();
  const findings = analysis.findingsByFile.get(uri) ?? [];
  const lines = analysisHost.lineIndexOf(uri);
  if (findings.length === 0 || lines === undefined) return [];
  const span = toSpan(lines, range);
  const offers = findings.flatMap((finding) => {
    const answered = relatedDiagnostics(session, finding, { requestedSpan: span, lines, diagnostics: context.diagnostics });
    return answered === undefined ? [] : offersForFinding(session, finding, answered);
  });
  return withoutDuplicateTitles(inMenuOrder(offers)).map(({ finding, action }) => withDeferredEdit(session, finding, action));
}

/** In the order of the menu: what mends the finding first, what leaves the policy as it is last. */
const OFFER_KINDS = ['mend', 'generate-or-link', 'fix-all', 'explain', 'attach', 'suppress', 'documentation'] as const;

/** A code action with the finding that it answers. */
interface Offer {
  readonly kind: (typeof OFFER_KINDS)[number];
  readonly finding: Finding;
  readonly action: CodeAction;
}

/** Those of one kind stay in their order. */
function inMenuOrder(offers: readonly Offer[]): readonly Offer[] {
  return OFFER_KINDS.flatMap((kind) => offers.filter((offer) => offer.kind === kind));
}

/** What can be done about one finding. */
function offersForFinding(session: EditingSession, finding: Finding, diagnostics: readonly Diagnostic[]): Offer[] {
  const { world } = session.analysisHost.workspace();
  const fixes = fixesOf(session, finding, () => finding.fixes(world));
  const offersOf = (kind: Offer['kind'], actions: readonly CodeAction[]): Offer[] =>
    actions.map((action) => ({ kind, finding, action: { ...action, title: plainLine(action.title) } }));
  return [
    ...fixes.flatMap((fix) => offersOf(fix.purpose === 'mend' ? 'mend' : 'generate-or-link',
      [toCodeAction(session.conversionContext, fix, finding.at.uri, diagnostics) ?? []].flat())),
    ...offersOf('mend', replacePlaceholderActions(session, finding, diagnostics)),
    ...offersOf('fix-all', fixes.some(({ safe }) => safe) ? fixAllQuickFixes(session, finding, diagnostics) : []),
    ...offersOf('explain', explainActions(session, finding, diagnostics)),
    ...offersOf('attach', attachActions(session, finding, diagnostics)),
    ...offersOf('suppress', suppressActions(session, finding, diagnostics)),
    ...offersOf('documentation', documentationActions(session, finding, diagnostics)),
  ];
}

/** "Fix all" among the quick fixes, since menus leave source actions out; none where it mends nothing but this finding. */
function fixAllQuickFixes(session: EditingSession, finding: Finding, diagnostics: readonly Diagnostic[]): CodeAction[] {
  const { analysisHost } = session;
  const { uri } = finding.at;
  const { world } = analysisHost.workspace();
  const hasSafeFix = (other: Finding): boolean => fixesOf(session, other, () => other.fixes(world)).some(({ safe }) => safe);
  if (analysisHost.analysis().findingsByFile.get(uri)?.some((other) => other !== finding && hasSafeFix(other)) !== true) return [];
  return fixAllActions(session, uri, CodeActionKind.QuickFix).map((action) => ({ ...action, diagnostics: [...diagnostics] }));
}

/** What comes back with an action whose edit is wanted: of which finding it was, and which of its fixes. */
interface CodeActionData extends FindingRef {
  readonly title: string;
}

/**
 * An edit of the document itself goes with the action: the editor drops both when the document changes. One of other files is left
 * out for editors that ask for it when the action is chosen, since meanwhile other programs may write them.
 */
function withDeferredEdit({ clientCapabilities, conversionContext }: Session, finding: Finding, action: CodeAction): CodeAction {
  const { edit, ...others } = action;
  const { at: { uri } } = finding;
  const files = [...Object.keys(edit?.changes ?? {}),
    ...(edit?.documentChanges ?? []).flatMap((part) => ('textDocument' in part ? part.textDocument.uri : []))];
  if (!clientCapabilities.resolveCodeActionEdits || files.every((file) => file === conversionContext.editorUri(uri))) return action;
  const data: CodeActionData = { uri, id: findingId(finding), title: action.title };
  return { ...others, data };
}

/** The action with its edit. Where there is none any more that is said, since editors are silent about it. */
export async function resolveCodeAction(session: Session, action: CodeAction): Promise<CodeAction> {
  const data = action.data as CodeActionData | undefined;
  if (data === undefined) return action;
  const edit = await withUpToDateTexts(session, (editingSession) => resolveEdit(editingSession, data));
  if (edit !== undefined) return { ...action, edit };
  showMessage(session, MessageType.Warning, `"${action.title}" does not fit any more: the files have changed meanwhile.`);
  throw contentModifiedError(data.uri);
}

function resolveEdit(session: EditingSession, { uri, id, title }: CodeActionData): WorkspaceEdit | undefined {
  const finding = session.analysisHost.analysis().findingsByFile.get(uri)?.find((candidate) => findingId(candidate) === id);
  return finding && offersForFinding(session, finding, []).find(({ action }) => action.title === title)?.action.edit;
}

/** The page of the rule, for a client that can show it; the others have `codeDescription`, the AWS page that it rests on. */
function documentationActions({ clientCapabilities }: Session, { code }: Finding, diagnostics: readonly Diagnostic[]): CodeAction[] {
  if (!clientCapabilities.clientCommands) return [];
  const title = `Show documentation of rule ${code}`;
  const command = { title, command: 'kmsHandshake.showRuleDocumentation' satisfies keyof ClientCommands, arguments: [{ code }] };
  return [{ title, kind: CodeActionKind.QuickFix, command, diagnostics: [...diagnostics] }];
}

/** A finding that depends on it to whom the policy is attached, of which nobody knows that for certain: the client can ask. */
function attachActions(session: Session, finding: Finding, diagnostics: readonly Diagnostic[]): CodeAction[] {
  const { uncertainLinks = [] } = finding;
  if (!session.clientCapabilities.clientCommands || uncertainLinks.length === 0) return [];
  const { world } = session.analysisHost.workspace();
  const policy = policyOfFinding(session, finding);
  if (!policy || world.identitiesByPolicy.get(policy)?.some(({ link }) => uncertainLinks.includes(link)) !== true) return [];
  const title = 'Attach policy to…';
  const command = { title, command: 'kmsHandshake.attachPolicy' satisfies keyof ClientCommands, arguments: [policyRefOf(session, policy)] };
  return [{ title, kind: CodeActionKind.QuickFix, command, diagnostics: [...diagnostics] }];
}

interface CodeActionRequest {
  readonly requestedSpan: Span;
  readonly lines: LineIndex;
  readonly diagnostics: readonly Diagnostic[];
}

/** The diagnostics of the editor that a fix of the finding answers; undefined when the finding is not asked about. */
function relatedDiagnostics(session: Session, finding: Finding, { requestedSpan, lines, diagnostics }: CodeActionRequest):
  | readonly Diagnostic[]
  | undefined {
  const { analysisHost, clientCapabilities, host } = session;
  const document = host.documents.get(finding.at.uri);
  const isAsked = spansOverlap(requestedSpan, finding.at.span);
  const foreign = diagnostics.filter(({ source }) => source !== DIAGNOSTIC_SOURCE);
  if (isReportedByEditor(finding, document, analysisHost, clientCapabilities)) {
    const near = foreign.filter(({ range }) => isNearFinding(range, finding, lines));
    return near.length > 0 || isAsked ? near : undefined;
  }
  const answered = diagnostics.filter(({ source, ...diagnostic }) =>
    source === DIAGNOSTIC_SOURCE && diagnosticId(diagnostic) === findingId(finding));
  if (!isCauseOfEditorErrors(finding, document, analysisHost, clientCapabilities)) return isAsked ? answered : undefined;
  return isAsked || foreign.length > 0 ? [...answered, ...foreign] : undefined;
}

/** Parsers give one slip different places: the comma that is missing, or the word behind it on the next line. */
function isNearFinding(range: Range, finding: Finding, lines: LineIndex): boolean {
  const near: Span = {
    start: lines.starts[Math.max(0, range.start.line - 1)] ?? 0,
    end: lines.starts[range.end.line + 2] ?? lines.length,
  };
  return spansOverlap(near, finding.at.span);
}

function diagnosticId({ data }: Pick<Diagnostic, 'data'>): string | undefined {
  return (data as Partial<DiagnosticData> | undefined)?.id;
}

/** A fix that cannot be worked out must not take the others with it. */
function fixesOf(session: Session, finding: Finding, fixes: () => readonly Fix[]): readonly Fix[] {
  try {
    return fixes();
  } catch (error) {
    session.host.log.error(`the fixes of ${finding.code} cannot be worked out`, error);
    return [];
  }
}

/** Two entries of one title cannot be told apart: the first does the work. */
function withoutDuplicateTitles(offers: readonly Offer[]): Offer[] {
  const titles = new Set<string>();
  return offers.filter(({ action: { title } }) => !titles.has(title) && titles.add(title));
}
