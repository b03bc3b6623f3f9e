import { CodeActionKind, type CodeAction, type Diagnostic } from 'vscode-languageserver';
import { isAccessRule, suggestedPairAt, type Finding } from '../../core/index';
import type { ClientCommands } from '../protocol/requests';
import type { Session } from '../session';
import { policyOfFinding } from './policy-lookup';

/** At a finding about one identity and one key: opens the explanation of the access, in a client that has such a page. */
export function explainActions(session: Session, finding: Finding, diagnostics: readonly Diagnostic[]): CodeAction[] {
  if (!session.clientCapabilities.clientCommands || !isAccessRule(finding.code)) return [];
  const policy = policyOfFinding(session, finding);
  const pair = policy && suggestedPairAt(session.analysisHost.workspace().world, policy, finding.at.span.start);
  if (pair === undefined) return [];
  const title = 'Explain this access…';
  const command = { title, command: 'kmsHandshake.explainAccess' satisfies keyof ClientCommands, arguments: [pair] };
  return [{ title, kind: CodeActionKind.QuickFix, command, diagnostics: [...diagnostics] }];
}
