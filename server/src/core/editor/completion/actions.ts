import {
  ACTIONS, actionsIn, countActions, CROSS_ACCOUNT_ACTIONS, expandAction, hasAction, IAM_ONLY_ACTIONS, KEY_ACTIONS, NO_ACTIONS, type ActionInfo, type ActionSet,
} from '../../aws/actions';
import { page, plain, type Candidate } from './candidate';
import { external } from './external';
import { otherValues, type Place } from './place';

/** A wildcard for each first word that several actions have, and those that AWS's own policies use. */
const WILDCARDS: readonly string[] = wildcards();
/** AWS's own services call it (reference, section 3): nobody has a use for it in a policy. */
const INTERNAL = 'kms:SynchronizeMultiRegionKey';
/** More names than this are counted. */
const MAX_NAMES = 14;

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
  const { name, accessLevel, crossAccount, keyTypes, conditionKeys, resourceTypes } = action;
  const detail = `${accessLevel} · ${crossAccount ? 'works across accounts' : 'not across accounts'}`;
  return {
    label: name, kind: 'action', detail, writes: { value: name },
    rank: name === INTERNAL ? 4 : acrossAccounts && !crossAccount ? 3 : 0,
    documentation: page(action,
      hasAction(IAM_ONLY_ACTIONS, action) ? '**Without effect in a key policy.**' : '',
      acrossAccounts && !crossAccount ? '**Has no effect on a key of another account.**' : '',
      resourceTypes.length === 0 ? 'Takes no key: its statement needs `"Resource": "*"`.' : '',
      [
        `- Access level: ${accessLevel}`, `- Across accounts: ${crossAccount ? 'yes' : 'no'}`,
        ...keyTypes.length > 0 ? [`- Types of keys: ${keyTypes.join(', ')}`] : [],
        ...conditionKeys.length > 0 ? [`- Condition keys: ${conditionKeys.map((key) => `\`${key}\``).join(', ')}`] : [],
      ].join('\n')),
  };
}

function wildcard(pattern: string, covered: ActionSet, place: Place): Candidate {
  const names = actionsIn(covered).map(({ name }) => name.slice('kms:'.length));
  const shown = names.length > MAX_NAMES ? [...names.slice(0, MAX_NAMES - 1), `${names.length - MAX_NAMES + 1} more`] : names;
  const across = countActions(covered & CROSS_ACCOUNT_ACTIONS);
  const where = place.kind === 'key' ? ' that a key policy can give' : '';
  return plain(pattern, external(place) && across === 0 ? 3 : 1, {
    kind: 'wildcard',
    detail: names.length > 4 ? `${names.length} actions` : names.join(', '),
    documentation: [
      `Stands for ${names.length} actions${where}, and for those of such names that AWS adds in the future:`,
      shown.map((name) => (/^[A-Z]/.test(name) ? `- \`kms:${name}\`` : `- ${name}`)).join('\n'),
      across === names.length ? 'All of them work across accounts.' : across === 0 ? 'None of them works across accounts.' : `${across} of them work across accounts.`,
    ].join('\n\n'),
  });
}

function wildcards(): string[] {
  const words = ACTIONS.map(({ name }) => /^kms:(?:ReEncrypt|[A-Z][a-z]+)/.exec(name)?.[0] ?? name);
  const shared = [...new Set(words)].filter((word) => countActions(expandAction(`${word}*`)) > 1);
  return ['kms:*', 'kms:GenerateDataKey*', 'kms:GenerateDataKeyPair*', ...shared.map((word) => `${word}*`)];
}
