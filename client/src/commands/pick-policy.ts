import * as vscode from 'vscode';
import type { PolicyItem, PolicyKindName } from '../../../server/src/lsp/protocol/policies';
import { toVscodeRange } from '../vscode-range';
import { sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';
import { showInformation } from '../window/messages';
import { pickItem } from '../window/quick-pick';

/** Which policy a command is about. */
export interface PolicySelection {
  /** Its file; without it the active editor's. */
  readonly uri?: string;
  /** JSON pointer of the policy in the file, where it has several. */
  readonly pointer?: string;
}

/**
 * The policy to work on: the one that is answered, else the active editor's, at the cursor if it has several, else one to
 * choose from all that the workspace has. Undefined when nothing was chosen.
 */
export async function pickPolicy(languageServer: LanguageServer, kinds: readonly PolicyKindName[],
  answer: PolicySelection = {}): Promise<PolicyItem | undefined> {
  const fits = ({ kind, pointer }: PolicyItem): boolean =>
    kinds.includes(kind) && (answer.pointer === undefined || pointer === answer.pointer);
  const editor = vscode.window.activeTextEditor;
  if (answer.uri !== undefined || editor !== undefined) {
    const documentPolicies = await policiesOfDocument(languageServer, answer.uri, editor);
    const policies = documentPolicies.policies.filter(fits);
    const [first, second] = policies;
    if (first !== undefined && (second === undefined || documentPolicies.isAtCursor(first))) return first;
    if (policies.length > 0) return choosePolicy(policies);
    if (answer.uri !== undefined) throw new Error(noPolicyText(kinds, answer.uri));
  }
  const all = (await sendServerRequest(languageServer, 'kmsHandshake/policies', {})).filter(fits);
  if (all.length > 0) return choosePolicy(all);
  await showInformation(noPolicyText(kinds, vscode.l10n.t('the workspace')));
  return undefined;
}

interface DocumentPolicies {
  readonly policies: readonly PolicyItem[];
  readonly isAtCursor: (policy: PolicyItem) => boolean;
}

async function policiesOfDocument(languageServer: LanguageServer, uri: string | undefined,
  editor: vscode.TextEditor | undefined): Promise<DocumentPolicies> {
  const shown = editor !== undefined && (uri === undefined || editor.document.uri.toString() === vscode.Uri.parse(uri).toString());
  const textDocument = { uri: uri ?? editor?.document.uri.toString() ?? '' };
  if (!shown)
    return { policies: await sendServerRequest(languageServer, 'kmsHandshake/policies', { textDocument }), isAtCursor: () => false };
  const { line, character } = editor.selection.active;
  const policies = await sendServerRequest(languageServer, 'kmsHandshake/policies', { textDocument, position: { line, character } });
  const cursor = editor.selection.active;
  const atCursor = ({ range }: PolicyItem): boolean => toVscodeRange(range).contains(cursor);
  return { policies, isAtCursor: atCursor };
}

async function choosePolicy(policies: readonly PolicyItem[]): Promise<PolicyItem | undefined> {
  const items = policies.map((policy) => ({ label: policy.label, description: policy.description, policy }));
  const chosen = await pickItem(items, { placeholder: vscode.l10n.t('Which policy?'), matchOnDescription: true });
  return chosen?.policy;
}

/** Says that a file or the workspace has none of these. */
function noPolicyText(kinds: readonly PolicyKindName[], where: string): string {
  if (!kinds.includes('key')) return vscode.l10n.t('KMS Handshake: {0} has no IAM policy of a user, role or group.', where);
  if (!kinds.includes('identity')) return vscode.l10n.t('KMS Handshake: {0} has no key policy.', where);
  return vscode.l10n.t('KMS Handshake: {0} has no key policy and no IAM policy of a user, role or group.', where);
}
