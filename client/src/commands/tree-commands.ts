import * as vscode from 'vscode';
import type { HalfToWrite, Target } from '../../../server/src/lsp/protocol/generate';
import type { HandshakePart, LinkChoicesParams, MapIdentity, MapKey, MapPolicy } from '../../../server/src/lsp/protocol/handshakes';
import type { PolicyRef } from '../../../server/src/lsp/protocol/policies';
import type { SourceRange } from '../../webview/messages';
import { toVscodeRange } from '../vscode-range';
import { sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';
import { pickItem } from '../window/quick-pick';
import type { HandshakeNode, LinkNode, PartNode, TreeNode } from '../tree/tree-nodes';
import { applyEditOffer } from './apply-edit-offer';
import { attachPolicy } from './attach-policy';
import type { GenerateAnswers } from './generate-counterpart';
import { linkKeyPolicy } from './link-key-policy';
import { firstDecidingStatement, requestHandshakeParts, sourceRangeOfTarget, policyStart } from './map-source-location';

/** Shows what the line is about: the policy, or the statement that decides. */
export async function openNode(languageServer: LanguageServer, node: TreeNode): Promise<void> {
  const place = await sourceRangeOfNode(languageServer, node);
  if (place === undefined) return;
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.parse(place.uri), { selection: toVscodeRange(place.range) });
}

async function sourceRangeOfNode(languageServer: LanguageServer, node: TreeNode): Promise<SourceRange | undefined> {
  switch (node.kind) {
    case 'key': return node.key.policy && policyStart(node.key.policy);
    case 'link': return linkedPolicyStart(node);
    case 'identity': return sourceRangeOfTarget(languageServer, { identity: node.identity.id });
    case 'part': return firstDecidingStatement(node.part);
    case 'handshake': return sourceRangeOfTarget(languageServer, { key: node.key.id, identity: node.identity.id });
    case 'account':
    case 'unanswered': return undefined;
  }
}

function linkedPolicyStart({ subject }: LinkNode): SourceRange | undefined {
  const policy = 'key' in subject ? subject.key.policy : subject.policy;
  return policy && policyStart(policy);
}

/** Writes the half that is missing, for the key and the identity of the line. */
export async function generateFromNode(languageServer: LanguageServer, node: TreeNode): Promise<unknown> {
  switch (node.kind) {
    case 'key':
      return node.key.policy && generate('consumer', toPolicyRef(node.key.policy));
    case 'identity': {
      const [policy] = node.identity.policies;
      return policy && generate('keyPolicy', { ...toPolicyRef(policy), ...targetAnswers(node.identity) });
    }
    case 'handshake':
      return generateForState(node, node.handshake.state,
        (await requestHandshakeParts(languageServer, { key: node.key.id, identity: node.identity.id })).find(({ state }) =>
          state === node.handshake.state
        ));
    case 'part':
      return generateForState(node, node.part.state, node.part);
    default:
      return undefined;
  }
}

function generate(half: HalfToWrite, answers: GenerateAnswers): Thenable<unknown> {
  return vscode.commands.executeCommand(`kmsHandshake.${half === 'consumer' ? 'generateConsumerPolicy' : 'generateKeyPolicyStatement'}`,
    answers);
}

async function generateForState({ key, identity }: HandshakeNode | PartNode, state: HandshakePart['state'],
  part: HandshakePart | undefined): Promise<unknown> {
  if (state === 'key-policy')
    return key.policy
      && generate('consumer', { ...toPolicyRef(key.policy), ...targetAnswers(identity) });
  const asking = policyWithActions(identity, part);
  return asking
    && generate('keyPolicy', { ...keyAnswers(key, toPolicyRef(asking)), ...targetAnswers(identity) });
}

/** The identity's policy that asks for the actions. */
function policyWithActions({ policies }: MapIdentity, part: HandshakePart | undefined): MapPolicy | undefined {
  const asks = part?.statements.find(({ half }) => half === 'identity-policy');
  return policies.find(({ uri, range }) =>
    uri === asks?.uri && range.start.line <= asks.range.start.line && asks.range.end.line <= range.end.line
  ) ?? policies[0];
}

function toPolicyRef({ uri, pointer }: PolicyRef): PolicyRef {
  return { uri, pointer };
}

function keyAnswers({ arn }: MapKey, policy: PolicyRef): GenerateAnswers {
  return arn === undefined ? policy : { ...policy, keyArn: arn };
}

function targetAnswers({ arn, account }: MapIdentity): { readonly target?: Target } {
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
export async function confirmLink(languageServer: LanguageServer, node: TreeNode): Promise<{ readonly uri: string } | undefined> {
  const of = node.kind === 'key' ? { key: node.key } : node.kind === 'link' ? node.subject : undefined;
  if (of === undefined) return undefined;
  if ('policy' in of)
    return confirmLinkOf(languageServer, { identity: of.identity.id, policy: toPolicyRef(of.policy) }, toPolicyRef(of.policy));
  return of.key.policy && confirmLinkOf(languageServer, { key: of.key.id }, toPolicyRef(of.key.policy));
}

/** The same for the link of a policy: where nothing tells what to confirm, it asks. */
export async function confirmLinkOf(languageServer: LanguageServer, link: LinkChoicesParams,
  policy: PolicyRef): Promise<{ readonly uri: string } | undefined> {
  const choices = await sendServerRequest(languageServer, 'kmsHandshake/linkChoices', link);
  if ('refused' in choices) return applyEditOffer(languageServer, choices);
  if (choices.length === 0) return 'key' in link ? linkKeyPolicy(languageServer, policy) : attachPolicy(languageServer, policy);
  const [only] = choices;
  if (only !== undefined && choices.length === 1) return applyEditOffer(languageServer, only);
  const chosen = await pickItem(choices.map(({ summary }) => ({ label: summary })), { placeholder: vscode.l10n.t('What is true?') });
  return chosen && confirmLinkChoice(languageServer, link, chosen.label);
}

/** While the person thought the file may have become another one: the edit is asked for when it is made. */
export async function confirmLinkChoice(languageServer: LanguageServer, link: LinkChoicesParams,
  chosen: string): Promise<{ readonly uri: string } | undefined> {
  const choices = await sendServerRequest(languageServer, 'kmsHandshake/linkChoices', link);
  const offer = 'refused' in choices ? choices : choices.find(({ summary }) => summary === chosen);
  return applyEditOffer(languageServer, offer ?? { refused: vscode.l10n.t('The policies have changed meanwhile.') });
}
