import { isAccountId } from '../aws/arn';
import { contains, type Location, type Span } from '../text/span';
import { PATTERNS } from '../workspace/manifest-shape';
import { identityName, keyName, rolesNamed, type IdentityName, type KeyName } from '../workspace/names';
import type { Workspace } from '../workspace/workspace';
import type { World } from '../workspace/world';
import { manifestSpotAt } from './manifest-spots';
import { mentionAt, mentionOfSpot } from './mentions';
import { fieldAt, keyResource, placeIn, roleOfSession, type Mention } from './names';
import { spotAt } from './spot';

/** What is asked about at a place, to be found, or renamed, wherever it is named. */
export type Subject =
  | { readonly what: 'account'; readonly account: string }
  | { readonly what: 'identity'; readonly name: IdentityName }
  | { readonly what: 'key'; readonly name: KeyName };

/** A name under the cursor. */
export interface NamedAt {
  readonly mention: Mention;
  readonly subject: Subject;
}

/** The name at an offset of the file; undefined where nothing is named, and in policies that are no KMS matter. */
export function namedAt(workspace: Workspace, uri: string, offset: number): NamedAt | undefined {
  const mention = mentionUnder(workspace, uri, offset);
  const subject = mention && subjectOf(mention, offset, workspace.world);
  return mention && subject && { mention, subject };
}

function mentionUnder({ world, readings }: Workspace, uri: string, offset: number): Mention | undefined {
  const manifest = world.manifests.find((one) => one.uri === uri);
  if (manifest) {
    const spot = manifestSpotAt(manifest, offset);
    return spot && mentionOfSpot(manifest, spot);
  }
  const spot = spotAt(readings.get(uri)?.policies ?? [], offset);
  const kind = spot?.policy.policy.kind;
  return spot && (kind === 'key' || kind === 'identity') ? mentionAt(spot) : undefined;
}

/** In the digits of an account that account, elsewhere in an ARN what the ARN names. */
function subjectOf(mention: Mention, offset: number, world: World): Subject | undefined {
  const { arn, account, text: { value } } = mention;
  const accountSubject: Subject | undefined = account === undefined ? undefined : { what: 'account', account };
  if (!arn || fieldAt(mention, offset) === 'account' || arn.service === 'iam' && arn.resource === 'root') return accountSubject;
  const role = roleOfSession(arn);
  const name = role === undefined ? exactIdentity(value) : roleNamed(world, arn.partition, arn.account, role);
  if (name) return { what: 'identity', name };
  const key = keyName(value) ?? (keyResource(arn, 'key') ? keyById(world, arn.resource.slice('key/'.length)) : undefined);
  return key && { what: 'key', name: key };
}

function exactIdentity(value: string): IdentityName | undefined {
  return PATTERNS.identityArn.test(value) && !/[*?]/.test(value) ? identityName(value) : undefined;
}

/** The role of a session as the workspace knows it, since a session's ARN leaves out the path; role names are unique in an account. */
function roleNamed(world: World, partition: string, account: string, role: string): IdentityName | undefined {
  if (!isAccountId(account)) return undefined;
  const [known] = rolesNamed(world.identities, account, role);
  return exactIdentity(known?.arn ?? `arn:${partition}:iam::${account}:role/${role}`);
}

/** `arn:aws:kms:*:111122223333:key/1234abcd-…` still names one key. */
function keyById(world: World, keyId: string): KeyName | undefined {
  const known = world.keys.filter((key) => key.keyId === keyId && key.arn !== undefined);
  return known.length === 1 ? keyName(known[0]?.arn) : undefined;
}

/** Whether the text names the subject. A key is known by its id, which stays the same in an ARN with a wildcard, a wrong Region, or that of a replica. */
export function names({ arn, account, text }: Mention, subject: Subject): boolean {
  switch (subject.what) {
    case 'account': return account === subject.account;
    case 'identity': return text.value === subject.name.arn || arn !== undefined && subject.name.kind === 'role' && account === subject.name.account
      && arn.partition === subject.name.partition && roleOfSession(arn) === lastPart(subject.name);
    case 'key': return arn?.service === 'kms' && arn.resource === `key/${subject.name.keyId}`;
  }
}

/** The name without its IAM path: `App` of `role/service/App`. */
export function lastPart({ name }: IdentityName): string {
  return name.slice(name.indexOf('/') + 1);
}

/** The characters of the file that say it: the digits of an account, the ARN of everything else. */
export function placeNaming(mention: Mention, subject: Subject): Location {
  return placeIn(mention, subject.what === 'account' ? mention.fields.account : undefined);
}

export function isAt({ span }: Location, offset: number): boolean {
  const point: Span = { start: offset, end: offset };
  return contains(span, point);
}
