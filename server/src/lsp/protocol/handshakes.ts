import type { Location, Range } from 'vscode-languageserver';
import type { DisplayedHandshakeStatus, HandshakeStatus } from '../../core/index';
import type { PolicyRef } from './policies';

export type { DisplayedHandshakeStatus, HandshakeStatus };

/** Keys, identities and their handshakes, as the tree and the map show them. */
export interface HandshakeMap {
  /** The accounts of the keys and identities. */
  readonly accounts: readonly MapAccount[];
  readonly keys: readonly MapKey[];
  readonly identities: readonly MapIdentity[];
  readonly handshakes: readonly MapHandshake[];
}

export interface MapAccount {
  readonly id: string;
  /** Its declared name; empty when it has none. */
  readonly name: string;
}

export interface MapKey {
  /** Stays the same while the same files say the same of the key. */
  readonly id: string;
  readonly arn: string | undefined;
  readonly account: string | undefined;
  readonly region: string | undefined;
  /** `alias/app`, the start of the key id, or the file of its policy. */
  readonly label: string;
  /** Its key policy, when the workspace has it. */
  readonly policy: MapPolicy | undefined;
  /** What ties the policy to the key; undefined without policy. */
  readonly link: MapLink | undefined;
}

export interface MapIdentity {
  /** Stays the same while the same files say the same of the identity. */
  readonly id: string;
  /** Undefined while only the account, or nothing, is known. */
  readonly arn: string | undefined;
  readonly account: string | undefined;
  readonly kind: 'user' | 'role' | 'group' | 'unknown';
  /** `role/App`, the file of its policy, or "any identity". */
  readonly label: string;
  readonly policies: readonly MapPolicy[];
  readonly link: MapLink;
  /** Its policies ask for keys, and no key policy gives it anything. */
  readonly unanswered: boolean;
}

export interface MapPolicy extends PolicyRef {
  /** `producer/key-policy.json` */
  readonly label: string;
  readonly range: Range;
}

export interface MapLink {
  readonly reason: 'declared' | 'template' | 'wrapper' | 'path' | 'text' | 'guess';
  /** False for what is only assumed and waits to be confirmed. */
  readonly certain: boolean;
  /** "declared in kms-handshake.json" */
  readonly says: string;
  readonly at: Location | undefined;
}

export interface MapHandshake {
  /** Positions in `identities` and `keys`. */
  readonly identity: number;
  readonly key: number;
  readonly state: HandshakeStatus;
  readonly shown: DisplayedHandshakeStatus;
  /** Where actions work: how many others are blocked. */
  readonly blocked: number;
  /** "2 actions work, 1 blocked" */
  readonly says: string;
}

/** How many handshakes are shown as what. */
export type HandshakeCounts = Readonly<Partial<Record<DisplayedHandshakeStatus, number>>>;

/** A handshake by the `id`s of its key and identity. */
export interface HandshakeRef {
  readonly key: string;
  readonly identity: string;
}

export interface HandshakeDetails {
  readonly state: HandshakeStatus;
  readonly says: string;
  readonly parts: readonly HandshakePart[];
}

/** Actions that have the same verdict. */
export interface HandshakePart {
  readonly state: HandshakeStatus;
  /** False for what is denied although no IAM policy of the identity allows it by name. */
  readonly requested: boolean;
  readonly actions: readonly string[];
  /** The verdict in a sentence. */
  readonly says: string;
  /** The statements behind it. */
  readonly statements: readonly StatementPlace[];
}

export interface StatementPlace extends Location {
  readonly half: 'key-policy' | 'identity-policy';
  /** `producer/key-policy.json:12` */
  readonly label: string;
}

/** The `id` of a key of the map, or of an identity and one of its policies. */
export type LinkChoicesParams = { readonly key: string } | { readonly identity: string; readonly policy: PolicyRef };
