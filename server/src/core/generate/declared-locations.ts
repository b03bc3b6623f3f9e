import { createFileMatcher, isGlob } from '../manifest/path-glob';
import type { Manifest, Spanned } from '../manifest/manifest';
import { pathBelow, plainUri, uriInFolder } from '../text/uri-path';
import type { World } from '../workspace/world';
import type { Grantee } from './grantee';

/** A place that `kms-handshake.json` has for a policy: one file, or a folder in which any new file counts. */
export type DeclaredLocation = { readonly uri: string } | { readonly folder: string };

/** Where the manifests expect policies of the party: those that name itself before those that name its account. */
export function declaredIdentityPolicyLocations(world: World, grantee: Grantee): DeclaredLocation[] {
  const entries = world.manifests.flatMap((manifest) => manifest.identities.map((identity) => ({ manifest, identity })));
  const own = entries.filter(({ identity }) => identity.arn !== undefined && identity.arn.value === grantee.arn);
  const account = entries.filter(({ identity }) => identity.account?.value === grantee.account);
  return [...own, ...account].flatMap(({ manifest, identity }) =>
    identity.policies.flatMap((pattern) => locationForPattern(manifest, pattern))
  );
}

/** Where a manifest expects the policy of the key. */
export function declaredKeyPolicyLocations(world: World, keyArn: string): DeclaredLocation[] {
  return world.manifests.flatMap((manifest) => manifest.keys
    .filter((key) => key.arn.value === keyArn && key.policy !== undefined && !key.policy.value.includes('#'))
    .flatMap((key) => (key.policy ? locationForPattern(manifest, key.policy) : [])));
}

function locationForPattern(manifest: Manifest, pattern: Spanned): DeclaredLocation[] {
  const root = manifest.uri.slice(0, manifest.uri.lastIndexOf('/'));
  const path = pathBelow(pattern.value);
  // Files are not made outside of the folder, whatever is declared.
  if (path === undefined) return [];
  if (path === '') return [{ folder: `${root}/` }];
  if (!isGlob(path)) return [/\.(json|jsonc)$/.test(path) ? { uri: uriInFolder(root, path) } : { folder: `${uriInFolder(root, path)}/` }];
  const parts = path.split('/');
  const fixed = parts.slice(0, parts.findIndex(isGlob));
  const folder = `${fixed.length === 0 ? root : uriInFolder(root, fixed.join('/'))}/`;
  // `consumer/*-policy.json` does not take every name.
  return createFileMatcher(manifest.folder, pattern.value)(plainUri(`${folder}kms-0a1b2c3d-app.json`)) ? [{ folder }] : [];
}
