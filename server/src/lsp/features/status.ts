import { spanContains, countFindings, declareKeyPolicy, manifestForFile, MANIFEST_NAME, mayHoldPolicy, parseKeyArn, MANIFEST_VALUE_PATTERNS,
  locationInFile, shortKeyId, policyStatusOf, type Key, type DiscoveredPolicy, type PolicyStatus, type World } from '../../core/index';
import { canonicalUri, utf8Size } from '../../host/host';
import { toLocation } from '../protocol-conversion';
import type { EditOffer, Refused } from '../protocol/edits';
import type { KeyItem } from '../protocol/generate';
import type { LinkChoicesParams } from '../protocol/handshakes';
import type { PolicyRef } from '../protocol/policies';
import type { FileStatus, FindingCounts, KeyLinkChoices, LinkKeyParams, StatusParams } from '../protocol/status';
import type { Session } from '../session';
import type { EditingSession } from './up-to-date-texts';
import { lensContextOf } from './code-lenses';
import { offerManifestChange } from './manifest-edit-offer';
import { policyItems, requirePolicy, policyRefOf, accountPhrase, policyLabel } from './policy-lookup';

/** See `kmsHandshake/status`. */
export async function policyStatus(session: Session, params: StatusParams): Promise<FileStatus | null> {
  await session.analysisHost.finishAnalysis();
  const unjudged = tooLargeStatus(session, canonicalUri(params.textDocument.uri));
  if (unjudged !== undefined) return unjudged;
  const here = policyItems(session, params);
  const ground = lensContextOf(session);
  for (const item of here) {
    const policy = requirePolicy(session, item);
    const found = policyStatusOf(policy, ground);
    if (found !== undefined) return toFileStatus(session, policy, found, { kind: item.kind, policies: here.length });
  }
  return null;
}

/** Only of what would be judged otherwise: most JSON files of that size hold no policy. */
function tooLargeStatus({ documentSync, host, currentSettings, conversionContext }: Session, uri: string): FileStatus | undefined {
  const text = documentSync.isTooLarge(uri) ? host.documents.get(uri)?.text : undefined;
  if (text === undefined || !mayHoldPolicy(text) && !uri.endsWith(`/${MANIFEST_NAME}`)) return undefined;
  const tooLarge = { kib: Math.ceil(utf8Size(text) / 1024), maxKib: currentSettings().maxBytes / 1024 };
  return {
    uri: conversionContext.editorUri(uri), pointer: '', kind: undefined, policies: 0, tooLarge,
    says: `too large to be checked: the file has ${tooLarge.kib} KiB, and kmsHandshake.maxFileSize is ${tooLarge.maxKib} KiB`,
    assumed: false, links: [], handshakes: [], more: 0, findings: { error: 0, warning: 0, info: 0, hint: 0 }, confirm: undefined,
    manifest: undefined, declarable: false,
  };
}

function toFileStatus(session: Session, policy: DiscoveredPolicy, found: PolicyStatus,
  facts: Pick<FileStatus, 'kind' | 'policies'>): FileStatus {
  const { world } = session.analysisHost.workspace();
  const manifest = manifestForFile(world, policy.uri);
  return {
    ...policyRefOf(session, policy), ...facts, says: found.description, assumed: found.isAssumed,
    links: found.links.map(({ description: says, at }) => ({ says, at: at && toLocation(session.conversionContext, at) })),
    handshakes: found.handshakes, more: found.omittedHandshakes, findings: findingCountsIn(session, policy), tooLarge: undefined,
    confirm: found.isAssumed && manifest.declarable ? linkToConfirm(session, world, policy) : undefined,
    manifest: manifest.uri === undefined ? undefined : session.conversionContext.editorUri(manifest.uri), declarable: manifest.declarable,
  };
}

function findingCountsIn({ analysisHost }: Session, policy: DiscoveredPolicy): FindingCounts {
  const { uri, span } = locationInFile(policy, policy.policy.node.span);
  return countFindings((analysisHost.analysis().findingsByFile.get(uri) ?? []).filter(({ at }) => spanContains(span, at.span)));
}

function linkToConfirm(session: Session, world: World, policy: DiscoveredPolicy): LinkChoicesParams | undefined {
  const key = world.keyByPolicy.get(policy);
  if (key) return { key: key.id };
  const identity = world.identitiesByPolicy.get(policy)?.find(({ link }) => !link.certain);
  return identity && { identity: identity.id, policy: policyRefOf(session, policy) };
}

/** See `kmsHandshake/keyLinkChoices`. */
export function keyLinkChoices(session: Session, ref: PolicyRef): KeyLinkChoices {
  const { world } = session.analysisHost.workspace();
  const policy = requirePolicy(session, ref);
  const account = world.keyByPolicy.get(policy)?.account;
  const unlikely = (key: Key): number =>
    (account !== undefined && key.account !== account ? 2 : 0) + (key.policy !== undefined && key.policy !== policy ? 1 : 0);
  const keys = world.keys.filter(({ arn, awsManaged }) => arn !== undefined && !awsManaged).sort((a, b) => unlikely(a) - unlikely(b));
  return { keys: keys.map((key) => toKeyLinkItem(session, world, key, policy)), pattern: MANIFEST_VALUE_PATTERNS.keyArn.source };
}

function toKeyLinkItem(session: Session, world: World, { arn, aliases: [alias], keyId = '', account, policy: its }: Key,
  policy: DiscoveredPolicy): KeyItem {
  const taken = its === undefined ? '' : its === policy ? 'this policy' : `has the policy ${policyLabel(session, its)}`;
  return { arn, label: alias ?? shortKeyId(keyId),
    description: [accountPhrase(world, account).trim(), taken, arn].filter((part) => part !== '').join(' · ') };
}

/** See `kmsHandshake/linkKey`. */
export function linkKey(session: EditingSession, { policy: ref, keyArn }: LinkKeyParams): EditOffer | Refused {
  const { world } = session.analysisHost.workspace();
  const policy = requirePolicy(session, ref);
  if (policy.policy.kind !== 'key') return { refused: 'Only a key policy belongs to a key.' };
  if (parseKeyArn(keyArn) === undefined)
    return { refused: `"${keyArn}" is not the ARN of a KMS key, as `
      + 'arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab is.' };
  const before = world.keysByArn.get(keyArn)?.find((key) =>
    key.link?.reason === 'declared' && key.policy !== undefined && key.policy !== policy
  )?.policy;
  const instead = before ? `, in place of ${policyLabel(session, before)}` : '';
  return offerManifestChange(session, declareKeyPolicy(world, policy, keyArn),
    `Declares in ${MANIFEST_NAME} that the policy is the one of ${keyArn}${instead}.`);
}
