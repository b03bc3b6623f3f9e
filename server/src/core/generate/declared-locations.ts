import { createFileMatcher, isGlob } from '../manifest/path-glob';
import type { Manifest, Spanned } from '../manifest/manifest';
import { pathBelow, plainUri, uriInFolder } from '../text/uri-path';
import type { World } from '../workspace/world';
import type { Grantee } from './grantee';

/** A place that `kms-handshake.json` has for a policy: one file, or a folder in which any new file counts. */
export type DeclaredLocation = { readonly uri: string } | { readonly folder: string };

/** Where the manifests expect policies of the grantee: first those declared for it, then those for its account. */
export function declaredIdentityPolicyLocations({ manifests }: World, { arn, account }: Grantee): DeclaredLocation[] {
  const entries = manifests.flatMap((manifest) => manifest.identities.map((identity) => ({ manifest, identity })));
  const ofIdentity = entries.filter(({ identity }) => identity.arn !== undefined && identity.arn.value === arn);
  const ofAccount = entries.filter(({ identity }) => identity.account?.value === account);
  return [...ofIdentity, ...ofAccount].flatMap(({ manifest, identity }) =>
    identity.policies.flatMap((pattern) => locationForPattern(manifest, pattern)));
}

/** Where a manifest expects the policy of the key. */
export function declaredKeyPolicyLocations({ manifests }: World, keyArn: string): DeclaredLocation[] {
  return manifests.flatMap((manifest) => manifest.keys.flatMap(({ arn, policy }) =>
    (arn.value === keyArn && policy && !policy.value.includes('#') ? locationForPattern(manifest, policy) : [])));
}

function locationForPattern(manifest: Manifest, { value }: Spanned): DeclaredLocation[] {
  const root = manifest.uri.slice(0, manifest.uri.lastIndexOf('/'));
  const path = pathBelow(value);
  // Files are not made outside of the folder, whatever is declared.
  if (path === undefined) return [];
  if (path === '') return [{ folder: `${root}/` }];
  if (!isGlob(path)) return [/\.(json|jsonc)$/.test(path) ? { uri: uriInFolder(root, path) } : { folder: `${uriInFolder(root, path)}/` }];
  const parts = path.split('/');
  const fixed = parts.slice(0, parts.findIndex(isGlob)).join('/');
  const folder = `${fixed === '' ? root : uriInFolder(root, fixed)}/`;
  // `consumer/*-policy.json` does not match every name.
  return createFileMatcher(manifest.folder, value)(plainUri(`${folder}kms-0a1b2c3d-app.json`)) ? [{ folder }] : [];
}
