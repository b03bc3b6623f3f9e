import * as vscode from 'vscode';
import type { NewKeyPolicyChoices, NewKeyPolicyParams } from '../../../server/src/lsp/protocol/new-key-policy';
import { showRefusal } from '../show-refusal';
import { sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';
import { BACK } from '../window/question-step';
import { applyGenerated, type GenerateResult } from './apply-generated';
import { parseTarget } from './policy-questions';
import { chooseOne, type ChoiceItem } from './choose-one';
import { chooseMany, type MultiChoiceItem } from './choose-many';
import { askQuestions, type Question } from './question-steps';

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

/** What was answered so far. */
interface NewKeyPolicyAnswers {
  readonly owner: string;
  readonly administrators: readonly string[];
  readonly users: readonly string[];
  readonly externals: readonly string[];
  readonly useCases: readonly string[];
  readonly region?: string;
}

async function askNewKeyPolicyParams(choices: NewKeyPolicyChoices): Promise<NewKeyPolicyParams | undefined> {
  const questions = [ownerQuestion(choices), ...userQuestions(choices), useCaseQuestion(choices)];
  const asksRegion = ({ useCases }: NewKeyPolicyAnswers): boolean =>
    choices.useCases.some((useCase) => useCase.asksRegion && useCases.includes(useCase.id));
  const answers = await askQuestions<NewKeyPolicyAnswers>(vscode.l10n.t('New key policy'), (current) =>
    (asksRegion(current) ? [...questions, regionQuestion(choices)] : questions),
  { owner: '', administrators: [], users: [], externals: [], useCases: [] });
  if (answers === undefined) return undefined;
  const { users, externals, ...params } = answers;
  return { ...params, users: [...users, ...externals].map(parseTarget) };
}

function ownerQuestion({ accounts, patterns, templates }: NewKeyPolicyChoices): Question<NewKeyPolicyAnswers> {
  const owners = [...accounts.map(accountItem), ...templates.map(templateItem)];
  return async (answers, step) => {
    const owner = await chooseOne({ ...step, title: vscode.l10n.t('New key policy: which account owns the key?') }, owners,
      { typedPattern: patterns.account, active: accounts[0]?.id,
        typed: { placeholder: vscode.l10n.t('Choose, or type an account id'), hint: vscode.l10n.t('type the 12 digits of an account id') } });
    return typeof owner === 'string' ? { ...answers, owner } : owner;
  };
}

function userQuestions(choices: NewKeyPolicyChoices): Question<NewKeyPolicyAnswers>[] {
  const { accounts, patterns } = choices;
  const ofOwner = ({ owner }: NewKeyPolicyAnswers): ChoiceItem[] => identityItems(choices, (account) => account === owner);
  return [
    tickQuestion('administrators', (answers) => ({ title: vscode.l10n.t('New key policy: who manages the key?'), items: ofOwner(answers),
      typedPattern: patterns.identity,
      placeholder: vscode.l10n.t('Tick some, or type ARNs; none: the account {0} alone', answers.owner) })),
    tickQuestion('users', (answers) => ({ title: vscode.l10n.t('New key policy: who of the account uses the key?'), items: ofOwner(answers),
      typedPattern: patterns.identity,
      placeholder: vscode.l10n.t('Tick some, or type ARNs; none: those whom IAM policies of {0} allow', answers.owner) })),
    tickQuestion('externals', ({ owner }) => ({ title: vscode.l10n.t('New key policy: which other accounts use the key?'),
      items: [...accounts.filter(({ id }) => id !== owner).map(accountItem), ...identityItems(choices, (account) => account !== owner)],
      typedPattern: patterns.target, placeholder: vscode.l10n.t('Tick some, or type account ids or ARNs; none: no other') })),
  ];
}

function useCaseQuestion({ useCases }: NewKeyPolicyChoices): Question<NewKeyPolicyAnswers> {
  const items = useCases.map(({ id, title, description }) => ({ value: id, label: title, detail: description }));
  return tickQuestion('useCases', () => ({ title: vscode.l10n.t('New key policy: what is the key used for?'), items,
    typedPattern: undefined, placeholder: vscode.l10n.t('Tick use cases; none: encrypt and decrypt with the KMS API') }));
}

interface TickListContent {
  readonly title: string;
  readonly items: readonly MultiChoiceItem[];
  readonly typedPattern: string | undefined;
  readonly placeholder: string;
}

/** Whoever comes back to the list finds it ticked as it was, unless it is about another owner now. */
function tickQuestion(name: 'administrators' | 'users' | 'externals' | 'useCases',
  contentFor: (answers: NewKeyPolicyAnswers) => TickListContent): Question<NewKeyPolicyAnswers> {
  let last: { readonly owner: string; readonly values: readonly string[] } | undefined;
  return async (answers, step) => {
    const { title, items, ...options } = contentFor(answers);
    const { owner } = answers;
    const values = await chooseMany({ ...step, title }, items, { ...options, ticked: last?.owner === owner ? last.values : [] });
    if (values === undefined || values === BACK) return values;
    last = { owner, values };
    return { ...answers, [name]: values };
  };
}

function regionQuestion({ regions, patterns }: NewKeyPolicyChoices): Question<NewKeyPolicyAnswers> {
  const items = regions.map(({ region, name }) => ({ value: region, label: region, description: name }));
  return async (answers, step) => {
    const region = await chooseOne({ ...step, title: vscode.l10n.t('New key policy: in which Region is the key?') }, items,
      { typedPattern: patterns.region, active: items[0]?.value,
        typed: { placeholder: vscode.l10n.t('Choose, or type a Region'), hint: vscode.l10n.t('type a Region, such as us-west-2') } });
    return typeof region === 'string' ? { ...answers, region } : region;
  };
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
