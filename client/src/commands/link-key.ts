import * as vscode from 'vscode';
import { request } from '../request';
import type { Server } from '../server';
import { applyOffer } from './apply-offer';
import { askKey } from './ask';
import { pickPolicy, type PolicyAnswer } from './pick-policy';

export interface LinkAnswers extends PolicyAnswer {
  readonly keyArn?: string;
}

/** Declares in `kms-handshake.json` which key a key policy belongs to, and saves it. */
export async function linkKeyPolicy(server: Server, answers?: LinkAnswers): Promise<{ readonly uri: string } | undefined> {
  const policy = await pickPolicy(server, ['key'], answers);
  if (policy === undefined) return undefined;
  const ref = { uri: policy.uri, pointer: policy.pointer };
  const keyArn = answers?.keyArn ?? await askWhichKey(server, ref, policy.label);
  return keyArn === undefined ? undefined : applyOffer(server, await request(server, 'kmsHandshake/linkKey', { policy: ref, keyArn }));
}

async function askWhichKey(server: Server, ref: { readonly uri: string; readonly pointer: string }, label: string): Promise<string | undefined> {
  const { keys, pattern } = await request(server, 'kmsHandshake/keyLinkChoices', ref);
  const chosen = await askKey({ keys, patterns: { keyArn: pattern } }, vscode.l10n.t('Which key does {0} belong to?', label));
  return chosen?.value;
}
