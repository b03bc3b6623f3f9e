import * as vscode from 'vscode';
import type { HandshakePart } from '../../../server/src/lsp/protocol/handshakes';
import type { EditPreview } from '../edits/preview-edit';
import { sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';
import type { HandshakeNode, PartNode, TreeNode } from '../tree/tree-nodes';
import { showInformation } from '../window/messages';
import { requestHandshakeParts } from './map-source-location';
import { explainNode, generateFromNode } from './tree-commands';

/**
 * Makes the edit that allows what is requested and denied on the line, after it was shown; where no edit helps, the explanation says what
 * does.
 *
 * @param action one of the actions of a handshake; without it those that get furthest
 */
export async function fixNode(languageServer: LanguageServer, editPreview: EditPreview, node: TreeNode, action?: string): Promise<unknown> {
  const partNode = node.kind === 'handshake' ? await deniedPartNode(languageServer, node, action) : node.kind === 'part' ? node : undefined;
  if (partNode === undefined) return showInformation(vscode.l10n.t('Nothing is blocked here.'));
  const { key: { arn: key }, identity: { arn: identity }, part: { state, actions } } = partNode;
  const [first] = actions;
  // A half that is missing is written for all of its actions at once.
  if (state === 'key-policy' || state === 'identity-policy' && actions.length > 1) return generateFromNode(languageServer, partNode);
  if (key === undefined || identity === undefined || first === undefined) return explainNode(partNode);
  const answer = await sendServerRequest(languageServer, 'kmsHandshake/explain', { identity, key, action: first });
  if ('refused' in answer || answer.remedy?.edit === undefined) return explainNode(partNode);
  return editPreview.apply(answer.remedy.edit, answer.remedy.advice.replace(/\.$/, ''));
}

async function deniedPartNode(languageServer: LanguageServer, node: HandshakeNode,
  action: string | undefined): Promise<PartNode | undefined> {
  const parts = await requestHandshakeParts(languageServer, { key: node.key.id, identity: node.identity.id });
  const part = action === undefined
    ? BROKEN_PART_STATES.flatMap((state) => parts.find((candidate) => candidate.state === state && candidate.requested) ?? [])[0]
      ?? parts.find(({ state }) => state === 'key-policy')
    : parts.find(({ actions }) => actions.includes(action));
  return part && { ...node, kind: 'part', part };
}

const BROKEN_PART_STATES: readonly HandshakePart['state'][] = ['identity-policy', 'none', 'key-policy'];
