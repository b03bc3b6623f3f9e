import { WHOLE_DOCUMENT } from '../discovery/policy-address';
import type { FileChange } from '../text/file-change';
import { createFileMatcher } from '../manifest/path-glob';
import { declareAttachment, manifestForFile } from '../manifest/manifest-edit';
import { accountOfPath, pathHintsOfFile } from '../linking/path-hints';
import { parseIdentityArn } from '../linking/names';
import { plainUri } from '../text/uri-path';
import type { World } from '../workspace/world';
import type { Grantee } from './grantee';
import { hasPlaceholderMarker } from './placeholder-marker';

/**
 * Says in the nearest `kms-handshake.json` to whom a new identity policy is attached: else nobody could tell that it closes the
 * handshake. Undefined where there is no such file (none is made unasked), or where it or the path says so already.
 *
 * @param uri of the new file
 */
export function manifestDeclarationFor(world: World, grantee: Grantee, uri: string): FileChange | undefined {
  if (hasPlaceholderMarker(grantee.account) || manifestForFile(world, uri).uri === undefined || isDeclaredInManifest(world, uri)
    || isGranteeInPath(world, grantee, uri)) return undefined;
  return declareAttachment(world, { uri, address: WHOLE_DOCUMENT },
    grantee.arn === undefined ? { account: grantee.account } : { arn: grantee.arn });
}

function isDeclaredInManifest(world: World, uri: string): boolean {
  const file = plainUri(uri);
  return world.manifests.some(({ folder, identities }) =>
    identities.some(({ policies }) => policies.some(({ value }) => createFileMatcher(folder, value)(file)))
  );
}

function isGranteeInPath(world: World, grantee: Grantee, uri: string): boolean {
  const hints = pathHintsOfFile(plainUri(uri), world.folders.map((folder) => plainUri(folder.uri)));
  if (accountOfPath(hints, (account) => world.accounts.has(account)) !== grantee.account) return false;
  if (grantee.arn === undefined) return true;
  const names = hints.identity?.names ?? [];
  // A path tells only of identities that something names.
  const exists = (kind: string, name: string): boolean => world.identities.some(({ arn, account }) =>
    arn !== undefined && account === grantee.account && parseIdentityArn(arn)?.name.toLowerCase() === `${kind}/${name}`.toLowerCase());
  const told = names.filter(({ kind, name }) => exists(kind, name));
  return told.length === 1 && told[0]?.kind === grantee.kind && told[0].name.toLowerCase() === grantee.name?.toLowerCase();
}
