import type { TemplateFile } from '../discovery/cloudformation/template-file';
import type { KeyFact, DiscoveredPolicy } from '../discovery/discovery-result';
import type { Identity, Key, LinkReport } from '../linking/entities';
import type { Manifest } from '../manifest/manifest';
import type { Folder } from '../manifest/manifest-files';
import { createMemoize, type Memoize } from './memoize';

/**
 * Everything that the files of all workspace folders say together: one immutable value, built anew when a file changes, with unchanged
 * records reused.
 */
export interface World {
  readonly keys: readonly Key[];
  readonly identities: readonly Identity[];
  /** Key policies that could belong to several keys, or to none that is known, have a key of their own in `keys` without `arn`. */
  readonly keyByPolicy: ReadonlyMap<DiscoveredPolicy, Key>;
  readonly identitiesByPolicy: ReadonlyMap<DiscoveredPolicy, readonly Identity[]>;
  /** Name or description of accounts that the workspace knows, by id; the name is empty when only the id is known. */
  readonly accounts: ReadonlyMap<string, string>;
  /** Declared organizations: id to member accounts. */
  readonly organizations: ReadonlyMap<string, readonly string[]>;
  readonly keyFacts: readonly KeyFact[];
  /** By ARN; more than one only where several policies claim the same key (a `LinkConflict`). */
  readonly keysByArn: ReadonlyMap<string, readonly Key[]>;
  /** The workspace folders, whether they have a manifest or not. */
  readonly folders: readonly Folder[];
  /** The templates of the workspace that may contain a policy, by URI. */
  readonly templates: ReadonlyMap<string, TemplateFile>;
  /** Every `kms-handshake.json` that counts, those of outer folders before those in them. */
  readonly manifests: readonly Manifest[];
  readonly linkReport: LinkReport;
  /** Keeps what pure functions make of the records of this world and of its later states. */
  readonly memoize: Memoize;
}

/** The world of no files. */
export function emptyWorld(folders: readonly Folder[]): World {
  return {
    keys: [], identities: [], keyByPolicy: new Map(), identitiesByPolicy: new Map(), keysByArn: new Map(), accounts: new Map(),
    organizations: new Map(), templates: new Map(),
    keyFacts: [], folders, manifests: [], linkReport: { ambiguous: [], conflicts: [], sharedKeyIds: [], manifest: [] },
    memoize: createMemoize(),
  };
}
