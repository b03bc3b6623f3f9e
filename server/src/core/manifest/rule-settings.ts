import type { Location, Span } from '../text/span';
import { createFileMatcher } from './path-glob';
import { splitPolicyReference, type Manifest, type ReferenceParts } from './manifest';
import type { RuleLevel } from './manifest-schema';
import { innermostFolderOf, plainUri, type PlainUri } from '../text/uri-path';

/** What the manifests say about rules and findings. */
export interface RuleSettings {
  /** The level of a code in a file: that of the innermost folder whose manifest names the code, else that of the editor's settings. */
  readonly levelOf: (code: string, uri: string) => RuleLevel | undefined;
  readonly suppressions: readonly SuppressionSetting[];
}

export interface SuppressionSetting {
  readonly rule: string;
  readonly coversFile: (uri: string) => boolean;
  /** The files, or the part of a file. */
  readonly reference: ReferenceParts;
  /** Where that is said. */
  readonly referenceSpan: Span;
  readonly sid: string | undefined;
  readonly reason: string;
  readonly at: Location;
}

/** Levels by rule code. */
export type RuleLevels = ReadonlyMap<string, RuleLevel>;

/**
 * @param defaults levels of the codes that no manifest names
 * @param overrides levels of codes whatever manifests say
 */
export function createRuleSettings(manifests: readonly Manifest[], defaults: RuleLevels, overrides: RuleLevels = new Map()): RuleSettings {
  const levels = new Map<string, Map<PlainUri, RuleLevel>>();
  for (const { folder, rules } of manifests) {
    for (const { code, level } of rules)
      levels.set(code.value, (levels.get(code.value) ?? new Map<PlainUri, RuleLevel>()).set(folder, level));
  }
  return {
    levelOf: (code, uri) => {
      const override = overrides.get(code);
      if (override !== undefined) return override;
      const byFolder = levels.get(code);
      const folder = byFolder && innermostFolderOf([...byFolder.keys()], plainUri(uri));
      return folder === undefined ? defaults.get(code) : byFolder?.get(folder);
    },
    suppressions: manifests.flatMap((manifest) =>
      manifest.suppress.map(({ rule, file, sid, reason, span }) => {
        const reference = splitPolicyReference(file.value);
        const matches = createFileMatcher(manifest.folder, reference.path);
        return { rule: rule.value, reference, referenceSpan: file.span, sid: sid?.value, reason, at: { uri: manifest.uri, span },
          coversFile: (uri: string) => matches(plainUri(uri)) };
      })
    ),
  };
}
