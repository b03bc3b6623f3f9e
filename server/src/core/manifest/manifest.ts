import { pointerOfResource, splitResourceName } from '../discovery/resource-name';
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
  readonly root: ObjectNode | undefined;
  readonly keys: readonly DeclaredKey[];
  readonly identities: readonly DeclaredIdentity[];
  readonly kinds: readonly DeclaredFileKinds[];
  readonly accounts: readonly DeclaredAccount[];
  readonly organizations: readonly DeclaredOrganization[];
  readonly placeholders: readonly DeclaredPlaceholders[];
  readonly rules: readonly DeclaredRule[];
  readonly suppress: readonly DeclaredSuppression[];
  readonly exclude: readonly Spanned[];
  readonly faults: readonly ManifestFault[];
  readonly syntax: readonly SyntaxFault[];
}

/** A value with the place where it is said, quotes included. */
export interface Spanned<T extends string = string> {
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
  readonly arn: Spanned;
  /** `producer/key-policy.json`, `dump.json#/Keys/0/Policy`. */
  readonly policy: Spanned | undefined;
  /** All aliases of the key; undefined when nothing is said of them. */
  readonly aliases: readonly Spanned[] | undefined;
  readonly keySpec: Spanned | undefined;
  readonly keyUsage: Spanned | undefined;
}

/** Exactly one of `arn` and `account` is there. */
export interface DeclaredIdentity {
  readonly span: Span;
  readonly arn: Spanned | undefined;
  readonly account: Spanned | undefined;
  readonly policies: readonly Spanned[];
  /** The Regions of the buckets, queues, volumes… that it uses keys for. */
  readonly resourceRegions?: readonly Spanned[] | undefined;
}

export interface DeclaredFileKinds {
  readonly files: readonly Spanned[];
  readonly kind: DeclaredKind;
}

export interface DeclaredAccount {
  readonly id: Spanned;
  readonly name: Spanned;
}

export interface DeclaredOrganization {
  readonly id: Spanned;
  readonly accounts: readonly Spanned[];
}

export interface DeclaredPlaceholders {
  readonly files: readonly Spanned[];
  readonly values: ReadonlyMap<string, string>;
}

export interface DeclaredRule {
  readonly code: Spanned;
  readonly level: RuleLevel;
}

export interface DeclaredSuppression {
  readonly span: Span;
  readonly rule: Spanned;
  readonly file: Spanned;
  /** Undefined: the whole file. */
  readonly sid: Spanned | undefined;
  readonly reason: string;
}

/** What a text of `kms-handshake.json` names: files, or a part of a file. */
export interface ReferenceParts {
  /** A path or glob. */
  readonly path: string;
  /** The JSON pointer of the part. */
  readonly pointer: string | undefined;
  /** Of the resource of a template that the part is. */
  readonly logicalId?: string | undefined;
}

/**
 * A path or glob with the JSON pointer behind its `#`, `dump.json#/Keys/0/Policy`, or with the logical id of a resource,
 * `template.yaml#DataKey`; a `#` in the name of a file or folder stays.
 */
export function splitPolicyReference(reference: string): ReferenceParts {
  const hash = reference.search(/#(?=\/|$)/);
  if (hash >= 0) return { path: reference.slice(0, hash), pointer: reference.slice(hash + 1) };
  const resource = splitResourceName(reference);
  // Templates have a suffix, folders hardly ever.
  if (!resource || !/\.[^/.]+$/.test(resource.file)) return { path: reference, pointer: undefined };
  return { path: resource.file, pointer: pointerOfResource(resource.logicalId), logicalId: resource.logicalId };
}
