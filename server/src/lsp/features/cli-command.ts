import { ErrorCodes, ResponseError } from 'vscode-languageserver';
import { awsCliCommand, isRefusal, SHELLS, type DiscoveredPolicy, type Shell } from '../../core/index';
import type { Refused } from '../protocol/edits';
import type { CliCommandText } from '../protocol/generate';
import type { Session } from '../session';
import { workspaceFolderOf } from './policy-lookup';

/** The AWS CLI command that applies the policy, to be run in its workspace folder. */
export function cliCommand(session: Session, policy: DiscoveredPolicy, shell: Shell | undefined): CliCommandText | Refused {
  const result = awsCliCommand(session.analysisHost.workspace().world, policy, workspaceFolderOf(session, policy.uri), toShell(shell));
  return isRefusal(result) ? result : { command: result.command, placeholders: result.placeholders };
}

/** What a client sends is looked at: quotes of another shell than the one that it means would protect nothing. */
function toShell(name: unknown): Shell {
  const shell = SHELLS.find((value) => value === (name ?? 'posix'));
  if (shell === undefined) throw new ResponseError(ErrorCodes.InvalidParams, `"shell" is not one of ${SHELLS.join(', ')}`);
  return shell;
}
