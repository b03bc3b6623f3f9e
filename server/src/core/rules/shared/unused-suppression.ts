import { itemsOf, memberOf } from '../../syntax/tree';
import type { Location } from '../../text/span';
import type { World } from '../../workspace/world';
import { fixFiles, type Fix } from './fix';
import type { Rule } from '../rule';

/** The metadata of the rule `suppression-unused`, whose findings are made after all others (`analysis/apply-settings.ts`). */
export const UNUSED_SUPPRESSION_META: Omit<Rule, 'check'> = {
  code: 'suppression-unused',
  severity: 'warning',
  summary: 'A suppression of kms-handshake.json suppresses nothing',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html',
};

/** Removes the suppression at this place from its `kms-handshake.json`. */
export function removeSuppressionFixes(world: World, at: Location): readonly Fix[] {
  const manifest = world.manifests.find(({ uri }) => uri === at.uri);
  const member = memberOf(manifest?.root, 'suppress');
  const item = itemsOf(member?.value).find(({ span }) => span.start === at.span.start && span.end === at.span.end);
  if (!manifest?.root || !member || !item) return [];
  const edit = itemsOf(member.value).length === 1
    ? { edit: 'remove-member' as const, object: manifest.root, member }
    : { edit: 'remove-item' as const, member, item };
  const { edits } = manifest.layer.syntax.renderEdits(manifest.layer, [edit]);
  return edits ? [fixFiles('Remove the suppression', [{ uri: manifest.uri, edits }], { preferred: true })] : [];
}
