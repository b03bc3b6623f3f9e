import type { FileChange } from '../text/change';
import { fileMatcher } from '../workspace/globs';
import { declareAttachment, manifestFor } from '../workspace/manifest-edit';
import { accountOfPath, pathHints } from '../workspace/path-hints';
import { plainUri } from '../workspace/paths';
import type { World } from '../workspace/world';
import type { Party } from './party';
import { hasPlaceholder } from './placeholder';

/**
 * Says in the folder's `kms-handshake.json` to whom a new identity policy is attached: else nobody could tell that it closes the
 * handshake. Undefined where the folder has no such file (none is made unasked), or where it or the path says so already.
 *
 * @param uri of the new file
 */
export function declarationOf(world: World, party: Party, uri: string): FileChange | undefined {
  if (hasPlaceholder(party.account) || manifestFor(world, uri).uri === undefined || isDeclared(world, uri) || isToldByPath(world, party, uri)) return undefined;
  return declareAttachment(world, { uri, pointer: '' }, party.arn === undefined ? { account: party.account } : { arn: party.arn });
}

function isDeclared(world: World, uri: string): boolean {
  const file = plainUri(uri);
  return world.manifests.some(({ folder, identities }) => identities.some(({ policies }) => policies.some(({ value }) => fileMatcher(folder, value)(file))));
}

function isToldByPath(world: World, party: Party, uri: string): boolean {
  const hints = pathHints('', uri);
  return party.arn === undefined
    ? accountOfPath(hints, (account) => world.accounts.has(account)) === party.account
    : hints.identity?.kind === party.kind && hints.identity.name === party.name;
}
