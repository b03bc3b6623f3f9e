import type { HandshakeRef, StatementPlace } from './handshakes';

/** How actions stand: a verdict, with the half that says no told apart. `blocked`: whatever the policies say. */
export type Standing = 'works' | 'works-if' | 'blocked-by-key-policy' | 'blocked-by-identity-policy' | 'blocked' | 'unknown';

export interface MatrixOverview {
  /** By account, then by label. */
  readonly identities: readonly MatrixParty[];
  readonly keys: readonly MatrixParty[];
  /** Each occurs once, however many cells have it. */
  readonly tallies: readonly Readonly<Record<Standing, number>>[];
  /** For each identity the keys that it meets: position in `keys`, position in `tallies`. */
  readonly cells: readonly (readonly (readonly [key: number, tally: number])[])[];
}

export interface MatrixParty {
  /** Stays the same while the same files say the same of it. */
  readonly id: string;
  /** The ARN; else `arn:aws:iam::444455556666:root` for whoever it is of an account, `unattached:FILE`, `unlinked:FILE`. */
  readonly name: string;
  readonly arn: string | undefined;
  /** `role/App`, `alias/app` */
  readonly label: string;
  readonly account: string | undefined;
  /** Declared name of the account; empty without. */
  readonly accountName: string;
}

export interface MatrixCell {
  readonly identity: string;
  readonly key: string;
  /** What works first. */
  readonly outcomes: readonly MatrixOutcome[];
}

/** Actions that stand alike, for the same reason. */
export interface MatrixOutcome {
  readonly standing: Standing;
  readonly actions: readonly string[];
  readonly conditions: readonly string[];
  /** Why, in a sentence. */
  readonly says: string;
  readonly statements: readonly MatrixStatement[];
}

export interface MatrixStatement extends StatementPlace {
  readonly effect: 'Allow' | 'Deny' | undefined;
  readonly sid: string | undefined;
}

export interface MatrixDocumentParams {
  readonly format: 'csv' | 'markdown' | 'svg';
  /** Only these cells, and of them only actions that stand so; either may be left out. */
  readonly cells?: readonly HandshakeRef[];
  readonly standings?: readonly Standing[];
}
