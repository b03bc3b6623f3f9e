import * as vscode from 'vscode';
import type { PolicyItem, PolicyKindName } from '../../../server/src/lsp/protocol/policies';
import { asRange } from '../as-range';
import { request } from '../request';
import type { Server } from '../server';
import { showInformation } from '../window/messages';
import { pickItem } from '../window/quick-pick';

/** Which policy a command is about. */
export interface PolicyAnswer {
  /** Its file; without it the active editor's. */
  readonly uri?: string;
  /** JSON pointer of the policy in the file, where it has several. */
  readonly pointer?: string;
}

/**
 * The policy to work on: the one that is answered, else the active editor's, at the cursor if it has several, else one to
 * choose from all that the workspace has. Undefined when nothing was chosen.
 */
export async function pickPolicy(server: Server, kinds: readonly PolicyKindName[], answer: PolicyAnswer = {}): Promise<PolicyItem | undefined> {
  const fits = ({ kind, pointer }: PolicyItem): boolean => kinds.includes(kind) && (answer.pointer === undefined || pointer === answer.pointer);
  const editor = vscode.window.activeTextEditor;
  if (answer.uri !== undefined || editor !== undefined) {
    const here = await policiesHere(server, answer.uri, editor);
    const found = here.policies.filter(fits);
    const [first, second] = found;
    if (first !== undefined && (second === undefined || here.atCursor(first))) return first;
    if (found.length > 0) return choosePolicy(found);
    if (answer.uri !== undefined) throw new Error(none(kinds, answer.uri));
  }
  const all = (await request(server, 'kmsHandshake/policies', {})).filter(fits);
  if (all.length > 0) return choosePolicy(all);
  await showInformation(none(kinds, vscode.l10n.t('the workspace')));
  return undefined;
}

interface Here {
  readonly policies: readonly PolicyItem[];
  readonly atCursor: (policy: PolicyItem) => boolean;
}

async function policiesHere(server: Server, uri: string | undefined, editor: vscode.TextEditor | undefined): Promise<Here> {
  const shown = editor !== undefined && (uri === undefined || editor.document.uri.toString() === vscode.Uri.parse(uri).toString());
  const textDocument = { uri: uri ?? editor?.document.uri.toString() ?? '' };
  if (!shown) return { policies: await request(server, 'kmsHandshake/policies', { textDocument }), atCursor: () => false };
  const { line, character } = editor.selection.active;
  const policies = await request(server, 'kmsHandshake/policies', { textDocument, position: { line, character } });
  const cursor = editor.selection.active;
  const atCursor = ({ range }: PolicyItem): boolean => asRange(range).contains(cursor);
  return { policies, atCursor };
}

async function choosePolicy(policies: readonly PolicyItem[]): Promise<PolicyItem | undefined> {
  const items = policies.map((policy) => ({ label: policy.label, description: policy.description, policy }));
  const chosen = await pickItem(items, { placeholder: vscode.l10n.t('Which policy?'), matchOnDescription: true });
  return chosen?.policy;
}

/** Says that a file or the workspace has none of these. */
function none(kinds: readonly PolicyKindName[], where: string): string {
  if (!kinds.includes('key')) return vscode.l10n.t('KMS Handshake: {0} has no IAM policy of a user, role or group.', where);
  if (!kinds.includes('identity')) return vscode.l10n.t('KMS Handshake: {0} has no key policy.', where);
  return vscode.l10n.t('KMS Handshake: {0} has no key policy and no IAM policy of a user, role or group.', where);
}
