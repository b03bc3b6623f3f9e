import { CodeActionKind, type CodeAction, type Diagnostic } from 'vscode-languageserver';
import type { Finding } from '../../core/index';
import { canonicalUri } from '../../host/host';
import { toRange } from '../protocol-conversion';
import type { TextToReplace } from '../protocol/findings';
import type { ClientCommands } from '../protocol/requests';
import type { Session } from '../session';

/** At a placeholder word in an open document: asks what is to stand there, in a client that can ask. The workspace may know no value. */
export function replacePlaceholderActions(session: Session, { words = [], at }: Finding, diagnostics: readonly Diagnostic[]): CodeAction[] {
  const document = session.host.documents.get(canonicalUri(at.uri));
  const lines = session.analysisHost.lineIndexOf(at.uri);
  if (!session.clientCapabilities.clientCommands || words.length === 0 || document === undefined || lines === undefined) return [];
  const text = document.text.slice(at.span.start, at.span.end);
  const title = `Type a value in place of ${text}…`;
  const place: TextToReplace = { uri: document.editorUri, range: toRange(lines, at.span), text };
  const command = { title, command: 'kmsHandshake.replaceText' satisfies keyof ClientCommands, arguments: [place] };
  return [{ title, kind: CodeActionKind.QuickFix, command, diagnostics: [...diagnostics] }];
}
