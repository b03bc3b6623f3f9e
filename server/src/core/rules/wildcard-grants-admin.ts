import { joinNames } from '../access/text/describe-access';
import {
  actionNamed, actionsIn, actionsWhere, CROSS_ACCOUNT_ACTIONS, KEY_ACTIONS, NO_ACTIONS, unionOfActions, type ActionSet,
} from '../aws/actions';
import { arnResource, isAccountId } from '../aws/arn';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { KEY_ADMINISTRATOR_ACTIONS, KEY_USER_ACTIONS } from '../aws/use-cases';
import { actionPatternsFor } from '../generate/action-patterns';
import { writtenActionsOf } from '../generate/statement-permissions';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { ActionPattern, Principal, Statement } from '../policy/policy';
import type { TreeEdit } from '../syntax/tree-edit';
import type { Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { fixPolicy, type Fix } from './shared/fix';
import { requestsForKey } from './shared/key-access-requests';
import { keyAdministratorsOf } from './shared/key-administrators';
import { coversOnlyGrantActions, grantRecipientsOf, type GrantRecipient } from './shared/grant-recipients';
import { actionsApplicableUnderConditions } from './shared/kms-conditions';
import { mayMatchKms } from './shared/value-faults';
import type { FindingDraft, PolicySubject, Rule } from './rule';
import { shortNameOfIdentity, isSingleAction } from './shared/wording';
import { withoutTrailingCharacters } from '../text/trailing-characters';

export const wildcardGrantsAdmin: Rule = {
  code: 'wildcard-grants-admin',
  severity: 'warning',
  summary: 'A wildcard gives the administration of the key to others than its owner',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/iam-policies-best-practices.html',
  check: {
    *statement(statement, subject) {
      const { policy } = subject.policy;
      const wideActions = statement.effect === 'Allow' ? wideActionsOf(statement) : [];
      if (wideActions.length === 0) return;
      yield* policy.kind === 'key'
        ? keyPolicyDrafts(subject, statement, wideActions)
        : identityPolicyDrafts(subject, statement, wideActions);
    },
  },
};

/** Actions with which a key can be handed to others, or taken from everybody: its policy, its grants, its deletion. */
const ADMIN_ACTIONS: ActionSet = KEY_ACTIONS & actionsWhere(({ accessLevel, name }) =>
  accessLevel === 'Permissions management' || name === 'kms:ScheduleKeyDeletion' || name === 'kms:DisableKey');

/** The names of the administrative actions among these, the gravest first. */
function adminActionsIn(set: ActionSet): string[] {
  const names = actionsIn(set & ADMIN_ACTIONS).map(({ name }) => name);
  return [...names.filter((name) => !name.endsWith('Grant')), ...names.filter((name) => name.endsWith('Grant'))];
}

interface WideAction {
  readonly pattern: ActionPattern;
  /** The administrative actions that it allows under the conditions of the statement. */
  readonly adminActions: ActionSet;
}

/** The patterns that cover administrative actions without naming them. */
function wideActionsOf(statement: Statement): readonly WideAction[] {
  const { action } = statement;
  const wideActions: WideAction[] = [];
  if (!action || action.negated || (action.actionSet & ADMIN_ACTIONS) === NO_ACTIONS) return wideActions;
  for (const pattern of action.patterns) {
    const { value } = pattern.text;
    if (pattern.service !== 'kms' || (pattern.actionSet & ADMIN_ACTIONS) === NO_ACTIONS) continue;
    if (!/[*?]/.test(value) || coversOnlyGrantActions(pattern)) continue;
    // "kms:PutKeyPolicy*" covers only the action that it names.
    if (actionNamed(withoutTrailingCharacters(value, /[*?]/))?.bit === pattern.actionSet) continue;
    const adminActions = actionsApplicableUnderConditions(pattern.actionSet & ADMIN_ACTIONS, statement);
    if (adminActions !== NO_ACTIONS) wideActions.push({ pattern, adminActions });
  }
  return wideActions;
}

function* keyPolicyDrafts(subject: PolicySubject, statement: Statement, wideActions: readonly WideAction[]): Iterable<FindingDraft> {
  const { policy: located, key } = subject;
  const grantRecipients = grantRecipientsOf(statement, key).filter(({ kind, principal }) => (
    kind !== 'own' || !isForAdministrators(statement, wideActions) && !isOnlyAdministrator(principal, statement, subject)));
  const [first] = grantRecipients.filter(({ kind }) => kind === 'foreign').concat(grantRecipients);
  if (!first) return;
  for (const { pattern, adminActions } of wideActions) {
    yield {
      at: locationInFile(located, pattern.text.node.span),
      message: `"${pattern.text.value}" ${consequence(first, adminActions)} Name the actions that are used.`,
      related: grantRecipients
        .map(({ principal }) => ({ at: locationInFile(located, principal.text.node.span), message: 'Given to this principal.' })),
      ...(grantRecipients.every(({ kind }) => kind !== 'foreign') ? { dependsOnLinks: [] } : {}),
      fixes: (world) =>
        keepsAdministrators(subject, statement)
          ? fixesFor(located, statement, pattern, actionsUsedByRecipients(world, key, grantRecipients))
          : [],
    };
  }
}

/**
 * Whether somebody else may change the key policy. If not, KMS would reject a policy without this statement's actions, or the key would be
 * lost.
 */
function keepsAdministrators(subject: PolicySubject, { principal }: Statement): boolean {
  const admins = subject.memoize(keyAdministratorsOf, subject);
  const all = admins ? [...admins.accountPrincipals, ...admins.identityPrincipals] : [];
  return all.length === 0 || all.some((admin) => !principal?.principals.includes(admin));
}

/** Whether only this identity, or those of this statement, may change the key policy, which `key-policy-single-admin` reports. */
function isOnlyAdministrator({ text }: Principal, { principal: element }: Statement, subject: PolicySubject): boolean {
  const admins = subject.memoize(keyAdministratorsOf, subject);
  if (!admins || admins.denyStatement || admins.accountPrincipals.length > 0) return false;
  return admins.identityPrincipals.some((admin) => admin.text.value === text.value)
    && admins.identityPrincipals.every((admin) => admin.text.value === text.value || element?.principals.includes(admin));
}

/** Whether this is the console's list for key administrators, in one of its versions or somewhat shorter. */
function isForAdministrators({ action }: Statement, wideActions: readonly WideAction[]): boolean {
  const isListed = ({ text }: ActionPattern): boolean => ADMINISTRATOR_ACTION_NAMES.has(text.value.toLowerCase());
  return wideActions.every(({ pattern }) => isListed(pattern))
    && (action?.patterns.filter(isListed).length ?? 0) * 2 > ADMINISTRATOR_ACTION_NAMES.size;
}

const ADMINISTRATOR_ACTION_NAMES: ReadonlySet<string> = new Set(KEY_ADMINISTRATOR_ACTIONS.map((name) => name.toLowerCase()));

function consequence({ kind, account, principal }: GrantRecipient, adminActions: ActionSet): string {
  switch (kind) {
    case 'foreign': return foreignConsequence(`account ${account ?? ''}`, adminActions);
    case 'everyone':
      return ownerConsequence(account === undefined ? 'every identity that the condition allows' : `every identity of account ${account}`,
        adminActions);
    case 'service': return `allows ${principal.text.value} to administer the key, and it needs only to use it: `
      + `${joinNames(adminActionsIn(adminActions))} ${isSingleAction(adminActions) ? 'is' : 'are'} covered.`;
    case 'own': return ownerConsequence(arnResource(principal.text.value) || principal.text.value, adminActions);
  }
}

function ownerConsequence(name: string, adminActions: ActionSet): string {
  return `allows ${name} to ${describeAdminActions(adminActions)}: it covers ${joinNames(adminActionsIn(adminActions))}.`;
}

/** Of the actions of administrators, only those on grants work across accounts. */
function foreignConsequence(name: string, adminActions: ActionSet): string {
  const crossAccountActions = adminActions & CROSS_ACCOUNT_ACTIONS;
  const names = joinNames(adminActionsIn(adminActions));
  if (crossAccountActions === NO_ACTIONS)
    return `covers ${names}, which ${isSingleAction(adminActions) ? 'has' : 'have'} no effect on a key of another account.`;
  const crossAccountNames = adminActionsIn(crossAccountActions);
  return `allows ${name} to ${describeAdminActions(crossAccountActions)}: of ${names}, `
    + `${joinNames(crossAccountNames)} ${crossAccountNames.length === 1 ? 'works' : 'work'} on a key of another account.`;
}

/** What somebody can do by these actions. */
function describeAdminActions(adminActions: ActionSet): string {
  const names = adminActionsIn(adminActions);
  const canGive = names.includes('kms:PutKeyPolicy') || names.includes('kms:CreateGrant');
  const canTake = names.some((name) => !name.endsWith('Grant'));
  if (canGive) return canTake ? 'give the key to others or take it from everybody' : 'give the key to others';
  return canTake ? 'take the key from everybody' : 'end what others have by grants';
}

function* identityPolicyDrafts(
  { policy: located, identities }: PolicySubject, statement: Statement, wideActions: readonly WideAction[],
): Iterable<FindingDraft> {
  const { resource } = statement;
  if (!resource || !resource.negated && !resource.patterns.some(mayMatchKms)) return;
  const accounts = identities.map(({ account }) => account);
  const foreign = !resource.negated && accounts.length > 0 && resource.patterns.every(({ arn }) => (
    arn !== undefined && isAccountId(arn.account) && accounts.every((account) => compareIdentifiers(account, arn.account) === 'different')
  ));
  const name = identities.map(shortNameOfIdentity).find((shortName) => shortName !== undefined);
  for (const { pattern, adminActions } of wideActions) {
    const consequenceOf = foreign ? foreignConsequence : ownerConsequence;
    yield {
      at: locationInFile(located, pattern.text.node.span),
      message: `"${pattern.text.value}" ${consequenceOf(name ?? 'whoever has this policy', adminActions)} Name the actions that are used.`,
      dependsOnLinks: [],
      fixes: () => fixesFor(located, statement, pattern, []),
    };
  }
}

/** The actions that IAM policies of the accounts request on this key. */
function actionsUsedByRecipients(world: World, key: Key | undefined, grantRecipients: readonly GrantRecipient[]): readonly string[] {
  if (!key) return [];
  const accounts = new Set(grantRecipients.map(({ account }) => account));
  const requests = world.identities
    .filter(({ account }) => account !== undefined && accounts.has(account))
    .flatMap((identity) => requestsForKey(identity, key, world.memoize));
  const requestedActions = unionOfActions(requests) & CROSS_ACCOUNT_ACTIONS;
  const writtenActions = requests.flatMap(({ statement }) => writtenActionsOf(statement));
  return (requestedActions & ADMIN_ACTIONS) === NO_ACTIONS ? actionPatternsFor(requestedActions, writtenActions) : [];
}

function fixesFor(located: DiscoveredPolicy, statement: Statement, pattern: ActionPattern,
  requestedActions: readonly string[]): readonly Fix[] {
  const fix = replaceActionFix('Replace with the five actions of key users', located, statement, pattern, KEY_USER_ACTIONS, false);
  if (requestedActions.length === 0) return [fix];
  const title = `Replace with what IAM policies use: ${joinNames(requestedActions)}`;
  return [replaceActionFix(title, located, statement, pattern, requestedActions, true), fix];
}

function replaceActionFix(
  title: string, located: DiscoveredPolicy, { action }: Statement, pattern: ActionPattern, names: readonly string[], preferred: boolean,
): Fix {
  const { node } = pattern.text;
  const edits: TreeEdit[] = action?.member.value?.kind === 'list'
    ? [{ edit: 'remove-item', member: action.member, item: node },
      ...names.map((value): TreeEdit => ({ edit: 'append', member: action.member, value }))]
    : [{ edit: 'replace', node, value: names }];
  return fixPolicy(title, located, edits, { preferred });
}
