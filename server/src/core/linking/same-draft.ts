import type { Anchor, IdentityDraft, KeyDraft, LinkDraft } from './drafts';
import { sameData } from './same-data';

/** Whether two drafts of a key come out as the same record, as long as the texts they point to stay the same. */
export function sameKeyDraft(a: KeyDraft, b: KeyDraft): boolean {
  return a.id === b.id && a.policy === b.policy && sameLink(a.link, b.link)
    && (a.parts === b.parts || sameData(a.parts, b.parts))
    && (a.properties === b.properties || sameData(a.properties, b.properties));
}

/** Whether two drafts of an identity come out as the same record, as long as the texts they point to stay the same. */
export function sameIdentityDraft(a: IdentityDraft, b: IdentityDraft): boolean {
  if (a.policies.length !== b.policies.length || !a.policies.every((policy, i) => policy === b.policies[i])) return false;
  if (!sameData(a.resourceRegions, b.resourceRegions) || !sameData(a.otherAccounts, b.otherAccounts) || !sameData(a.unseen, b.unseen)) return false;
  const [attachment, other] = [a.attachment, b.attachment];
  if (attachment === other) return true;
  return attachment.id === other.id && attachment.arn === other.arn && attachment.partition === other.partition && attachment.account === other.account
    && attachment.kind === other.kind && sameData(attachment.pathNames, other.pathNames) && sameLink(attachment.link, other.link);
}

function sameLink(a: LinkDraft | undefined, b: LinkDraft | undefined): boolean {
  if (a === b || !a || !b) return a === b;
  return a.reason === b.reason && a.certain === b.certain && a.says === b.says && sameAnchor(a.at, b.at);
}

/** The policies of anchors are compared as objects: they stay the same while their facts do. */
function sameAnchor(a: Anchor | undefined, b: Anchor | undefined): boolean {
  if (a === b || !a || !b) return a === b;
  if (a.of === 'text' || b.of === 'text') return a.of === b.of && sameData(a, b);
  return a.of === b.of && a.policy === b.policy && itemOf(a) === itemOf(b);
}

function itemOf(anchor: Anchor): number {
  return 'item' in anchor ? anchor.item : 0;
}
