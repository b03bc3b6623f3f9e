import * as vscode from 'vscode';
import type { NewKeyPolicyChoices, NewKeyPolicyParams } from '../../../server/src/lsp/protocol/new-key-policy';
import { showRefusal } from '../show-refusal';
import { sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';
import { applyGenerated, type GenerateResult } from './apply-generated';
import { parseTarget } from './policy-questions';
import { chooseOne, type ChoiceItem } from './choose-one';
import { chooseMany } from './choose-many';

/**
 * Asks who is to do what with a new key and writes its policy as a new file. With an owner given nothing is asked. Undefined when it was
 * dismissed.
 */
export async function newKeyPolicy(languageServer: LanguageServer,
  answers: Partial<NewKeyPolicyParams> = {}): Promise<GenerateResult | undefined> {
  const { owner } = answers;
  const params = owner === undefined
    ? await askNewKeyPolicyParams(await sendServerRequest(languageServer, 'kmsHandshake/newKeyPolicyChoices', activeDocument()))
    : { ...answers, owner };
  if (params === undefined) return undefined;
  const result = await sendServerRequest(languageServer, 'kmsHandshake/newKeyPolicy', params);
  if (!('refused' in result)) return applyGenerated(languageServer, result, undefined);
  showRefusal(result);
  return undefined;
}

async function askNewKeyPolicyParams(choices: NewKeyPolicyChoices): Promise<NewKeyPolicyParams | undefined> {
  const { accounts, patterns, templates } = choices;
  const owners = [...accounts.map(accountItem), ...templates.map(templateItem)];
  const owner = await chooseOne(vscode.l10n.t('New key policy: which account owns the key?'), owners, {
    typedPattern: patterns.account,
    active: accounts[0]?.id,
  });
  if (owner === undefined) return undefined;
  const own = identityItems(choices, (account) => account === owner);
  const administrators = await chooseMany(vscode.l10n.t('New key policy: who manages the key?'), own, {
    typedPattern: patterns.identity, placeholder: vscode.l10n.t('Tick some, or type ARNs; none: the account {0} alone', owner),
  });
  if (administrators === undefined) return undefined;
  const users = await chooseMany(vscode.l10n.t('New key policy: who of the account uses the key?'), own, {
    typedPattern: patterns.identity,
    placeholder: vscode.l10n.t('Tick some, or type ARNs; none: those whom IAM policies of {0} allow', owner),
  });
  if (users === undefined) return undefined;
  const others = [...accounts.filter(({ id }) => id !== owner).map(accountItem), ...identityItems(choices, (account) => account !== owner)];
  const externals = await chooseMany(vscode.l10n.t('New key policy: which other accounts use the key?'), others, {
    typedPattern: patterns.target, placeholder: vscode.l10n.t('Tick some, or type account ids or ARNs; none: no other'),
  });
  if (externals === undefined) return undefined;
  const useCases = await chooseMany(vscode.l10n.t('New key policy: what is the key used for?'),
    choices.useCases.map(({ id, title, description }) => ({ value: id, label: title, detail: description })), {
    typedPattern: undefined,
    placeholder: vscode.l10n.t('Tick use cases; none: encrypt and decrypt with the KMS API'),
  });
  if (useCases === undefined) return undefined;
  const params = { owner, administrators, users: [...users, ...externals].map(parseTarget), useCases };
  if (!choices.useCases.some(({ id, asksRegion }) => asksRegion && useCases.includes(id))) return params;
  const region = await askRegion(choices);
  return region === undefined ? undefined : { ...params, region };
}

function askRegion({ regions, patterns }: NewKeyPolicyChoices): Promise<string | undefined> {
  const items = regions.map(({ region, name }) => ({ value: region, label: region, description: name }));
  return chooseOne(vscode.l10n.t('New key policy: in which Region is the key?'), items, { typedPattern: patterns.region,
    active: items[0]?.value });
}

function activeDocument(): { readonly activeUri?: string } {
  const document = vscode.window.activeTextEditor?.document;
  return document === undefined ? {} : { activeUri: document.uri.toString() };
}

/** The key becomes a resource, in the account in which the template is deployed. */
function templateItem({ owner, label, isNew }: NewKeyPolicyChoices['templates'][number]): ChoiceItem {
  return { value: owner, icon: 'file-code', label: isNew ? vscode.l10n.t('New CloudFormation template') : label,
    description: vscode.l10n.t('the key as a resource, in the account of the stack') };
}

function accountItem({ id, name }: NewKeyPolicyChoices['accounts'][number]): ChoiceItem {
  return { value: id, icon: 'organization', label: id, description: name };
}

function identityItems({ identities }: NewKeyPolicyChoices, fits: (account: string) => boolean): ChoiceItem[] {
  return identities.filter(({ account }) => fits(account)).map(({ arn, label, account, accountName }) => (
    { value: arn, icon: 'account', label, description: accountName === '' ? account : `${accountName} (${account})` }));
}
