import { globProblem, RULE_LEVELS, RULES, type RuleLevel, type RuleLevels } from '../core/index';
import { DEFAULT_FILE_GLOBS, DEFAULT_MAX_FILE_BYTES } from '../host/host';

/** The settings `kmsHandshake.*`, read and complete. */
export interface Settings {
  readonly scope: 'workspace' | 'openFiles';
  readonly files: readonly string[];
  readonly exclude: readonly string[];
  readonly maxBytes: number;
  /** Links that lead out of all folders are followed, too. */
  readonly followLinks: boolean;
  /** The templates in folders named `cdk.out` are read, too. */
  readonly readCdkOutput: boolean;
  /** The level of all findings of a rule, where no `kms-handshake.json` says another. */
  readonly ruleLevels: RuleLevels;
  /** Whether lines over statements and principals say how far their handshakes have come. */
  readonly codeLens: boolean;
  readonly inlayHints: boolean;
}

export const DEFAULT_SETTINGS: Settings = {
  scope: 'workspace', files: DEFAULT_FILE_GLOBS, exclude: [], maxBytes: DEFAULT_MAX_FILE_BYTES, followLinks: false,
  readCdkOutput: false, ruleLevels: new Map(), codeLens: true, inlayHints: true,
};

/** What the editor says under `kmsHandshake`. A value of the wrong type counts as not said, and `wrong` is told of it. */
export function readSettings(section: unknown, wrong: (message: string) => void): Settings {
  if (typeof section !== 'object' || section === null) return DEFAULT_SETTINGS;
  const values = section as Readonly<Record<string, unknown>>;
  const read = <T>(name: string, is: (value: unknown) => value is T, fallback: T): T => {
    const value = values[name];
    if (value === undefined || value === null) return fallback;
    if (is(value)) return value;
    wrong(`the setting kmsHandshake.${name} is left out: ${JSON.stringify(value)} is not a value for it`);
    return fallback;
  };
  return {
    scope: read('scope', isScope, DEFAULT_SETTINGS.scope),
    files: validGlobs('files', read('files', isGlobList, DEFAULT_SETTINGS.files), wrong),
    exclude: validGlobs('exclude', read('exclude', isGlobList, DEFAULT_SETTINGS.exclude), wrong),
    maxBytes: read('maxFileSize', isFileSize, DEFAULT_MAX_FILE_BYTES / 1024) * 1024,
    followLinks: read('followLinks', isBoolean, DEFAULT_SETTINGS.followLinks),
    readCdkOutput: read('readCdkOutput', isBoolean, DEFAULT_SETTINGS.readCdkOutput),
    ruleLevels: readRuleLevels(values.rules, wrong),
    codeLens: read('codeLens', isBoolean, DEFAULT_SETTINGS.codeLens),
    inlayHints: read('inlayHints', isBoolean, DEFAULT_SETTINGS.inlayHints),
  };
}

/** Without the patterns that cannot be used; `wrong` is told of each. */
function validGlobs(name: string, patterns: readonly string[], wrong: (message: string) => void): readonly string[] {
  return patterns.filter((pattern) => {
    const fault = globProblem(pattern);
    if (fault !== undefined)
      wrong(`a pattern of the setting kmsHandshake.${name} is left out: ${JSON.stringify(`${pattern.slice(0, 40)}…`)} ${fault}`);
    return fault === undefined;
  });
}

/** Whether other files are read with these settings. */
export function selectsSameFiles(a: Settings, b: Settings): boolean {
  return a.maxBytes === b.maxBytes && a.followLinks === b.followLinks && a.readCdkOutput === b.readCdkOutput
    && a.files.join('\n') === b.files.join('\n') && a.exclude.join('\n') === b.exclude.join('\n');
}

function readRuleLevels(value: unknown, wrong: (message: string) => void): RuleLevels {
  if (value === undefined || value === null) return DEFAULT_SETTINGS.ruleLevels;
  const entries = typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : undefined;
  if (entries === undefined) wrong('the setting kmsHandshake.rules is left out: it is an object with rule codes and their levels');
  return new Map((entries ?? []).flatMap(([code, level]: [string, unknown]) => {
    if (RULES.some((rule) => rule.code === code) && isRuleLevel(level)) return [[code, level] as const];
    wrong(`the setting kmsHandshake.rules.${code} is left out: `
      + (isRuleLevel(level) ? 'there is no such rule' : `a level is one of ${RULE_LEVELS.join(', ')}`));
    return [];
  }));
}

/** Whether the rules have the same levels with these settings. */
export function haveSameRuleLevels(a: Settings, b: Settings): boolean {
  return a.ruleLevels.size === b.ruleLevels.size && [...a.ruleLevels].every(([code, level]) => b.ruleLevels.get(code) === level);
}

function isRuleLevel(value: unknown): value is RuleLevel {
  return RULE_LEVELS.some((level) => level === value);
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isScope(value: unknown): value is Settings['scope'] {
  return value === 'workspace' || value === 'openFiles';
}

function isGlobList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '');
}

function isFileSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}
