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
 * Declares in the nearest `kms-handshake.json` to whom a new identity policy is attached, without which nothing links it to its identity.
 * Undefined where there is no such file (none is created unasked), or where it or the path shows that already.
 *
 * @param uri of the new file
 * @param mayCreateManifest the person was asked, or told: the manifest is made where there is none
 */
export function manifestDeclarationFor(world: World, grantee: Grantee, uri: string, mayCreateManifest = false): FileChange | undefined {
  if (hasPlaceholderMarker(grantee.account) || !mayCreateManifest && manifestForFile(world, uri).uri === undefined
    || isDeclaredInManifest(world, uri)
    || isGranteeInPath(world, grantee, uri)) return undefined;
  return declareAttachment(world, { uri, address: WHOLE_DOCUMENT },
    grantee.arn === undefined ? { account: grantee.account } : { arn: grantee.arn });
}

function isDeclaredInManifest({ manifests }: World, uri: string): boolean {
  return manifests.some(({ folder, identities }) =>
    identities.some(({ policies }) => policies.some(({ value }) => createFileMatcher(folder, value)(plainUri(uri)))));
}

function isGranteeInPath(world: World, grantee: Grantee, uri: string): boolean {
  const hints = pathHintsOfFile(plainUri(uri), world.folders.map((folder) => plainUri(folder.uri)));
  const pathAccount = accountOfPath(hints, (account) => world.accounts.has(account));
  if (pathAccount?.isConfirmed !== true || pathAccount.account !== grantee.account) return false;
  if (grantee.arn === undefined) return true;
  // A path names only identities that something else names too.
  const names = world.identities.filter(({ account }) => account === grantee.account)
    .map(({ arn }) => arn && parseIdentityArn(arn)?.name.toLowerCase());
  const [first, ...others] = (hints.identity?.names ?? []).filter(({ kind, name }) => names.includes(`${kind}/${name}`.toLowerCase()));
  return others.length === 0 && first?.kind === grantee.kind && first.name.toLowerCase() === grantee.name?.toLowerCase();
}
