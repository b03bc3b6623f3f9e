import { joinNames } from '../access/text/describe-access';
import { actionNamed, actionsIn, actionsWhere, CROSS_ACCOUNT_ACTIONS, KEY_ACTIONS, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { arnResource, isAccountId } from '../aws/arn';
import { KEY_ADMINISTRATOR_ACTIONS, KEY_USER_ACTIONS } from '../aws/use-cases';
import { actionPatternsFor } from '../generate/action-patterns';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { ActionPattern, Principal, Statement } from '../policy/policy';
import type { TreeEdit } from '../syntax/tree-edit';
import type { Key } from '../linking/entities';
import type { World } from '../workspace/world';
import type { Fix } from './shared/finding';
import { fixPolicy } from './shared/fix';
import { requestsForKey } from './shared/key-access-requests';
import { keyAdministratorsOf } from './shared/key-administrators';
import { coversOnlyGrantActions, grantRecipientsOf, type GrantRecipient } from './shared/grant-recipients';
import { actionsApplicableUnderConditions } from './shared/kms-conditions';
import { isKmsPolicy } from './shared/kms-statements';
import { mayMatchKms } from './shared/value-faults';
import type { FindingDraft, PolicySubject, RuleFor } from './rule';
import { shortNameOfIdentity } from './shared/wording';
import { withoutTrailingCharacters } from '../text/trailing-characters';

/** A pattern that reads like "use the key" and covers what changes its policy, its grants or its life. */
export const wildcardGrantsAdmin: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'wildcard-grants-admin',
    severity: 'warning',
    summary: 'A wildcard gives the administration of the key to others than its owner',
    href: 'https://docs.aws.amazon.com/kms/latest/developerguide/iam-policies-best-practices.html',
    fixable: true,
  },
  *check(subject) {
    const { policy } = subject.policy;
    if (!isKmsPolicy(policy)) return;
    for (const statement of policy.statements) {
      const wide = statement.effect === 'Allow' ? wideActionsOf(statement) : [];
      if (wide.length > 0) yield* policy.kind === 'key' ? keyPolicyDrafts(subject, statement, wide) : identityPolicyDrafts(subject, statement, wide);
    }
  },
};

/** Actions with which a key can be handed to others, or taken from everybody: its policy, its grants, its deletion. */
const ADMIN_ACTIONS: ActionSet = KEY_ACTIONS
  & actionsWhere(({ accessLevel, name }) => accessLevel === 'Permissions management' || name === 'kms:ScheduleKeyDeletion' || name === 'kms:DisableKey');

/** The names of the administrative actions among these, the gravest first. */
function adminActionsIn(set: ActionSet): string[] {
  const names = actionsIn(set & ADMIN_ACTIONS).map(({ name }) => name);
  return [...names.filter((name) => !name.endsWith('Grant')), ...names.filter((name) => name.endsWith('Grant'))];
}

interface WideAction {
  readonly pattern: ActionPattern;
  /** The powers that it gives under the conditions of the statement. */
  readonly powers: ActionSet;
}

/** The patterns that cover a power, and not by its name. */
function wideActionsOf(statement: Statement): readonly WideAction[] {
  const { action } = statement;
  const wide: WideAction[] = [];
  if (!action || action.negated || (action.actionSet & ADMIN_ACTIONS) === NO_ACTIONS) return wide;
  for (const pattern of action.patterns) {
    const { value } = pattern.text;
    if (pattern.service !== 'kms' || (pattern.actionSet & ADMIN_ACTIONS) === NO_ACTIONS || !/[*?]/.test(value) || coversOnlyGrantActions(pattern)) continue;
    // "kms:PutKeyPolicy*" is no more than the name.
    if (actionNamed(withoutTrailingCharacters(value, /[*?]/))?.bit === pattern.actionSet) continue;
    const powers = actionsApplicableUnderConditions(pattern.actionSet & ADMIN_ACTIONS, statement);
    if (powers !== NO_ACTIONS) wide.push({ pattern, powers });
  }
  return wide;
}

function* keyPolicyDrafts({ policy: located, key }: PolicySubject, statement: Statement, wide: readonly WideAction[]): Iterable<FindingDraft> {
  const grantRecipients = grantRecipientsOf(statement, key).filter(({ kind, principal }) => (
    kind !== 'own' || !isForAdministrators(statement, wide) && !isOnlyAdministrator(principal, statement, located, key)));
  const [first] = grantRecipients.filter(({ kind }) => kind === 'foreign').concat(grantRecipients);
  if (!first) return;
  for (const { pattern, powers } of wide) {
    yield {
      at: locationInFile(located, pattern.text.node.span),
      message: `"${pattern.text.value}" covers ${enumerate(adminActionsIn(powers))}. `
        + `${consequence(first, powers)} Name the actions that are used.`,
      related: grantRecipients.map(({ principal }) => ({ at: locationInFile(located, principal.text.node.span), message: 'Given to this principal.' })),
      ...(grantRecipients.every(({ kind }) => kind !== 'foreign') ? { dependsOnLinks: [] } : {}),
      fixes: (world) => keepsAdministrators(located, key, statement) ? fixesFor(located, statement, pattern, actionsUsedByRecipients(world, key, grantRecipients)) : [],
    };
  }
}

/** Whether somebody may still change the key policy when this statement no longer gives that: else KMS would refuse it, or the key be lost. */
function keepsAdministrators(located: DiscoveredPolicy, key: Key | undefined, { principal }: Statement): boolean {
  const admins = keyAdministratorsOf(located, key);
  const all = admins ? [...admins.accountPrincipals, ...admins.identityPrincipals] : [];
  return all.length === 0 || all.some((admin) => !principal?.principals.includes(admin));
}

/** Nobody but this identity, or those of this statement, may change the key policy: `key-policy-single-admin` says so, and narrowing it would lose the key. */
function isOnlyAdministrator({ text: policyString }: Principal, { principal: element }: Statement, located: DiscoveredPolicy, key: Key | undefined): boolean {
  const admins = keyAdministratorsOf(located, key);
  if (!admins || admins.denyStatement || admins.accountPrincipals.length > 0 || !admins.identityPrincipals.some((admin) => admin.text.value === policyString.value)) return false;
  return admins.identityPrincipals.every((admin) => admin.text.value === policyString.value || element?.principals.includes(admin));
}

/** The console's list for key administrators, in one of its editions or somewhat shorter: they are meant to have this. */
function isForAdministrators({ action }: Statement, wide: readonly WideAction[]): boolean {
  const listed = ({ text: policyString }: ActionPattern): boolean => ADMINISTRATOR_ACTION_NAMES.has(policyString.value.toLowerCase());
  return wide.every(({ pattern }) => listed(pattern)) && (action?.patterns.filter(listed).length ?? 0) * 2 > ADMINISTRATOR_ACTION_NAMES.size;
}

const ADMINISTRATOR_ACTION_NAMES: ReadonlySet<string> = new Set(KEY_ADMINISTRATOR_ACTIONS.map((name) => name.toLowerCase()));

function consequence({ kind, account, principal }: GrantRecipient, powers: ActionSet): string {
  const live = adminActionsIn(powers & CROSS_ACCOUNT_ACTIONS);
  switch (kind) {
    case 'foreign': return live.length === 0
      ? `For account ${account ?? ''} they have no effect, as they work in the account of the key only.`
      : `For account ${account ?? ''} what works in the account of the key only has no effect, but ${enumerate(live)} `
        + `${live.length === 1 ? 'works' : 'work'}: a grant passes the key on.`;
    case 'everyone': return `Every identity ${account === undefined ? 'that the condition allows' : `of account ${account}`} can then `
      + `${describeAdminActions(powers)}.`;
    case 'service': return `${principal.text.value} needs to use the key, not to administer it.`;
    case 'own': return `With ${adminActionsIn(powers).length === 1 ? 'it' : 'them'} ${shortNameOf(principal.text.value)} can `
      + `${describeAdminActions(powers)}.`;
  }
}

/** What somebody can do with the powers. */
function describeAdminActions(powers: ActionSet): string {
  const names = adminActionsIn(powers);
  const hands = names.includes('kms:PutKeyPolicy') || names.includes('kms:CreateGrant');
  const takes = names.some((name) => !name.endsWith('Grant'));
  if (hands) return takes ? 'give the key to others or take it from everybody' : 'give the key to others';
  return takes ? 'take the key from everybody' : 'end what others have by grants';
}

function shortNameOf(arn: string): string {
  return arnResource(arn) || arn;
}

function* identityPolicyDrafts({ policy: located, identities }: PolicySubject, statement: Statement, wide: readonly WideAction[]): Iterable<FindingDraft> {
  const { resource } = statement;
  if (!resource || !resource.negated && !resource.patterns.some(mayMatchKms)) return;
  const accounts = identities.map(({ account }) => account);
  const foreign = !resource.negated && accounts.length > 0 && resource.patterns.every(({ arn }) => (
    arn !== undefined && isAccountId(arn.account) && accounts.every((account) => account !== undefined && account !== arn.account)));
  const [name] = identities.map((identity) => shortNameOfIdentity(identity)).filter((one) => one !== undefined);
  for (const { pattern, powers } of wide) {
    const live = adminActionsIn(powers & CROSS_ACCOUNT_ACTIONS);
    yield {
      at: locationInFile(located, pattern.text.node.span),
      message: `"${pattern.text.value}" covers ${enumerate(adminActionsIn(powers))}. ${foreign
        ? 'On a key of another account '
          + `${live.length === 0 ? 'they have no effect' : `only ${enumerate(live)} can have an effect there: a grant passes the key on`}.`
        : `With ${adminActionsIn(powers).length === 1 ? 'it' : 'them'} ${name ?? 'whoever has this policy'} can `
          + `${describeAdminActions(powers)}.`} Name the actions that are used.`,
      dependsOnLinks: [],
      fixes: () => fixesFor(located, statement, pattern, []),
    };
  }
}

/** What IAM policies of the accounts ask of this key. */
function actionsUsedByRecipients(world: World, key: Key | undefined, grantRecipients: readonly GrantRecipient[]): readonly string[] {
  if (!key) return [];
  const accounts = new Set(grantRecipients.map(({ account }) => account));
  const keyAccessRequests = world.identities.filter(({ account }) => account !== undefined && accounts.has(account)).flatMap((identity) => requestsForKey(identity, key));
  const used = keyAccessRequests.reduce<ActionSet>((set, { actions }) => set | actions, NO_ACTIONS) & CROSS_ACCOUNT_ACTIONS;
  const written = keyAccessRequests.flatMap(({ statement }) => statement.action?.patterns.map(({ text: policyString }) => policyString.value) ?? []);
  return (used & ADMIN_ACTIONS) === NO_ACTIONS ? actionPatternsFor(used, written) : [];
}

function fixesFor(located: DiscoveredPolicy, statement: Statement, pattern: ActionPattern, used: readonly string[]): readonly Fix[] {
  return [
    ...(used.length > 0 ? [replaceActionFix(`Replace with what IAM policies use: ${joinNames(used)}`, located, statement, pattern, used, true)] : []),
    replaceActionFix('Replace with the five actions of key users', located, statement, pattern, KEY_USER_ACTIONS, false),
  ];
}

function replaceActionFix(title: string, located: DiscoveredPolicy, { action }: Statement, pattern: ActionPattern, names: readonly string[], preferred: boolean): Fix {
  const { node } = pattern.text;
  const edits: TreeEdit[] = action?.member.value?.kind === 'list'
    ? [{ edit: 'remove-item', member: action.member, item: node }, ...names.map((value): TreeEdit => ({ edit: 'append', member: action.member, value }))]
    : [{ edit: 'replace', node, value: names }];
  return fixPolicy(title, located, edits, { preferred });
}
