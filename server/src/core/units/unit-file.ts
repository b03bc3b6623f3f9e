import type { UnitPart } from '../discovery/unit-part';
import type { PlaceholderValues } from '../policy/policy-string';
import type { PlainUri } from '../text/uri-path';

/** A file as units see it: what it contributes, and what is known about it besides its text. */
export interface UnitFile {
  readonly uri: string;
  readonly path: PlainUri;
  readonly parts: readonly UnitPart[];
  /** What `kms-handshake.json` says that placeholders stand for. */
  readonly declaredValues: PlaceholderValues;
  /** Keys and identities that `kms-handshake.json` says policies of the file belong to. */
  readonly declarations: readonly UnitDeclaration[];
  /** The account that its path tells. */
  readonly pathAccount: { readonly account: string; readonly isConfirmed: boolean } | undefined;
}

export interface UnitDeclaration {
  readonly kind: 'key' | 'identity';
  /** Undefined where only the account is declared. */
  readonly arn: string | undefined;
  readonly account: string;
  /** JSON pointer of the policy; undefined for the whole file. */
  readonly pointer: string | undefined;
}

/**
 * Names by which files find each other: those that need a name are of one unit with those that offer it. That two files offer the same
 * name does not make them one unit.
 */
export interface UnitConnections {
  readonly offers: readonly string[];
  readonly needs: readonly string[];
}
