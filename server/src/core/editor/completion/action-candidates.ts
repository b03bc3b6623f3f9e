import {
  ACTIONS, actionsIn, countActions, CROSS_ACCOUNT_ACTIONS, expandAction, hasAction, KEY_ACTIONS, NO_ACTIONS, type ActionInfo,
  type ActionSet,
} from '../../aws/actions';
import { KEY_USER_ACTIONS } from '../../aws/use-cases';
import { actionFacts } from '../hover/action-hover';
import { codeNames, paragraph, strong } from '../hover/rich-text';
import { documentationBlocks, valueCandidate, type CompletionCandidate } from './candidate';
import { otherElementValues, type PolicyCompletionContext } from './completion-context';
import { isAccountId } from '../../aws/arn';

/** A wildcard for each first word that several actions have, and those that AWS's own policies use. */
const ACTION_WILDCARDS: readonly string[] = commonActionWildcards();
/** AWS's own services call it (docs/aws-rules.md 3.1): nobody has a use for it in a policy. */
const INTERNAL_ACTION = 'kms:SynchronizeMultiRegionKey';
/** What people most often look for: the console's actions for key users. */
const COMMON_ACTIONS: ActionSet = KEY_USER_ACTIONS.reduce<ActionSet>((set, name) => set | expandAction(name), NO_ACTIONS);
const COMMON_ACTION_WILDCARDS: ReadonlySet<string> = new Set(KEY_USER_ACTIONS.filter((name) => name.endsWith('*')));

/** The actions and wildcards that the list has not yet, and that the kind of the policy can give. */
export function actionCandidates(context: PolicyCompletionContext): CompletionCandidate[] {
  const offered = context.kind === 'key' ? KEY_ACTIONS : ~NO_ACTIONS;
  const present = otherElementValues(context.statement, 'action').reduce<ActionSet>((set, value) => set | expandAction(value), NO_ACTIONS);
  const isCrossAccount = isCrossAccountStatement(context);
  const typed = context.token.prefix;
  const patterns = /[*?]/.test(typed) && !ACTION_WILDCARDS.includes(typed) ? [typed, ...ACTION_WILDCARDS] : ACTION_WILDCARDS;
  return [
    ...ACTIONS.filter((action) => hasAction(offered & ~present, action)).map((action) => actionCandidate(action, isCrossAccount)),
    ...patterns
      .map((pattern) => ({ pattern, covered: expandAction(pattern) & offered }))
      .filter(({ covered }) => countActions(covered) > 1 && (covered & ~present) !== NO_ACTIONS)
      .map(({ pattern, covered }) => actionWildcardCandidate(pattern, covered, context.kind, isCrossAccount)),
  ];
}

function actionCandidate(action: ActionInfo, isCrossAccount: boolean): CompletionCandidate {
  const { name, accessLevel, crossAccount } = action;
  const isUseless = isCrossAccount && !crossAccount;
  return {
    label: name, kind: 'action',
    detail: `${accessLevel.replace(' management', '')} · ${crossAccount ? 'across accounts' : 'not across accounts'}`,
    insertion: { value: name },
    rank: name === INTERNAL_ACTION ? 4 : isUseless ? 3 : hasAction(COMMON_ACTIONS, action) ? 0 : 1,
    documentation: documentationBlocks(action,
      ...isUseless ? paragraph(strong('Has no effect on a key of another account.')) : [], ...actionFacts(action)),
  };
}

function actionWildcardCandidate(pattern: string, covered: ActionSet, kind: PolicyCompletionContext['kind'],
  isCrossAccount: boolean): CompletionCandidate {
  const names = actionsIn(covered).map(({ name }) => name);
  const crossAccountCount = countActions(covered & CROSS_ACCOUNT_ACTIONS);
  const limitation = kind === 'key' ? ' that a key policy can give' : '';
  const works = crossAccountCount === names.length
    ? 'All of them work across accounts.'
    : crossAccountCount === 0
    ? 'None of them works across accounts.'
    : `${crossAccountCount} of them ${crossAccountCount === 1 ? 'works' : 'work'} across accounts.`;
  return valueCandidate(pattern, isCrossAccount && crossAccountCount === 0 ? 3 : COMMON_ACTION_WILDCARDS.has(pattern) ? 0 : 2, {
    kind: 'wildcard',
    detail: names.length > 2 ? `${names.length} actions` : names.map((name) => name.slice('kms:'.length)).join(', '),
    documentation: [
      ...paragraph(`Stands for ${names.length} actions${limitation}, and for those of such names that AWS adds in the future. ${works}`),
      ...paragraph(codeNames(names, 24)),
    ],
  });
}

function commonActionWildcards(): string[] {
  const words = ACTIONS.map(({ name }) => /^kms:(?:ReEncrypt|[A-Z][a-z]+)/.exec(name)?.[0] ?? name);
  const shared = [...new Set(words)].filter((word) => countActions(expandAction(`${word}*`)) > 1);
  return ['kms:*', 'kms:GenerateDataKey*', 'kms:GenerateDataKeyPair*', ...shared.map((word) => `${word}*`)];
}

/**
 * Whether the statement is certainly about another account than the key's: a key policy statement all of whose principals are elsewhere,
 * or one of an IAM policy all of whose keys are.
 */
export function isCrossAccountStatement({ kind, statement, key, identities }: PolicyCompletionContext): boolean {
  if (kind === 'key') {
    const accounts = (statement?.principal?.principals ?? []).map(({ form, account }) => (form === 'service' ? undefined : account));
    return key?.account !== undefined && isAccountId(key.account) && areAllOtherAccounts(accounts, [key.account]);
  }
  const identityAccounts = identities.flatMap(({ account }) => account ?? []);
  const accounts = (statement?.resource?.patterns ?? []).filter(({ form }) => form === 'key').map(({ arn }) => arn?.account);
  return identityAccounts.length > 0 && identityAccounts.every(isAccountId) && areAllOtherAccounts(accounts, identityAccounts);
}

function areAllOtherAccounts(accounts: readonly (string | undefined)[], ownAccounts: readonly string[]): boolean {
  return accounts.length > 0
    && accounts.every((account) => account !== undefined && isAccountId(account) && !ownAccounts.includes(account));
}
