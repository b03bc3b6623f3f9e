import { spanContains, countFindings, declareKeyPolicy, manifestForFile, MANIFEST_NAME, mayHoldPolicy, parseKeyArn, MANIFEST_VALUE_PATTERNS,
  isAttachmentAssumed, locationInFile, shortKeyId, policyStatusOf, type Key, type DiscoveredPolicy, type PolicyStatus,
  type World } from '../../core/index';
import { canonicalUri, utf8Size } from '../../host/host';
import { toLocation } from '../protocol-conversion';
import type { EditOffer, Refused } from '../protocol/edits';
import type { KeyItem } from '../protocol/generate';
import type { LinkChoicesParams } from '../protocol/handshakes';
import type { CommandPlace, PolicyRef } from '../protocol/policies';
import type { FileStatus, FindingCounts, KeyLinkChoices, LinkKeyParams } from '../protocol/status';
import type { Session } from '../session';
import type { EditingSession } from './up-to-date-texts';
import { lensContextOf } from './code-lenses';
import { offerManifestChange } from './manifest-edit-offer';
import { policyItems, requirePolicy, policyRefOf, accountPhrase, policyLabel } from './policy-lookup';

/** See `kmsHandshake/status`. */
export async function policyStatus(session: Session, params: CommandPlace): Promise<FileStatus | null> {
  await session.analysisHost.finishAnalysis();
  const statusOfLargeFile = tooLargeStatus(session, canonicalUri(params.textDocument.uri));
  if (statusOfLargeFile !== undefined) return statusOfLargeFile;
  const items = policyItems(session, params);
  for (const item of items) {
    const policy = requirePolicy(session, item);
    const status = policyStatusOf(policy, lensContextOf(session));
    if (status !== undefined) return toFileStatus(session, policy, status, { kind: item.kind, policies: items.length });
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

function toFileStatus(session: Session, policy: DiscoveredPolicy, status: PolicyStatus,
  facts: Pick<FileStatus, 'kind' | 'policies'>): FileStatus {
  const { analysisHost, conversionContext } = session;
  const { world } = analysisHost.workspace();
  const { uri, declarable } = manifestForFile(world, policy.uri);
  return {
    ...policyRefOf(session, policy), ...facts, says: status.description, assumed: status.isAssumed,
    links: status.links.map(({ description: says, at }) => ({ says, at: at && toLocation(conversionContext, at) })),
    handshakes: status.handshakes, more: status.omittedHandshakes, findings: findingCountsIn(session, policy), tooLarge: undefined,
    confirm: status.isAssumed && declarable ? linkToConfirm(session, world, policy) : undefined,
    manifest: uri && conversionContext.editorUri(uri), declarable,
  };
}

function findingCountsIn({ analysisHost }: Session, policy: DiscoveredPolicy): FindingCounts {
  const { uri, span } = locationInFile(policy, policy.policy.node.span);
  return countFindings((analysisHost.analysis().findingsByFile.get(uri) ?? []).filter(({ at }) => spanContains(span, at.span)));
}

function linkToConfirm(session: Session, world: World, policy: DiscoveredPolicy): LinkChoicesParams | undefined {
  const key = world.keyByPolicy.get(policy);
  if (key) return { key: key.id };
  const identity = world.identitiesByPolicy.get(policy)?.find(isAttachmentAssumed);
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
  const toKeyItem = ({ arn, aliases: [alias], keyId = '', ...key }: Key): KeyItem => {
    const currentPolicy = key.policy && (key.policy === policy ? 'this policy' : `has the policy ${policyLabel(session, key.policy)}`);
    const description = [accountPhrase(world, key.account).trim(), currentPolicy ?? '', arn].filter((part) => part !== '').join(' · ');
    return { arn, label: alias ?? shortKeyId(keyId), description };
  };
  return { keys: keys.map(toKeyItem), pattern: MANIFEST_VALUE_PATTERNS.keyArn.source };
}

const EXAMPLE_KEY_ARN = 'arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

/** See `kmsHandshake/linkKey`. */
export function linkKey(session: EditingSession, { policy: ref, keyArn }: LinkKeyParams): EditOffer | Refused {
  const { world } = session.analysisHost.workspace();
  const policy = requirePolicy(session, ref);
  if (policy.policy.kind !== 'key') return { refused: 'Only a key policy belongs to a key.' };
  if (parseKeyArn(keyArn) === undefined)
    return { refused: `"${keyArn}" is not the ARN of a KMS key, as ${EXAMPLE_KEY_ARN} is.` };
  const declaredKeys = world.keysByArn.get(keyArn)?.filter(({ link }) => link?.reason === 'declared') ?? [];
  const [replaced] = declaredKeys.flatMap((key) => (key.policy && key.policy !== policy ? key.policy : []));
  const instead = replaced ? `, in place of ${policyLabel(session, replaced)}` : '';
  return offerManifestChange(session, declareKeyPolicy(world, policy, keyArn),
    `Declares in ${MANIFEST_NAME} that the policy is the one of ${keyArn}${instead}.`);
}
