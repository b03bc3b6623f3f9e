import { renderPolicyEdits } from '../../discovery/policy-edits';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { SourceLayer } from '../../syntax/syntax';
import type { JsonValue, TreeEdit } from '../../syntax/tree-edit';
import type { FileChange } from '../../text/file-change';
import type { TextEdit } from '../../text/span';
import { isRefusal, type Counterpart, type Refusal } from '../../generate/counterpart';
import { hasSubstitutedPlaceholder, type PolicyString } from '../../policy/policy-string';

/** An edit that resolves a finding, in this file or another, ready to apply. */
export interface Fix {
  readonly title: string;
  readonly files: readonly FileChange[];
  /** Shown before it is applied, because it changes a file of another account than the finding's. */
  readonly confirm: boolean;
  /** The fix that is nearly always right. */
  readonly preferred: boolean;
  /** AWS reads the policy as before, or rejected it before and it can be read in one way only: "fix all" applies it. */
  readonly safe: boolean;
  /** What it does besides mending the policy: it writes another one, or declares to what the policy belongs. Menus have these behind. */
  readonly purpose: 'mend' | 'generate' | 'link';
  /** Why the place cannot take the edit; then there are no files to change. */
  readonly refusal?: string | undefined;
}

export type FixOptions = Partial<Pick<Fix, 'confirm' | 'preferred' | 'safe' | 'purpose'>>;

interface PolicyChange {
  readonly policy: DiscoveredPolicy;
  readonly edits: readonly TreeEdit[];
}

export function fixPolicy(title: string, policy: DiscoveredPolicy, edits: readonly TreeEdit[], options: FixOptions = {}): Fix {
  return fixPolicies(title, [{ policy, edits }], options);
}

/**
 * A fix that writes another value. None where a declared placeholder value stands in the text, since the file holds only the placeholder.
 */
export function fixValue(
  title: string, policy: DiscoveredPolicy, policyString: PolicyString, value: JsonValue, options: FixOptions = {},
): Fix[] {
  return hasSubstitutedPlaceholder(policyString)
    ? []
    : [fixPolicy(title, policy, [{ edit: 'replace', node: policyString.node, value }], options)];
}

/** A fix that writes the value that was probably meant; none without a suggestion. */
export function fixBySuggestion(policy: DiscoveredPolicy, policyString: PolicyString, suggestion: string | undefined): Fix[] {
  return suggestion === undefined ? [] : fixValue(`Replace with ${suggestion}`, policy, policyString, suggestion, { preferred: true });
}

/** A fix of a text beside the policies of a file: of a resource of a template. */
export function fixLayer(title: string, uri: string, layer: SourceLayer, edits: readonly TreeEdit[], options: FixOptions = {}): Fix {
  const rendered = layer.syntax.renderEdits(layer, edits);
  return rendered.edits ? fixFiles(title, [{ uri, edits: rendered.edits }], options)
    : { ...fixFiles(title, [], options), refusal: rendered.refusal };
}

/** A fix that changes several policies; those in one file become one change of that file. */
export function fixPolicies(title: string, changes: readonly PolicyChange[], options: FixOptions = {}): Fix {
  const byFile = new Map<string, TextEdit[]>();
  for (const { policy, edits } of changes) {
    const rendered = renderPolicyEdits(policy, edits);
    if (!rendered.edits) return { ...fixFiles(title, [], options), refusal: rendered.refusal };
    byFile.set(policy.uri, [...byFile.get(policy.uri) ?? [], ...rendered.edits]);
  }
  return fixFiles(title, Array.from(byFile, ([uri, edits]) => ({ uri, edits })), options);
}

export function fixFiles(title: string, files: readonly FileChange[], options: FixOptions = {}): Fix {
  return { title, files, confirm: options.confirm ?? false, preferred: options.preferred ?? false, safe: options.safe ?? false,
    purpose: options.purpose ?? 'mend' };
}

/** A generated policy as a fix; none where it cannot be generated or exists already. */
export function counterpartFix(title: string, result: Counterpart | Refusal, options: FixOptions = {}): Fix[] {
  if (isRefusal(result) || result.nothingToDo) return [];
  return [fixFiles(title, result.manifestChange ? [...result.changes, result.manifestChange] : result.changes,
    { ...options, purpose: 'generate' })];
}
