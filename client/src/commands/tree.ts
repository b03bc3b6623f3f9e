import * as vscode from 'vscode';
import type { TargetRef } from '../../../server/src/lsp/protocol/generate';
import type { HandshakePart, LinkChoicesParams, MapIdentity, MapKey, MapPolicy } from '../../../server/src/lsp/protocol/handshakes';
import type { PolicyRef } from '../../../server/src/lsp/protocol/policies';
import type { SourcePlace } from '../../webview/messages';
import { asRange } from '../as-range';
import { request } from '../request';
import type { Server } from '../server';
import { pickItem } from '../window/quick-pick';
import type { HandshakeNode, LinkNode, PartNode, TreeNode } from '../tree/nodes';
import { applyOffer } from './apply-offer';
import { attachPolicy } from './attach-policy';
import { generateHalf, type GenerateAnswers } from './generate';
import { linkKeyPolicy } from './link-key';
import { decisive, partsOf, placeInMap, startOf } from './place-in-map';

/** Shows what the line is about: the policy, or the statement that decides. */
export async function openNode(server: Server, node: TreeNode): Promise<void> {
  const place = await placeOf(server, node);
  if (place === undefined) return;
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.parse(place.uri), { selection: asRange(place.range) });
}

async function placeOf(server: Server, node: TreeNode): Promise<SourcePlace | undefined> {
  switch (node.kind) {
    case 'key': return node.key.policy && startOf(node.key.policy);
    case 'link': return policyOf(node);
    case 'identity': return placeInMap(server, { identity: node.identity.id });
    case 'part': return decisive(node.part);
    case 'handshake': return placeInMap(server, { key: node.key.id, identity: node.identity.id });
    case 'account':
    case 'unanswered': return undefined;
  }
}

function policyOf({ of }: LinkNode): SourcePlace | undefined {
  const policy = 'key' in of ? of.key.policy : of.policy;
  return policy && startOf(policy);
}

/** Writes the half that is missing, for the key and the identity of the line. */
export async function generateFromNode(server: Server, node: TreeNode): Promise<unknown> {
  switch (node.kind) {
    case 'key': return node.key.policy && generateHalf(server, 'consumer', withKey(node.key, refOf(node.key.policy)));
    case 'identity': {
      const [policy] = node.identity.policies;
      return policy && generateHalf(server, 'keyPolicy', { ...refOf(policy), ...withTarget(node.identity) });
    }
    case 'handshake': return generateFor(server, node, node.handshake.state, (await partsOf(server, { key: node.key.id, identity: node.identity.id })).find(({ state }) => state === node.handshake.state));
    case 'part': return generateFor(server, node, node.part.state, node.part);
    default: return undefined;
  }
}

async function generateFor(server: Server, { key, identity }: HandshakeNode | PartNode, state: HandshakePart['state'], part: HandshakePart | undefined): Promise<unknown> {
  if (state === 'key-policy') return key.policy && generateHalf(server, 'consumer', { ...withKey(key, refOf(key.policy)), ...withTarget(identity) });
  const asking = policyWith(identity, part);
  return asking && generateHalf(server, 'keyPolicy', { ...withKey(key, refOf(asking)), ...withTarget(identity) });
}

/** The identity's policy that asks for the actions. */
function policyWith({ policies }: MapIdentity, part: HandshakePart | undefined): MapPolicy | undefined {
  const asks = part?.statements.find(({ half }) => half === 'identity-policy');
  return policies.find(({ uri, range }) => uri === asks?.uri && range.start.line <= asks.range.start.line && asks.range.end.line <= range.end.line) ?? policies[0];
}

function refOf({ uri, pointer }: PolicyRef): PolicyRef {
  return { uri, pointer };
}

function withKey({ arn }: MapKey, policy: PolicyRef): GenerateAnswers {
  return arn === undefined ? policy : { ...policy, keyArn: arn };
}

function withTarget({ arn, account }: MapIdentity): { readonly target?: TargetRef } {
  if (arn !== undefined) return { target: { arn } };
  return account === undefined ? {} : { target: { account } };
}

/** Hands the line over to "Explain access…". */
export async function explainNode(node: TreeNode): Promise<unknown> {
  if (node.kind !== 'handshake' && node.kind !== 'part') return undefined;
  const [action] = node.kind === 'part' ? node.part.actions : [];
  const question = { identity: node.identity.arn, key: node.key.arn, ...action === undefined ? {} : { action } };
  return vscode.commands.executeCommand('kmsHandshake.explainAccess', question);
}

/** Writes an assumed link into `kms-handshake.json`; asks where there are several ways to understand it. */
export async function confirmLink(server: Server, node: TreeNode): Promise<{ readonly uri: string } | undefined> {
  const of = node.kind === 'key' ? { key: node.key } : node.kind === 'link' ? node.of : undefined;
  if (of === undefined) return undefined;
  if ('policy' in of) return confirmLinkOf(server, { identity: of.identity.id, policy: refOf(of.policy) }, refOf(of.policy));
  return of.key.policy && confirmLinkOf(server, { key: of.key.id }, refOf(of.key.policy));
}

/** The same for the link of a policy: where nothing tells what to confirm, it asks. */
export async function confirmLinkOf(server: Server, link: LinkChoicesParams, policy: PolicyRef): Promise<{ readonly uri: string } | undefined> {
  const choices = await request(server, 'kmsHandshake/linkChoices', link);
  if ('refused' in choices) return applyOffer(server, choices);
  if (choices.length === 0) return 'key' in link ? linkKeyPolicy(server, policy) : attachPolicy(server, policy);
  const [only] = choices;
  if (only !== undefined && choices.length === 1) return applyOffer(server, only);
  const chosen = await pickItem(choices.map(({ summary }) => ({ label: summary })), { placeholder: vscode.l10n.t('What is true?') });
  if (chosen === undefined) return undefined;
  // While the person thought the file may have become another one: the edit is asked for when it is made.
  const anew = await request(server, 'kmsHandshake/linkChoices', link);
  const offer = 'refused' in anew ? anew : anew.find(({ summary }) => summary === chosen.label);
  return applyOffer(server, offer ?? { refused: vscode.l10n.t('The policies have changed meanwhile.') });
}
