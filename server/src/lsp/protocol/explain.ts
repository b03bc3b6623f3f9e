import type { Position, Range, TextDocumentIdentifier, WorkspaceEdit } from 'vscode-languageserver';
import type { AwsDenialReason, MessageSource } from '../../core/index';
import type { Choice } from './choice';

/** Each as a person names it: an ARN, the id of an account or key, an alias, an action with or without `kms:`. */
export interface ExplainParams {
  readonly identity: string;
  readonly key: string;
  readonly action: string;
  /** The reason of an AWS error message, for the page: it may tell of policies that the workspace cannot hold. */
  readonly awsSays?: string | undefined;
  /** The same as names, where the message names one kind of policy. */
  readonly aws?: AwsDenialReason | undefined;
}

/** An AWS error message that leaves out who called, which key is meant, or both: answered by what fits it. */
export interface ExplainMessageParams extends Omit<ExplainParams, 'identity' | 'key'> {
  readonly identity?: string | undefined;
  readonly key?: string | undefined;
  /** The kind of message that the rest was read from. */
  readonly source: MessageSource;
}

export interface ExplainChoicesParams {
  readonly textDocument?: TextDocumentIdentifier;
  readonly position?: Position;
  /** An AWS error message, a log that holds one, or a CloudTrail record. */
  readonly message?: string;
}

/** The part of a question that is known already. */
export type ExplainStart = { readonly [Name in keyof ExplainMessageParams]?: ExplainMessageParams[Name] | undefined };

/** Their values are what to ask with. */
export interface ExplainChoices {
  readonly identities: readonly Choice[];
  readonly keys: readonly Choice[];
  readonly actions: readonly string[];
  readonly start: ExplainStart;
  /** What kind of message `start` was read from; undefined when the text is no such message. */
  readonly read: string | undefined;
  /** Regular expressions for what is typed in place of a choice. */
  readonly patterns: { readonly identity: string; readonly key: string; readonly action: string };
}

export interface ExplainCommand extends ExplainStart, ExplainChoicesParams {}

export interface ExplainAnswer extends Omit<ExplainMessageParams, 'source'>, Partial<Pick<ExplainMessageParams, 'source'>> {
  /** What a message leaves out; undefined where it, or the question, says both. */
  readonly missing?: readonly ('identity' | 'key')[];
  /** What fits a message that leaves something out, and the identities and keys of the workspace that it can be about. */
  readonly causes?: readonly string[];
  readonly candidates?: readonly ExplainCandidate[];
  readonly verdict: 'allowed' | 'conditional' | 'denied' | 'unknown';
  readonly reason: string;
  readonly sentence: string;
  /** A few words for a tab: "App kms:Decrypt 1234abcd". */
  readonly title: string;
  readonly steps: readonly ExplainStep[];
  /** The answer as a page in Markdown, with what leads to files. */
  readonly document: { readonly text: string; readonly links: readonly ExplainLink[] };
  readonly remedy: ExplainRemedy | undefined;
}

export interface ExplainCandidate {
  readonly identity: string;
  readonly key: string;
  readonly verdict: ExplainAnswer['verdict'];
  readonly sentence: string;
}

export interface ExplainStep {
  readonly half: 'accounts' | 'key-policy' | 'identity-policy' | 'grants' | 'denies';
  readonly outcome: ExplainAnswer['verdict'] | 'not-needed';
  readonly message: string;
  readonly places: readonly ExplainLink['target'][];
}

export interface ExplainLink {
  readonly range: Range;
  readonly target: { readonly uri: string; readonly range: Range };
}

/** What would make it yes. */
export interface ExplainRemedy {
  readonly advice: string;
  /** Line of the page, from 0, under which it stands. */
  readonly line: number;
  /** Gives just this action to just this identity on just this key; undefined where no edit of a policy helps. */
  readonly edit: WorkspaceEdit | undefined;
  /** The text of a statement for a policy that the workspace does not contain, which its owner has to add. */
  readonly statement: string | undefined;
}
