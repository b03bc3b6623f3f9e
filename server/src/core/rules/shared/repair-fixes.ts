import type { FileDiscovery } from '../../discovery/read-file';
import { fixFiles, type Fix } from './fix';
import { repairPastedPolicy } from './repair-pasted-policy';

/** The one fix of a text that was pasted: all its faults, and a document around its statements. */
export function repairFixes(uri: string, { layer, parseOptions }: FileDiscovery): Fix[] {
  const edit = repairPastedPolicy(layer, parseOptions);
  return edit ? [fixFiles('Repair the pasted policy', [{ uri, edits: [edit] }], { preferred: true })] : [];
}
