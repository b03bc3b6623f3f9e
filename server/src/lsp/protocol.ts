import type { Location, Position, Range, TextDocumentIdentifier, WorkspaceEdit } from 'vscode-languageserver';

/*
 * What goes between the server and its clients beyond the Language Server Protocol. Types only: the VS Code extension imports
 * them, other editors read them. None of it is needed for findings and quick fixes.
 *
 * `Requests` are requests of their own: the client asks and does all the rest. `ServerCommands` are for editors that know
 * nothing but `workspace/executeCommand`: there the server makes the edits itself, by `workspace/applyEdit`.
 */

/** `initializationOptions`; all of it may be left out. */
export interface InitializationOptions {
  /**
   * Languages whose JSON syntax the editor reports by itself: for open documents in one of them the server keeps its own
   * `json-syntax` findings back, and offers their fixes on the editor's.
   */
  readonly editorChecksSyntaxOf?: readonly string[];
  /** The client runs the commands of `ClientCommands`; code actions then may name them. */
  readonly clientCommands?: boolean;
  /** The client wants `kmsHandshake/changed`. */
  readonly tellChanges?: boolean;
  /** The settings `kmsHandshake.*`, for editors that do not answer `workspace/configuration`. */
  readonly settings?: unknown;
}

/** `data` of every diagnostic. */
export interface DiagnosticData {
  /** Tells the findings of one file apart. */
  readonly id: string;
}

/** The requests of this server, by method. */
export interface Requests {
  /** The key policies and IAM policies of a document, the one at the position first, or, without a document, of the workspace. */
  'kmsHandshake/policies': { readonly params: PoliciesParams; readonly result: readonly PolicyItem[] };
  /** What the workspace does not know and a person has to say before the other half of the policy can be written. */
  'kmsHandshake/questions': { readonly params: QuestionsParams; readonly result: Questions | Refused };
  /** Writes the other half of a policy; changes nothing by itself. */
  'kmsHandshake/generate': { readonly params: GenerateParams; readonly result: Generated | Refused };
  /** The AWS CLI command that applies a policy; runs nothing. */
  'kmsHandshake/cliCommand': { readonly params: PolicyRef; readonly result: CliCommandText | Refused };
  /** Whom an IAM policy could be attached to: those that the workspace knows. */
  'kmsHandshake/attachChoices': { readonly params: PolicyRef; readonly result: AttachChoices };
  /** Writes into `kms-handshake.json` that a finding is right as it is, and why; changes nothing by itself. */
  'kmsHandshake/suppress': { readonly params: SuppressParams; readonly result: EditOffer | Refused };
  /** Declares in `kms-handshake.json` whom an IAM policy is attached to; changes nothing by itself. */
  'kmsHandshake/attach': { readonly params: AttachParams; readonly result: EditOffer | Refused };
  /** How many actions stand how, for every identity and key that meet. */
  'kmsHandshake/matrix': { readonly params: Record<string, never>; readonly result: MatrixOverview };
  /** One cell of it: the actions by outcome, with the statements that decide. */
  'kmsHandshake/matrixCell': { readonly params: HandshakeRef; readonly result: MatrixCell | Refused };
  /** The matrix, or a part of it, as a document. */
  'kmsHandshake/matrixDocument': { readonly params: MatrixDocumentParams; readonly result: { readonly text: string } };
  /** Every key with the identities that it meets, and how far each handshake has come. */
  'kmsHandshake/handshakes': { readonly params: Record<string, never>; readonly result: HandshakeMap };
  /** One of them action by action, with the statements that decide. */
  'kmsHandshake/handshake': { readonly params: HandshakeRef; readonly result: HandshakeDetails | Refused };
  /** The ways to write an assumed link of a key or an identity into `kms-handshake.json`; changes nothing by itself. */
  'kmsHandshake/linkChoices': { readonly params: LinkChoicesParams; readonly result: readonly EditOffer[] | Refused };
  /** May this identity do this with this key: each half, what decides it, and the edit that would make it yes. */
  'kmsHandshake/explain': { readonly params: ExplainParams; readonly result: ExplainAnswer | Refused };
  /** What can be asked about: known identities and keys, and where a place in a policy or an AWS error message starts. */
  'kmsHandshake/explainChoices': { readonly params: ExplainChoicesParams; readonly result: ExplainChoices };
}

/** The notifications of this server, by method, with their parameters. */
export interface Notifications {
  /**
   * The policies changed, so that requests about the whole workspace may have other answers than before. Sent only when
   * `tellChanges` asks for it; changes in quick succession are told once.
   */
  'kmsHandshake/changed': Record<string, never>;
}

/** Arguments and result of `workspace/executeCommand`, by command; each takes one argument. */
export interface ServerCommands {
  'kmsHandshake.server.generateConsumer': { readonly argument: CommandTarget; readonly result: CommandOutcome };
  'kmsHandshake.server.generateKeyPolicy': { readonly argument: CommandTarget; readonly result: CommandOutcome };
  'kmsHandshake.server.cliCommand': { readonly argument: CommandPlace; readonly result: CliCommandText | Refused };
  'kmsHandshake.server.explain': { readonly argument: ExplainCommand; readonly result: ExplainAnswer | { readonly choices: ExplainChoices } | Refused };
  'kmsHandshake.server.attachPolicy': { readonly argument: AttachCommand; readonly result: CommandOutcome };
}

/** Commands of the client that code actions name when `clientCommands` says so, with their one argument. */
export interface ClientCommands {
  /** Asks whom the policy is attached to and declares it. */
  'kmsHandshake.attachPolicy': PolicyRef;
  /** Asks why the finding is right as it is and suppresses it. */
  'kmsHandshake.suppressFinding': FindingRef;
}

/** One finding, as its diagnostic tells. */
export interface FindingRef {
  readonly uri: string;
  /** `DiagnosticData.id` */
  readonly id: string;
}

/** One policy of the workspace. */
export interface PolicyRef {
  readonly uri: string;
  /** JSON pointer of the policy in its file; empty for the whole file. */
  readonly pointer: string;
}

export interface PoliciesParams {
  readonly textDocument?: TextDocumentIdentifier;
  readonly position?: Position;
}

export interface PolicyItem extends PolicyRef {
  readonly kind: PolicyKindName;
  readonly range: Range;
  /** `producer/key-policy.json` */
  readonly label: string;
  /** "key policy of key 1234abcd-… of account 111122223333" */
  readonly description: string;
}

export type PolicyKindName = 'key' | 'identity';

/** `consumer`: the IAM policy for a key policy. `keyPolicy`: the key policy for an IAM policy. */
export type HalfToWrite = 'consumer' | 'keyPolicy';

/** An account, or one user, role or group. */
export type TargetRef = { readonly account: string } | { readonly arn: string };

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
  readonly target: TargetRef;
  /** `role/App`, `444455556666` */
  readonly label: string;
  readonly description: string;
  /** The other half is missing there, or incomplete. */
  readonly lacksHalf: boolean;
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
  readonly keyArn?: string;
  readonly target?: TargetRef;
  /** `id` of a use case: only what it needs. */
  readonly useCase?: string;
}

export interface EditOffer {
  readonly edit: WorkspaceEdit;
  /** The file that is made or changed. */
  readonly uri: string;
  readonly created: boolean;
  readonly summary: string;
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
}

export interface CliCommandText {
  readonly command: string;
  /** Names of what is not known; the command has them as quoted words, `'<REGION>'`. */
  readonly placeholders: readonly string[];
}

export interface AttachChoices {
  readonly targets: readonly TargetItem[];
  /** Regular expression for what is typed in place of a choice. */
  readonly pattern: string;
}

export interface SuppressParams extends FindingRef {
  /** Why the finding is right as it is. */
  readonly reason: string;
}

export interface AttachParams {
  readonly policy: PolicyRef;
  readonly target: TargetRef;
}

/** What was asked for cannot be done; a sentence for the person who asked. */
export interface Refused {
  readonly refused: string;
}

/** A policy by its place: the one at the position, else the first of the document. */
export interface CommandPlace {
  readonly textDocument: TextDocumentIdentifier;
  readonly position?: Position;
}

export interface CommandTarget extends CommandPlace {
  readonly keyArn?: string;
  /** May be left out when the workspace knows just one. */
  readonly target?: TargetRef;
  readonly useCase?: string;
}

export interface AttachCommand extends CommandPlace {
  readonly target: TargetRef;
}

/** What a command that edits came to. With `questions`, something has to be said first. */
export type CommandOutcome =
  | { readonly applied: boolean; readonly uri: string; readonly summary: string; readonly notes: readonly string[] }
  | { readonly questions: Questions }
  | Refused;

/**
 * How far a handshake has come. `both`: it works, by both halves or by what is enough (within one account the half that decides, or
 * a grant). `conditional`: it works while conditions hold. `key-policy`, `identity-policy`: that half alone is there. `none`: blocked,
 * by a Deny, by accounts or partitions, or because the halves are about different actions. `unknown`: the workspace does not say enough.
 */
export type HandshakeState = 'both' | 'conditional' | 'key-policy' | 'identity-policy' | 'none' | 'unknown';

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
  readonly reason: 'declared' | 'wrapper' | 'path' | 'text' | 'guess';
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
  readonly state: HandshakeState;
  /** "2 actions work, 1 blocked" */
  readonly says: string;
}

/** A handshake by the `id`s of its key and identity. */
export interface HandshakeRef {
  readonly key: string;
  readonly identity: string;
}

export interface HandshakeDetails {
  readonly state: HandshakeState;
  readonly says: string;
  readonly parts: readonly HandshakePart[];
}

/** Actions that have the same verdict. */
export interface HandshakePart {
  readonly state: HandshakeState;
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

/** Each as a person names it: an ARN, the id of an account or key, an alias, an action with or without `kms:`. */
export interface ExplainParams {
  readonly identity: string;
  readonly key: string;
  readonly action: string;
  /** The reason of an AWS error message, for the page: it may tell of policies that the workspace cannot hold. */
  readonly awsSays?: string;
}

export interface ExplainChoicesParams {
  readonly textDocument?: TextDocumentIdentifier;
  readonly position?: Position;
  /** An AWS error message, a log that holds one, or a CloudTrail record. */
  readonly message?: string;
}

/** The part of a question that is known already. */
export type ExplainStart = Partial<ExplainParams>;

export interface ExplainChoice {
  /** What to ask with. */
  readonly value: string;
  readonly label: string;
  readonly description: string;
}

export interface ExplainChoices {
  readonly identities: readonly ExplainChoice[];
  readonly keys: readonly ExplainChoice[];
  readonly actions: readonly string[];
  readonly start: ExplainStart;
  /** What kind of message `start` was read from; undefined when the text is no such message. */
  readonly read: string | undefined;
  /** Regular expressions for what is typed in place of a choice. */
  readonly patterns: { readonly identity: string; readonly key: string; readonly action: string };
}

export interface ExplainCommand extends ExplainStart, ExplainChoicesParams {}

export interface ExplainAnswer extends ExplainParams {
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
}
