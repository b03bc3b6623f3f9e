import type { Range } from 'vscode-languageserver';
import type { Shell, Target } from '../../core/index';
import type { EditOffer, Refused } from './edits';
import type { CommandPlace, PolicyRef } from './policies';

export type { Shell, Target };

/** `consumer`: the IAM policy for a key policy. `keyPolicy`: the key policy for an IAM policy. */
export type HalfToWrite = 'consumer' | 'keyPolicy';

export interface QuestionsParams {
  readonly generate: HalfToWrite;
  readonly policy: PolicyRef;
}

export interface Questions {
  /** Known keys; the workspace is sure when there is just one with `certain`. */
  readonly keys: readonly KeyItem[];
  /** The key has to be chosen, or its ARN typed. */
  readonly asksKey: boolean;
  /** Those that lack this half first. */
  readonly targets: readonly TargetItem[];
  readonly asksTarget: boolean;
  readonly useCases: readonly UseCaseItem[];
  /** A sentence that says so, where the key policy allows nobody outside of its account: then both halves have to be written. */
  readonly allowsNobody: string | undefined;
  /** Path of the `kms-handshake.json` that can declare the answers, which may not be there yet; undefined where none can. */
  readonly manifest: string | undefined;
  /** Regular expressions for what is typed in place of a choice. */
  readonly patterns: { readonly keyArn: string; readonly target: string };
}

export interface KeyItem {
  /** Undefined for the key of a key policy of which nobody knows the ARN: it becomes a placeholder. */
  readonly arn: string | undefined;
  readonly label: string;
  readonly description: string;
}

export interface TargetItem {
  readonly target: Target;
  /** `role/App`, `444455556666` */
  readonly label: string;
  readonly description: string;
  /** The other half is missing there, or incomplete. */
  readonly lacksHalf: boolean;
  /** The half that is there allows it something; without that both have to be written. */
  readonly allowed: boolean;
}

export interface UseCaseItem {
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

export interface GenerateParams {
  readonly generate: HalfToWrite;
  readonly policy: PolicyRef;
  /** ARN of the key, where the workspace is not sure of it. */
  readonly keyArn?: string | undefined;
  readonly target?: Target | undefined;
  /** `id` of a use case: only what it needs. */
  readonly useCase?: string | undefined;
  /** Where the key policy allows the target nothing, a statement is added to it in the same edit. */
  readonly bothHalves?: boolean | undefined;
  /** `kms-handshake.json` is made where there is none: the person was told that the answers are declared there. */
  readonly createManifest?: boolean | undefined;
}

export interface Generated extends EditOffer {
  /** What stays open, in sentences. */
  readonly notes: readonly string[];
  /** Names of what is not known yet; the edit has them as words to replace, `<KEY_ID>`. */
  readonly placeholders: readonly string[];
  /** The same change with tab stops in place of the placeholders, where there are any and it is one insertion. */
  readonly snippet: { readonly range: Range; readonly text: string } | undefined;
  /** The text of the new file when there is no folder to put it in: for an untitled document. Then the edit is empty. */
  readonly untitled: string | undefined;
  /** The other half is there already; the edit is empty. */
  readonly nothingToDo: boolean;
  /** URI of the `kms-handshake.json` in which the edit says too of which key a policy is, or to whom it is attached. */
  readonly declaredIn: string | undefined;
  /** Says too who can use the key then: "Created app.json: role App of account … can use key … (9 actions)." */
  readonly outcome: string;
  /** Links that the edit leaves open, for one click afterwards. */
  readonly links: readonly LinkToDeclare[];
}

/** What `kmsHandshake/linkKey` or `kmsHandshake/attach` would declare. */
export interface LinkToDeclare {
  /** "Link app.json to role App" */
  readonly title: string;
  readonly policy: PolicyRef;
  readonly link: { readonly keyArn: string } | { readonly target: Target };
}

export interface GenerateRefused extends Refused {
  /** With `bothHalves` it would be done. */
  readonly offersBothHalves: boolean;
}

export interface CliCommandParams extends PolicyRef {
  readonly shell?: Shell;
}

export interface CliCommandPlace extends CommandPlace, Pick<CliCommandParams, 'shell'> {}

export interface CliCommandText {
  /**
   * One line that is one command, whatever names it holds: a name with control characters, or one that the shell cannot quote, is refused.
   */
  readonly command: string;
  /** Names of what is not known; the command has them as quoted words, `'<REGION>'`. */
  readonly placeholders: readonly string[];
}

/** The target may be left out when the workspace knows just one. */
export interface CommandTarget extends CommandPlace, Omit<GenerateParams, 'generate' | 'policy'> {}

/** What a command that edits came to. With `questions`, something has to be said first. */
export type CommandOutcome =
  | { readonly applied: boolean; readonly uri: string; readonly summary: string; readonly notes: readonly string[] }
  | { readonly questions: Questions }
  | Refused;
