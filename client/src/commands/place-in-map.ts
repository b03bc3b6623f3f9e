import type { HandshakePart, HandshakeRef, MapPolicy, StatementPlace } from '../../../server/src/lsp/protocol/handshakes';
import type { MapTarget, SourcePlace } from '../../webview/messages';
import { request } from '../request';
import type { Server } from '../server';

/** Where to look for what was chosen in the map: the policy, or the statement that decides. Undefined when it has gone. */
export async function placeInMap(server: Server, target: MapTarget): Promise<SourcePlace | undefined> {
  if ('key' in target && 'identity' in target) {
    const place = decisive((await partsOf(server, target))[0]);
    if (place !== undefined) return place;
  }
  const { keys, identities } = await request(server, 'kmsHandshake/handshakes', {});
  const key = 'key' in target ? keys.find(({ id }) => id === target.key)?.policy : undefined;
  const identity = 'identity' in target ? identities.find(({ id }) => id === target.identity)?.policies[0] : undefined;
  const policy = key ?? identity;
  return policy && startOf(policy);
}

/** The statement to look at first: where one half alone is there, the one in it. */
export function decisive(part: HandshakePart | undefined): StatementPlace | undefined {
  return part?.statements.find(({ half }) => half === part.state) ?? part?.statements[0];
}

export async function partsOf(server: Server, ref: HandshakeRef): Promise<readonly HandshakePart[]> {
  const details = await request(server, 'kmsHandshake/handshake', ref);
  return 'refused' in details ? [] : details.parts;
}

/** A policy is shown from its beginning, not selected as a whole. */
export function startOf({ uri, range: { start } }: MapPolicy): SourcePlace {
  return { uri, range: { start, end: start } };
}
