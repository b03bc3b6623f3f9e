import type { HandshakePart, HandshakeRef, MapPolicy, StatementPlace } from '../../../server/src/lsp/protocol/handshakes';
import type { MapTarget, SourceRange } from '../../webview/messages';
import { sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';

/** Where to look for what was chosen in the map: the policy, or the statement that decides. Undefined when it has gone. */
export async function sourceRangeOfTarget(languageServer: LanguageServer, target: MapTarget): Promise<SourceRange | undefined> {
  if ('key' in target && 'identity' in target) {
    const place = firstDecidingStatement((await requestHandshakeParts(languageServer, target))[0]);
    if (place !== undefined) return place;
  }
  const { keys, identities } = await sendServerRequest(languageServer, 'kmsHandshake/handshakes', {});
  const key = 'key' in target ? keys.find(({ id }) => id === target.key)?.policy : undefined;
  const identity = 'identity' in target ? identities.find(({ id }) => id === target.identity)?.policies[0] : undefined;
  const policy = key ?? identity;
  return policy && policyStart(policy);
}

/** The statement to look at first: where one half alone is there, the one in it. */
export function firstDecidingStatement(part: HandshakePart | undefined): StatementPlace | undefined {
  return part?.statements.find(({ half }) => half === part.state) ?? part?.statements[0];
}

export async function requestHandshakeParts(languageServer: LanguageServer, ref: HandshakeRef): Promise<readonly HandshakePart[]> {
  const details = await sendServerRequest(languageServer, 'kmsHandshake/handshake', ref);
  return 'refused' in details ? [] : details.parts;
}

/** A policy is shown from its beginning, not selected as a whole. */
export function policyStart({ uri, range: { start } }: MapPolicy): SourceRange {
  return { uri, range: { start, end: start } };
}
