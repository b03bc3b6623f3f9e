import type { SourceLayer } from '../syntax/syntax';
import type { SyntaxFault } from '../syntax/syntax-fault';
import type { ObjectNode } from '../syntax/tree';
import type { Span } from '../text/span';
import type { DeclaredKind, RuleLevel } from './manifest-schema';
import type { PlainUri } from '../text/uri-path';

/** The file's name, in a workspace folder and in any folder below it. */
export const MANIFEST_NAME = 'kms-handshake.json';

/**
 * What one `kms-handshake.json` declares, each value with its place. Entries with a fault in what they cannot do without
 * are left out; `faults` says why. Spans count in the file.
 */
export interface Manifest {
  readonly uri: string;
  /** The folder that its paths are seen from. */
  readonly folder: PlainUri;
  /** For edits; `node` is undefined while the file holds no object. */
  readonly layer: SourceLayer;
  readonly node: ObjectNode | undefined;
  readonly keys: readonly DeclaredKey[];
  readonly identities: readonly DeclaredIdentity[];
  readonly kinds: readonly DeclaredKinds[];
  readonly accounts: readonly DeclaredAccount[];
  readonly organizations: readonly DeclaredOrganization[];
  readonly placeholders: readonly DeclaredPlaceholders[];
  readonly rules: readonly DeclaredRule[];
  readonly suppress: readonly DeclaredSuppression[];
  readonly exclude: readonly Said[];
  readonly faults: readonly ManifestFault[];
  readonly syntax: readonly SyntaxFault[];
}

/** A value with the place where it is said, quotes included. */
export interface Said<T extends string = string> {
  readonly value: T;
  readonly span: Span;
}

export interface ManifestFault {
  readonly span: Span;
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

export interface DeclaredKey {
  readonly span: Span;
  readonly arn: Said;
  /** `producer/key-policy.json`, `dump.json#/Keys/0/Policy`. */
  readonly policy: Said | undefined;
  /** All aliases of the key; undefined when nothing is said of them. */
  readonly aliases: readonly Said[] | undefined;
  readonly keySpec: Said | undefined;
  readonly keyUsage: Said | undefined;
}

/** Exactly one of `arn` and `account` is there. */
export interface DeclaredIdentity {
  readonly span: Span;
  readonly arn: Said | undefined;
  readonly account: Said | undefined;
  readonly policies: readonly Said[];
  /** The Regions of the buckets, queues, volumes… that it uses keys for. */
  readonly resourceRegions?: readonly Said[] | undefined;
}

export interface DeclaredKinds {
  readonly files: readonly Said[];
  readonly kind: DeclaredKind;
}

export interface DeclaredAccount {
  readonly id: Said;
  readonly name: Said;
}

export interface DeclaredOrganization {
  readonly id: Said;
  readonly accounts: readonly Said[];
}

export interface DeclaredPlaceholders {
  readonly files: readonly Said[];
  readonly values: ReadonlyMap<string, string>;
}

export interface DeclaredRule {
  readonly code: Said;
  readonly level: RuleLevel;
}

export interface DeclaredSuppression {
  readonly span: Span;
  readonly rule: Said;
  readonly file: Said;
  /** Undefined: the whole file. */
  readonly sid: Said | undefined;
  readonly reason: string;
}

/** A path or glob with the JSON pointer behind its `#`, `dump.json#/Keys/0/Policy`; a `#` in a file's name stays. */
export function splitPointer(reference: string): { readonly path: string; readonly pointer: string | undefined } {
  const hash = reference.search(/#(?=\/|$)/);
  if (hash < 0) return { path: reference, pointer: undefined };
  return { path: reference.slice(0, hash), pointer: reference.slice(hash + 1) };
}
