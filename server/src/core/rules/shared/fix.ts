import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { TreeEdit } from '../../syntax/tree-edit';
import type { FileChange } from '../../text/file-change';
import type { TextEdit } from '../../text/span';
import type { Fix } from './finding';
import { isRefusal, type Counterpart, type Refusal } from '../../generate/counterpart';

/** Changes of one policy. */
export interface PolicyChange {
  readonly policy: DiscoveredPolicy;
  readonly edits: readonly TreeEdit[];
}

/**
 * `confirm`: a file of another account is changed. `preferred`: the one fix that is nearly always meant. `safe`: AWS takes the
 * policy for the same before and after, or took it for no policy at all and there is only one way to read it.
 */
export interface FixOptions {
  readonly confirm?: boolean;
  readonly preferred?: boolean;
  readonly safe?: boolean;
}

/** A fix that changes one policy. */
export function fixPolicy(title: string, policy: DiscoveredPolicy, edits: readonly TreeEdit[], options: FixOptions = {}): Fix {
  return fixPolicies(title, [{ policy, edits }], options);
}

/** A fix that changes several policies; those in one file become one change of that file. */
export function fixPolicies(title: string, changes: readonly PolicyChange[], options: FixOptions = {}): Fix {
  const byFile = new Map<string, TextEdit[]>();
  for (const { policy, edits } of changes) {
    const rendered = policy.layer.syntax.renderEdits(policy.layer, edits);
    if (!rendered.edits) return { ...fixFiles(title, [], options), refusal: rendered.refusal };
    byFile.set(policy.uri, [...byFile.get(policy.uri) ?? [], ...rendered.edits]);
  }
  return fixFiles(title, Array.from(byFile, ([uri, edits]) => ({ uri, edits })), options);
}

export function fixFiles(title: string, files: readonly FileChange[], options: FixOptions = {}): Fix {
  return { title, files, confirm: options.confirm ?? false, preferred: options.preferred ?? false, safe: options.safe ?? false };
}

/** A generated half as a fix; none when it cannot be written, or is there already. */
export function counterpartFix(title: string, result: Counterpart | Refusal, options: FixOptions = {}): Fix[] {
  return isRefusal(result) || result.nothingToDo ? [] : [fixFiles(title, result.manifestChange ? [...result.changes, result.manifestChange] : result.changes, options)];
}
