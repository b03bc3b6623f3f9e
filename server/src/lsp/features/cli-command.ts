import { awsCliCommand, isRefusal, type LocatedPolicy } from '../../core/index';
import { canonicalUri } from '../../host/contract';
import type { Refused } from '../protocol/edits';
import type { CliCommandText } from '../protocol/generate';
import type { Session } from '../session';

/** The AWS CLI command that applies the policy, to be run in its workspace folder. */
export function cliCommand(session: Session, policy: LocatedPolicy): CliCommandText | Refused {
  const folder = session.folders().map(canonicalUri).find((uri) => policy.uri.startsWith(`${uri.replace(/\/$/, '')}/`));
  const result = awsCliCommand(session.knowledge.workspace().world, policy, folder);
  return isRefusal(result) ? result : { command: result.command, placeholders: result.placeholders };
}
