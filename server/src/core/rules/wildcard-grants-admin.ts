import { enumerate } from '../access/say';
import { actionNamed, CROSS_ACCOUNT_ACTIONS, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { arnResource, isAccountId } from '../aws/arn';
import { KEY_ADMINISTRATOR_ACTIONS, KEY_USER_ACTIONS } from '../aws/use-cases';
import { wordActions } from '../generate/action-wording';
import { placeOf, type LocatedPolicy } from '../locate/located';
import type { ActionPattern, Principal, Statement } from '../model/policy';
import type { TreeEdit } from '../parse/edit';
import type { Key, World } from '../workspace/world';
import type { Fix } from './finding';
import { fixPolicy } from './fix';
import { asksOf } from './judgements/asks';
import { keyAdminsOf } from './judgements/key-admins';
import { isOnGrants, POWERS, powersIn, underConditions } from './judgements/powers';
import { recipientsOf, type Recipient } from './judgements/recipients';
import { isJudged } from './judgements/statements';
import { reachesKms } from './judgements/values';
import type { Draft, PolicySubject, RuleFor } from './rule';
import { shortName } from './wording';
import { withoutTrailing } from '../text/trailing';

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
    if (!isJudged(policy)) return;
    for (const statement of policy.statements) {
      const wide = statement.effect === 'Allow' ? wideValues(statement) : [];
      if (wide.length > 0) yield* policy.kind === 'key' ? inKeyPolicy(subject, statement, wide) : inIdentityPolicy(subject, statement, wide);
    }
  },
};

interface Wide {
  readonly pattern: ActionPattern;
  /** The powers that it gives under the conditions of the statement. */
  readonly powers: ActionSet;
}

/** The patterns that cover a power, and not by its name. */
function wideValues(statement: Statement): readonly Wide[] {
  const { action } = statement;
  const wide: Wide[] = [];
  if (!action || action.negated || (action.set & POWERS) === NO_ACTIONS) return wide;
  for (const pattern of action.patterns) {
    const { value } = pattern.text;
    if (pattern.service !== 'kms' || (pattern.set & POWERS) === NO_ACTIONS || !/[*?]/.test(value) || isOnGrants(pattern)) continue;
    // "kms:PutKeyPolicy*" is no more than the name.
    if (actionNamed(withoutTrailing(value, /[*?]/))?.bit === pattern.set) continue;
    const powers = underConditions(pattern.set & POWERS, statement);
    if (powers !== NO_ACTIONS) wide.push({ pattern, powers });
  }
  return wide;
}

function* inKeyPolicy({ policy: located, key }: PolicySubject, statement: Statement, wide: readonly Wide[]): Iterable<Draft> {
  const recipients = recipientsOf(statement, key).filter(({ kind, principal }) => (
    kind !== 'own' || !isForAdministrators(statement, wide) && !isNeeded(principal, statement, located, key)));
  const [first] = recipients.filter(({ kind }) => kind === 'foreign').concat(recipients);
  if (!first) return;
  for (const { pattern, powers } of wide) {
    yield {
      at: placeOf(located, pattern.text.node.span),
      message: `"${pattern.text.value}" covers ${enumerate(powersIn(powers))}. ${consequence(first, powers)} Name the actions that are used.`,
      related: recipients.map(({ principal }) => ({ at: placeOf(located, principal.text.node.span), message: 'Given to this principal.' })),
      ...(recipients.every(({ kind }) => kind !== 'foreign') ? { rests: [] } : {}),
      fixes: (world) => keepsAdmins(located, key, statement) ? fixesFor(located, statement, pattern, usedBy(world, key, recipients)) : [],
    };
  }
}

/** Whether somebody may still change the key policy when this statement no longer gives that: else KMS would refuse it, or the key be lost. */
function keepsAdmins(located: LocatedPolicy, key: Key | undefined, { principal }: Statement): boolean {
  const admins = keyAdminsOf(located, key);
  const all = admins ? [...admins.lasting, ...admins.named] : [];
  return all.length === 0 || all.some((admin) => !principal?.principals.includes(admin));
}

/** Nobody but this identity, or those of this statement, may change the key policy: `key-policy-single-admin` says so, and narrowing it would lose the key. */
function isNeeded({ text }: Principal, { principal: element }: Statement, located: LocatedPolicy, key: Key | undefined): boolean {
  const admins = keyAdminsOf(located, key);
  if (!admins || admins.denial || admins.lasting.length > 0 || !admins.named.some((admin) => admin.text.value === text.value)) return false;
  return admins.named.every((admin) => admin.text.value === text.value || element?.principals.includes(admin));
}

/** The console's list for key administrators, in one of its editions or somewhat shorter: they are meant to have this. */
function isForAdministrators({ action }: Statement, wide: readonly Wide[]): boolean {
  const listed = ({ text }: ActionPattern): boolean => ADMINISTRATORS.has(text.value.toLowerCase());
  return wide.every(({ pattern }) => listed(pattern)) && (action?.patterns.filter(listed).length ?? 0) * 2 > ADMINISTRATORS.size;
}

const ADMINISTRATORS: ReadonlySet<string> = new Set(KEY_ADMINISTRATOR_ACTIONS.map((name) => name.toLowerCase()));

function consequence({ kind, account, principal }: Recipient, powers: ActionSet): string {
  const live = powersIn(powers & CROSS_ACCOUNT_ACTIONS);
  switch (kind) {
    case 'foreign': return live.length === 0
      ? `For account ${account ?? ''} they have no effect, as they work in the account of the key only.`
      : `For account ${account ?? ''} what works in the account of the key only has no effect, but ${enumerate(live)} ${live.length === 1 ? 'works' : 'work'}: a grant passes the key on.`;
    case 'everyone': return `Every identity ${account === undefined ? 'that the condition allows' : `of account ${account}`} can then ${can(powers)}.`;
    case 'service': return `${principal.text.value} needs to use the key, not to administer it.`;
    case 'own': return `With ${powersIn(powers).length === 1 ? 'it' : 'them'} ${shortNameOf(principal.text.value)} can ${can(powers)}.`;
  }
}

/** What somebody can do with the powers. */
function can(powers: ActionSet): string {
  const names = powersIn(powers);
  const hands = names.includes('kms:PutKeyPolicy') || names.includes('kms:CreateGrant');
  const takes = names.some((name) => !name.endsWith('Grant'));
  if (hands) return takes ? 'give the key to others or take it from everybody' : 'give the key to others';
  return takes ? 'take the key from everybody' : 'end what others have by grants';
}

function shortNameOf(arn: string): string {
  return arnResource(arn) || arn;
}

function* inIdentityPolicy({ policy: located, identities }: PolicySubject, statement: Statement, wide: readonly Wide[]): Iterable<Draft> {
  const { resource } = statement;
  if (!resource || !resource.negated && !resource.patterns.some(reachesKms)) return;
  const accounts = identities.map(({ account }) => account);
  const foreign = !resource.negated && accounts.length > 0 && resource.patterns.every(({ arn }) => (
    arn !== undefined && isAccountId(arn.account) && accounts.every((account) => account !== undefined && account !== arn.account)));
  const [name] = identities.map((identity) => shortName(identity)).filter((one) => one !== undefined);
  for (const { pattern, powers } of wide) {
    const live = powersIn(powers & CROSS_ACCOUNT_ACTIONS);
    yield {
      at: placeOf(located, pattern.text.node.span),
      message: `"${pattern.text.value}" covers ${enumerate(powersIn(powers))}. ${foreign
        ? `On a key of another account ${live.length === 0 ? 'they have no effect' : `only ${enumerate(live)} can have an effect there: a grant passes the key on`}.`
        : `With ${powersIn(powers).length === 1 ? 'it' : 'them'} ${name ?? 'whoever has this policy'} can ${can(powers)}.`} Name the actions that are used.`,
      rests: [],
      fixes: () => fixesFor(located, statement, pattern, []),
    };
  }
}

/** What IAM policies of the accounts ask of this key. */
function usedBy(world: World, key: Key | undefined, recipients: readonly Recipient[]): readonly string[] {
  if (!key) return [];
  const accounts = new Set(recipients.map(({ account }) => account));
  const asks = world.identities.filter(({ account }) => account !== undefined && accounts.has(account)).flatMap((identity) => asksOf(identity, key));
  const used = asks.reduce<ActionSet>((set, { actions }) => set | actions, NO_ACTIONS) & CROSS_ACCOUNT_ACTIONS;
  const written = asks.flatMap(({ statement }) => statement.action?.patterns.map(({ text }) => text.value) ?? []);
  return (used & POWERS) === NO_ACTIONS ? wordActions(used, written) : [];
}

function fixesFor(located: LocatedPolicy, statement: Statement, pattern: ActionPattern, used: readonly string[]): readonly Fix[] {
  return [
    ...(used.length > 0 ? [replaceBy(`Replace with what IAM policies use: ${enumerate(used)}`, located, statement, pattern, used, true)] : []),
    replaceBy('Replace with the five actions of key users', located, statement, pattern, KEY_USER_ACTIONS, false),
  ];
}

function replaceBy(title: string, located: LocatedPolicy, { action }: Statement, pattern: ActionPattern, names: readonly string[], preferred: boolean): Fix {
  const { node } = pattern.text;
  const edits: TreeEdit[] = action?.member.value?.kind === 'list'
    ? [{ edit: 'remove-item', member: action.member, item: node }, ...names.map((value): TreeEdit => ({ edit: 'append', member: action.member, value }))]
    : [{ edit: 'replace', node, value: names }];
  return fixPolicy(title, located, edits, { preferred });
}
