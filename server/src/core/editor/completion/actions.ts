import {
  ACTIONS, actionsIn, countActions, CROSS_ACCOUNT_ACTIONS, expandAction, hasAction, KEY_ACTIONS, NO_ACTIONS, type ActionInfo, type ActionSet,
} from '../../aws/actions';
import { KEY_USER_ACTIONS } from '../../aws/use-cases';
import { aboutAction } from '../hover/action';
import { names, paragraph, strong } from '../hover/rich';
import { page, plain, type Candidate } from './candidate';
import { external } from './external';
import { otherValues, type Place } from './place';

/** A wildcard for each first word that several actions have, and those that AWS's own policies use. */
const WILDCARDS: readonly string[] = wildcards();
/** AWS's own services call it (docs/aws-rules.md 3.1): nobody has a use for it in a policy. */
const INTERNAL = 'kms:SynchronizeMultiRegionKey';
/** What people most often look for: the console's actions for key users. */
const USUAL: ActionSet = KEY_USER_ACTIONS.reduce<ActionSet>((set, name) => set | expandAction(name), NO_ACTIONS);
const USUAL_WILDCARDS: ReadonlySet<string> = new Set(KEY_USER_ACTIONS.filter((name) => name.endsWith('*')));

/** The actions and wildcards that the list has not yet, and that the kind of the policy can give. */
export function actionCandidates(place: Place): Candidate[] {
  const offered = place.kind === 'key' ? KEY_ACTIONS : ~NO_ACTIONS;
  const present = otherValues(place.statement, 'action').map((value) => expandAction(value)).reduce<ActionSet>((set, covered) => set | covered, NO_ACTIONS);
  const typed = place.token.typed;
  const patterns = /[*?]/.test(typed) && !WILDCARDS.includes(typed) ? [typed, ...WILDCARDS] : WILDCARDS;
  return [
    ...ACTIONS.filter((action) => hasAction(offered & ~present, action)).map((action) => candidate(action, external(place))),
    ...patterns
      .map((pattern) => ({ pattern, covered: expandAction(pattern) & offered }))
      .filter(({ covered }) => countActions(covered) > 1 && (covered & ~present) !== NO_ACTIONS)
      .map(({ pattern, covered }) => wildcard(pattern, covered, place)),
  ];
}

function candidate(action: ActionInfo, acrossAccounts: boolean): Candidate {
  const { name, accessLevel, crossAccount } = action;
  const useless = acrossAccounts && !crossAccount;
  return {
    label: name, kind: 'action', detail: `${accessLevel.replace(' management', '')} · ${crossAccount ? 'across accounts' : 'not across accounts'}`, writes: { value: name },
    rank: name === INTERNAL ? 4 : useless ? 3 : hasAction(USUAL, action) ? 0 : 1,
    documentation: page(action, ...useless ? paragraph(strong('Has no effect on a key of another account.')) : [], ...aboutAction(action)),
  };
}

function wildcard(pattern: string, covered: ActionSet, place: Place): Candidate {
  const all = actionsIn(covered).map(({ name }) => name);
  const across = countActions(covered & CROSS_ACCOUNT_ACTIONS);
  const where = place.kind === 'key' ? ' that a key policy can give' : '';
  const works = across === all.length ? 'All of them work across accounts.' : across === 0 ? 'None of them works across accounts.' : `${across} of them work across accounts.`;
  return plain(pattern, external(place) && across === 0 ? 3 : USUAL_WILDCARDS.has(pattern) ? 0 : 2, {
    kind: 'wildcard',
    detail: all.length > 2 ? `${all.length} actions` : all.map((name) => name.slice('kms:'.length)).join(', '),
    documentation: [
      ...paragraph(`Stands for ${all.length} actions${where}, and for those of such names that AWS adds in the future. ${works}`),
      ...paragraph(names(all, 24)),
    ],
  });
}

function wildcards(): string[] {
  const words = ACTIONS.map(({ name }) => /^kms:(?:ReEncrypt|[A-Z][a-z]+)/.exec(name)?.[0] ?? name);
  const shared = [...new Set(words)].filter((word) => countActions(expandAction(`${word}*`)) > 1);
  return ['kms:*', 'kms:GenerateDataKey*', 'kms:GenerateDataKeyPair*', ...shared.map((word) => `${word}*`)];
}
