import { contains, countFindings, declareKeyPolicy, manifestFor, MANIFEST_NAME, mayHoldPolicy, parseKeyArn, PATTERNS, placeOf, shortKeyId, statusOf, type Key, type LocatedPolicy, type PolicyStatus, type World } from '../../core/index';
import { canonicalUri, sizeOf } from '../../host/contract';
import { toLocation } from '../convert';
import type { EditOffer, Refused } from '../protocol/edits';
import type { KeyItem } from '../protocol/generate';
import type { LinkChoicesParams } from '../protocol/handshakes';
import type { PolicyRef } from '../protocol/policies';
import type { FileStatus, FindingCounts, KeyLinkChoices, LinkKeyParams, StatusParams } from '../protocol/status';
import type { Session } from '../session';
import type { EditingSession } from './ground';
import { groundOf } from './lenses';
import { offerManifestChange } from './offer';
import { policies, policyOf, refOf, sayAccount, shortName } from './policies';

/** See `kmsHandshake/status`. */
export async function status(session: Session, params: StatusParams): Promise<FileStatus | null> {
  await session.knowledge.settle();
  const unjudged = tooLargeStatus(session, canonicalUri(params.textDocument.uri));
  if (unjudged !== undefined) return unjudged;
  const here = policies(session, params);
  const ground = groundOf(session);
  for (const item of here) {
    const policy = policyOf(session, item);
    const found = statusOf(policy, ground);
    if (found !== undefined) return statusItem(session, policy, found, { kind: item.kind, policies: here.length });
  }
  return null;
}

/** Only of what would be judged otherwise: most JSON files of that size hold no policy. */
function tooLargeStatus({ intake, host, settings, context }: Session, uri: string): FileStatus | undefined {
  const text = intake.isTooLarge(uri) ? host.documents.get(uri)?.text : undefined;
  if (text === undefined || !mayHoldPolicy(text) && !uri.endsWith(`/${MANIFEST_NAME}`)) return undefined;
  const tooLarge = { kib: Math.ceil(sizeOf(text) / 1024), maxKib: settings().maxBytes / 1024 };
  return {
    uri: context.editorUri(uri), pointer: '', kind: undefined, policies: 0, tooLarge,
    says: `too large to be checked: the file has ${tooLarge.kib} KiB, and kmsHandshake.maxFileSize is ${tooLarge.maxKib} KiB`,
    assumed: false, links: [], handshakes: [], more: 0, findings: { error: 0, warning: 0, info: 0, hint: 0 }, confirm: undefined, manifest: undefined, declarable: false,
  };
}

function statusItem(session: Session, policy: LocatedPolicy, found: PolicyStatus, facts: Pick<FileStatus, 'kind' | 'policies'>): FileStatus {
  const { world } = session.knowledge.workspace();
  const manifest = manifestFor(world, policy.uri);
  return {
    ...refOf(session, policy), ...facts, says: found.says, assumed: found.assumed,
    links: found.links.map(({ says, at }) => ({ says, at: at && toLocation(session.context, at) })),
    handshakes: found.handshakes, more: found.more, findings: findingsIn(session, policy), tooLarge: undefined,
    confirm: found.assumed && manifest.declarable ? confirmationOf(session, world, policy) : undefined,
    manifest: manifest.uri === undefined ? undefined : session.context.editorUri(manifest.uri), declarable: manifest.declarable,
  };
}

function findingsIn({ knowledge }: Session, policy: LocatedPolicy): FindingCounts {
  const { uri, span } = placeOf(policy, policy.policy.node.span);
  return countFindings((knowledge.analysis().byFile.get(uri) ?? []).filter(({ at }) => contains(span, at.span)));
}

function confirmationOf(session: Session, world: World, policy: LocatedPolicy): LinkChoicesParams | undefined {
  const key = world.keyOf.get(policy);
  if (key) return { key: key.id };
  const identity = world.identitiesOf.get(policy)?.find(({ link }) => !link.certain);
  return identity && { identity: identity.id, policy: refOf(session, policy) };
}

/** See `kmsHandshake/keyLinkChoices`. */
export function keyLinkChoices(session: Session, ref: PolicyRef): KeyLinkChoices {
  const { world } = session.knowledge.workspace();
  const policy = policyOf(session, ref);
  const account = world.keyOf.get(policy)?.account;
  const unlikely = (key: Key): number => (account !== undefined && key.account !== account ? 2 : 0) + (key.policy !== undefined && key.policy !== policy ? 1 : 0);
  const keys = world.keys.filter(({ arn, awsManaged }) => arn !== undefined && !awsManaged).sort((a, b) => unlikely(a) - unlikely(b));
  return { keys: keys.map((key) => keyItem(session, world, key, policy)), pattern: PATTERNS.keyArn.source };
}

function keyItem(session: Session, world: World, { arn, aliases: [alias], keyId = '', account, policy: its }: Key, policy: LocatedPolicy): KeyItem {
  const taken = its === undefined ? '' : its === policy ? 'this policy' : `has the policy ${shortName(session, its)}`;
  return { arn, label: alias ?? shortKeyId(keyId), description: [sayAccount(world, account).trim(), taken, arn].filter((part) => part !== '').join(' · ') };
}

/** See `kmsHandshake/linkKey`. */
export function linkKey(session: EditingSession, { policy: ref, keyArn }: LinkKeyParams): EditOffer | Refused {
  const { world } = session.knowledge.workspace();
  const policy = policyOf(session, ref);
  if (policy.policy.kind !== 'key') return { refused: 'Only a key policy belongs to a key.' };
  if (parseKeyArn(keyArn) === undefined) return { refused: `"${keyArn}" is not the ARN of a KMS key, as arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab is.` };
  const before = world.keysByArn.get(keyArn)?.find((key) => key.link?.reason === 'declared' && key.policy !== undefined && key.policy !== policy)?.policy;
  const instead = before ? `, in place of ${shortName(session, before)}` : '';
  return offerManifestChange(session, declareKeyPolicy(world, policy, keyArn), `Declares in ${MANIFEST_NAME} that the policy is the one of ${keyArn}${instead}.`);
}
