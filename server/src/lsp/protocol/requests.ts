import type { SuggestedPair } from '../../core/index';
import type { AttachChoices, AttachCommand, AttachParams } from './attach';
import type { CheckOutcome } from './check';
import type { EditOffer, Refused } from './edits';
import type { ExplainAnswer, ExplainChoices, ExplainChoicesParams, ExplainCommand, ExplainMessageParams, ExplainParams } from './explain';
import type { SuppressParams, SuppressTarget, TextToReplace } from './findings';
import type { CliCommandParams, CliCommandPlace, CliCommandText, CommandOutcome, CommandTarget, GenerateParams, Generated,
  GenerateRefused, Questions,
  QuestionsParams, Target } from './generate';
import type { HandshakeCounts, HandshakeDetails, HandshakeMap, HandshakeRef, LinkChoicesParams } from './handshakes';
import type { PlacesToShow } from './lenses';
import type { MatrixCell, MatrixDocumentParams, MatrixSummary } from './matrix';
import type { NewKeyPolicyChoices, NewKeyPolicyChoicesParams, NewKeyPolicyParams } from './new-key-policy';
import type { CommandPlace, PoliciesParams, PolicyItem, PolicyRef } from './policies';
import type { FileStatus, KeyLinkChoices, LinkKeyCommand, LinkKeyParams, WorkspaceStatus } from './status';

/*
 * What goes between the server and its clients beyond the Language Server Protocol. Types only: the VS Code extension imports
 * them, other editors read them. None of it is needed for findings and quick fixes.
 *
 * `Requests` are requests of their own: the client asks and does all the rest. `ServerCommands` are for editors that know
 * nothing but `workspace/executeCommand`: there the server makes the edits itself, by `workspace/applyEdit`.
 */

/** The requests of this server, by method. */
export interface Requests {
  /** The key policies and IAM policies of a document, the one at the position first, or, without a document, of the workspace. */
  'kmsHandshake/policies': { readonly params: PoliciesParams; readonly result: readonly PolicyItem[] };
  /** What the workspace does not know and a person has to say before the other half of the policy can be written. */
  'kmsHandshake/questions': { readonly params: QuestionsParams; readonly result: Questions | Refused };
  /** Writes the other half of a policy; changes nothing by itself. */
  'kmsHandshake/generate': { readonly params: GenerateParams; readonly result: Generated | GenerateRefused };
  /** Writes a policy that is part of AWS CLI output as a file of its own; changes nothing by itself. */
  'kmsHandshake/savePolicyAsFile': { readonly params: PolicyRef; readonly result: Generated | Refused };
  /** What can be chosen for the policy of a new key. */
  'kmsHandshake/newKeyPolicyChoices': { readonly params: NewKeyPolicyChoicesParams; readonly result: NewKeyPolicyChoices };
  /** Writes the policy of a new key; changes nothing by itself. */
  'kmsHandshake/newKeyPolicy': { readonly params: NewKeyPolicyParams; readonly result: Generated | Refused };
  /** The AWS CLI command that applies a policy; runs nothing. */
  'kmsHandshake/cliCommand': { readonly params: CliCommandParams; readonly result: CliCommandText | Refused };
  /** Whom an IAM policy could be attached to: those that the workspace knows. */
  'kmsHandshake/attachChoices': { readonly params: PolicyRef; readonly result: AttachChoices };
  /** Writes into `kms-handshake.json` that a finding is right as it is, and why; changes nothing by itself. */
  'kmsHandshake/suppress': { readonly params: SuppressParams; readonly result: EditOffer | Refused };
  /** Declares in `kms-handshake.json` whom an IAM policy is attached to; changes nothing by itself. */
  'kmsHandshake/attach': { readonly params: AttachParams; readonly result: EditOffer | Refused };
  /** What the policy of a document is and how it is linked; null for a document without policies that deal with KMS. */
  'kmsHandshake/status': { readonly params: CommandPlace; readonly result: FileStatus | null };
  /** Which key a key policy could belong to: those that the workspace knows. */
  'kmsHandshake/keyLinkChoices': { readonly params: PolicyRef; readonly result: KeyLinkChoices };
  /** Declares in `kms-handshake.json` which key a key policy belongs to; changes nothing by itself. */
  'kmsHandshake/linkKey': { readonly params: LinkKeyParams; readonly result: EditOffer | Refused };
  /** How many actions stand how, for every identity and key that meet. */
  'kmsHandshake/matrix': { readonly params: Record<string, never>; readonly result: MatrixSummary };
  /** One cell of it: the actions by outcome, with the statements that decide. */
  'kmsHandshake/matrixCell': { readonly params: HandshakeRef; readonly result: MatrixCell | Refused };
  /** The matrix, or a part of it, as a document. */
  'kmsHandshake/matrixDocument': { readonly params: MatrixDocumentParams; readonly result: { readonly text: string } };
  /** How many handshakes are shown as what: enough for a badge. */
  'kmsHandshake/handshakeCounts': { readonly params: Record<string, never>; readonly result: HandshakeCounts };
  /** Every key with the identities that it meets, and how far each handshake has come. */
  'kmsHandshake/handshakes': { readonly params: Record<string, never>; readonly result: HandshakeMap };
  /** One of them action by action, with the statements that decide. */
  'kmsHandshake/handshake': { readonly params: HandshakeRef; readonly result: HandshakeDetails | Refused };
  /** The ways to write an assumed link of a key or an identity into `kms-handshake.json`; changes nothing by itself. */
  'kmsHandshake/linkChoices': { readonly params: LinkChoicesParams; readonly result: readonly EditOffer[] | Refused };
  /** May this identity do this with this key: each half, what decides it, and the edit that would make it yes. */
  'kmsHandshake/explain': { readonly params: ExplainParams | ExplainMessageParams; readonly result: ExplainAnswer | Refused };
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
  /**
   * Whether the policies are being checked, and what was found in all of them: at the start, and when one of it differs. Sent only when
   * `tellStatus` asks for it.
   */
  'kmsHandshake/workspaceStatus': WorkspaceStatus;
}

/** Arguments and result of `workspace/executeCommand`, by command; each takes one argument. */
export interface ServerCommands {
  'kmsHandshake.server.generateConsumer': { readonly argument: CommandTarget; readonly result: CommandOutcome };
  'kmsHandshake.server.generateKeyPolicy': { readonly argument: CommandTarget; readonly result: CommandOutcome };
  /** Without an owner it gives what can be chosen. */
  'kmsHandshake.server.newKeyPolicy': { readonly argument: Partial<NewKeyPolicyParams>;
    readonly result: CommandOutcome | { readonly choices: NewKeyPolicyChoices } };
  'kmsHandshake.server.cliCommand': { readonly argument: CliCommandPlace; readonly result: CliCommandText | Refused };
  'kmsHandshake.server.explain': { readonly argument: ExplainCommand;
    readonly result: ExplainAnswer | { readonly choices: ExplainChoices } | Refused };
  'kmsHandshake.server.linkKeyPolicy': { readonly argument: LinkKeyCommand; readonly result: CommandOutcome };
  'kmsHandshake.server.attachPolicy': { readonly argument: AttachCommand; readonly result: CommandOutcome };
  /** Reads and checks every policy of the workspace. Progress goes to `workDoneToken`, or to one that the server makes. */
  'kmsHandshake.server.checkAll': { readonly argument: Record<string, never>; readonly result: CheckOutcome };
}

/** Commands of the client that code actions name when `clientCommands` says so, with their one argument. */
export interface ClientCommands {
  /** Opens the explanation of the access, and asks for the action where none is given. */
  'kmsHandshake.explainAccess': SuggestedPair;
  /** Asks whom the policy is attached to and declares it. */
  'kmsHandshake.attachPolicy': PolicyRef;
  /** Writes the policy that is part of AWS CLI output as a file of its own. */
  'kmsHandshake.savePolicyAsFile': PolicyRef;
  /** Asks what is to stand in place of a placeholder and writes it. */
  'kmsHandshake.replaceText': TextToReplace;
  /** Asks why the finding is right as it is and suppresses it. */
  'kmsHandshake.suppressFinding': SuppressTarget;
  /** Shows the page of a rule. */
  'kmsHandshake.showRuleDocumentation': { readonly code: string };
  /** Shows places of policies in a list beside the text. */
  'kmsHandshake.showPlaces': PlacesToShow;
  /** Writes the IAM policy that a key policy allows somebody to have; asks for what is missing. */
  'kmsHandshake.generateConsumerPolicy': CounterpartToGenerate;
}

/** A key policy, and for whom the IAM policy is. */
export interface CounterpartToGenerate extends PolicyRef {
  readonly target: Target;
}
