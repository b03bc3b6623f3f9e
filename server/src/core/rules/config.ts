import type { Location } from '../text/span';
import type { Severity } from './finding';

/** What `kms-handshake.json` says about rules, for the files of its folder. */
export interface RuleConfig {
  /** The level of every finding of the code in that file; undefined where nothing is said. */
  readonly levelOf: (code: string, uri: string) => Severity | 'off' | undefined;
  readonly suppressions: readonly Suppression[];
}

/** One entry of `suppress`. */
export interface Suppression {
  readonly rule: string;
  readonly coversFile: (uri: string) => boolean;
  /** Only findings in the statement of that Sid; undefined: in the whole file. */
  readonly sid: string | undefined;
  readonly at: Location;
}

export const NO_CONFIG: RuleConfig = { levelOf: () => undefined, suppressions: [] };
