import type { AccessStanding, MatrixHeading, MatrixSummary } from '../../core/index';
import type { HandshakeRef, StatementPlace } from './handshakes';

export type { AccessStanding, MatrixHeading, MatrixSummary };

export interface MatrixCell {
  readonly identity: string;
  readonly key: string;
  /** What works first. */
  readonly outcomes: readonly MatrixOutcome[];
}

/** Actions that stand alike, for the same reason. */
export interface MatrixOutcome {
  readonly standing: AccessStanding;
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
  readonly standings?: readonly AccessStanding[];
}
