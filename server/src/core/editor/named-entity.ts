import { arnResource, isAccountId } from '../aws/arn';
import { containsSymbol, withSampleValues } from '../aws/identifier-comparison';
import { spanContainsOffset, type Location } from '../text/span';
import { MANIFEST_VALUE_PATTERNS } from '../manifest/manifest-schema';
import { parseIdentityArn, parseFullKeyArn, rolesWithName, type ParsedIdentityArn, type ParsedKeyArn } from '../linking/names';
import type { Workspace } from '../workspace/workspace';
import type { World } from '../workspace/world';
import { findManifestTarget, manifestWithUri } from './manifest-targets';
import {
  nameReferenceOf, nameReferenceOfManifestTarget, arnFieldAt, isKmsResource, locationInName, roleNameOfSessionArn,
} from './name-references';
import type { NameReference } from './parsed-name';
import { findSyntaxTarget } from './syntax-target';
import { templateTextReferences } from './template-texts';

/** What is asked about at a place, to be found, or renamed, wherever it is named. */
export type NamedEntity =
  | { readonly kind: 'account'; readonly account: string }
  | { readonly kind: 'identity'; readonly name: ParsedIdentityArn }
  | { readonly kind: 'key'; readonly name: ParsedKeyArn };

/** A name under the cursor. */
export interface NamedEntityAt {
  readonly reference: NameReference;
  readonly entity: NamedEntity;
}

/** The name at an offset of the file; undefined where nothing is named, and in policies that are no KMS matter. */
export function namedEntityAt(workspace: Workspace, uri: string, offset: number): NamedEntityAt | undefined {
  const reference = nameReferenceAt(workspace, uri, offset);
  const entity = reference && entityOfReference(reference, offset, workspace.world);
  return entity && { reference, entity };
}

function nameReferenceAt(workspace: Workspace, uri: string, offset: number): NameReference | undefined {
  const { world, readings } = workspace;
  const manifest = manifestWithUri(world, uri);
  if (manifest) {
    const target = findManifestTarget(manifest, offset);
    return target && nameReferenceOfManifestTarget(manifest, target);
  }
  const syntaxTarget = findSyntaxTarget(readings.get(uri)?.policies ?? [], offset);
  const kind = syntaxTarget?.policy.policy.kind;
  const reference = syntaxTarget && (kind === 'key' || kind === 'identity') ? nameReferenceOf(syntaxTarget) : undefined;
  return reference ?? [...templateTextReferences(workspace, uri)].find((text) =>
    spanContainsOffset(locationInName(text).span, offset));
}

/** In the digits of an account that account, elsewhere in an ARN what the ARN names. */
function entityOfReference(nameReference: NameReference, offset: number, world: World): NamedEntity | undefined {
  const { arn, account, identityArn, text: { value } } = nameReference;
  const identity = parseIdentityArn(identityArn);
  if (identity) return { kind: 'identity', name: identity };
  const accountEntity: NamedEntity | undefined = account === undefined ? undefined : { kind: 'account', account };
  if (!arn || arnFieldAt(nameReference, offset) === 'account' || arn.service === 'iam' && arn.resource === 'root') return accountEntity;
  const role = roleNameOfSessionArn(arn);
  const name = role === undefined ? identityNameOfArn(value) : roleInAccount(world, arn.partition, arn.account, role);
  if (name) return { kind: 'identity', name };
  const key = parseFullKeyArn(value) ?? (isKmsResource(arn, 'key') ? onlyKeyWithId(world, arn.resource.slice('key/'.length)) : undefined);
  return key && { kind: 'key', name: key };
}

function identityNameOfArn(value: string): ParsedIdentityArn | undefined {
  return MANIFEST_VALUE_PATTERNS.identityArn.test(withSampleValues(value)) && !/[*?]/.test(value) && !containsSymbol(arnResource(value))
    ? parseIdentityArn(value) : undefined;
}

/** The role of a session as the workspace knows it, since a session's ARN leaves out the path; role names are unique in an account. */
function roleInAccount(world: World, partition: string, account: string, role: string): ParsedIdentityArn | undefined {
  if (!isAccountId(account)) return undefined;
  const [identity] = rolesWithName(world.identities, account, role);
  return identityNameOfArn(identity?.arn ?? `arn:${partition}:iam::${account}:role/${role}`);
}

/** `arn:aws:kms:*:111122223333:key/1234abcd-…` still names one key. */
function onlyKeyWithId(world: World, keyId: string): ParsedKeyArn | undefined {
  const keys = world.keys.filter((key) => key.keyId === keyId && key.arn !== undefined);
  return keys.length === 1 ? parseFullKeyArn(keys[0]?.arn) : undefined;
}

/**
 * Whether the text names the subject. A key is known by its id, which stays the same in an ARN with a wildcard, a wrong Region, or that of
 * a replica.
 */
export function refersToEntity({ arn, account, identityArn, text: policyString }: NameReference, namedEntity: NamedEntity): boolean {
  switch (namedEntity.kind) {
    case 'account': return account === namedEntity.account;
    case 'identity':
      return policyString.value === namedEntity.name.arn || identityArn === namedEntity.name.arn
        || arn !== undefined && namedEntity.name.kind === 'role' && account === namedEntity.name.account
          && arn.partition === namedEntity.name.partition && roleNameOfSessionArn(arn) === nameWithoutPath(namedEntity.name);
    case 'key': return arn?.service === 'kms' && arn.resource === `key/${namedEntity.name.keyId}`;
  }
}

/** The name without its IAM path: `App` of `role/service/App`. */
export function nameWithoutPath({ name }: ParsedIdentityArn): string {
  return name.slice(name.indexOf('/') + 1);
}

/** The characters of the file that say it: the digits of an account, the ARN of everything else. */
export function locationOfReference(nameReference: NameReference, namedEntity: NamedEntity): Location {
  return locationInName(nameReference, namedEntity.kind === 'account' ? nameReference.fields.account : undefined);
}
