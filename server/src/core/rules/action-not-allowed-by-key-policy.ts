import { enumerate } from '../access/say';
import { actionsIn, ALL_ACTIONS, IAM_ONLY_ACTIONS, KEY_ACTIONS, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { isMultiRegionId } from '../aws/key-arn';
import type { VerdictGroup } from '../access/pair';
import { placeOf } from '../locate/located';
import { listed } from '../generate/action-wording';
import { addActions } from '../generate/add-actions';
import { addToPolicy } from '../generate/write-statements';
import type { ActionPattern, Statement } from '../model/policy';
import type { Fix, Related, Severity } from './finding';
import { fixFiles, fixPolicy } from './fix';
import { actionsOf, asksOnlyFor, groupsWith, isLiteral, namedPatterns, type Ask } from './judgements/asks';
import { givenElsewhere, type GivenElsewhere } from './judgements/elsewhere';
import { isForeign, levelOfAbsence, linksOf } from './judgements/key-halves';
import { isForeignManaged } from './judgements/managed-keys';
import { isNeverTrue } from './judgements/never-true';
import { hasRegionFault } from './judgements/region-condition';
import { accountsWith, isForThisKeyAlone, mayGiveAccount } from './judgements/no-effect';
import { givenInVain } from './judgements/void-statements';
import { underConditions } from './judgements/powers';
import { removeAction } from './remove-action';
import type { Identity, Key } from '../workspace/world';
import type { Draft, IdentitySubject, PairSubject, RuleFor } from './rule';
import { nameOfIdentity, nameOfKey, nameOfStatement, namesOfActions, summaryOfActions } from './wording';

/**
 * The key policy is the ceiling: an identity policy can only hand on what the key policy allows this identity or its account.
 * Looks at all keys of an identity together, because a pattern in `Resource` may be meant for another one of them.
 */
export const actionNotAllowedByKeyPolicy: RuleFor<'identity', IdentitySubject> = {
  scope: 'identity',
  meta: {
    code: 'action-not-allowed-by-key-policy',
    severity: 'error',
    summary: 'The IAM policy allows an action that the key policy does not allow this identity or account',
    href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html',
    fixable: true,
  },
  *check({ pairs }) {
    const elsewhere = usefulElsewhere(pairs);
    for (const pair of pairs) yield* judgeAgain(pair, elsewhere);
  },
};

/** What was found about a pair, and what its statements gave elsewhere then. */
interface Judgement {
  readonly asked: readonly { readonly ask: Ask; readonly elsewhere: ActionSet }[];
  readonly drafts: readonly Draft[];
}

/** One key that changes leaves the findings on a hundred others behind the same pattern as they are. */
const judgements = new WeakMap<PairSubject, Judgement>();

function judgeAgain(pair: PairSubject, givenElsewhere: GivenElsewhere): readonly Draft[] {
  const known = judgements.get(pair);
  if (known?.asked.every(({ ask, elsewhere }) => elsewhere === givenElsewhere(pair, ask.statement))) return known.drafts;
  const groups = groupsToJudge(pair);
  const asked = groups.length === 0 ? [] : pair.asks.map((ask) => ({ ask, elsewhere: givenElsewhere(pair, ask.statement) }));
  const drafts = asked.flatMap(({ ask, elsewhere }) => [...judge(pair, elsewhere, ask, groups)]);
  judgements.set(pair, { asked, drafts });
  return drafts;
}

function groupsToJudge(pair: PairSubject): readonly VerdictGroup[] {
  // A key policy of nobody knows which account says nothing about the keys that other policies name.
  if (pair.key.account === undefined || isForeignManaged(pair)) return [];
  return groupsWith(pair.verdicts, ['key-policy-action', 'key-policy-condition']).filter((group) => !fallsForAFault(group, pair));
}

/** A finding stands at the condition in the key policy then: one cause, one finding. */
function fallsForAFault({ verdict, actions }: VerdictGroup, { key }: PairSubject): boolean {
  return verdict.failing.some(({ because: { half, statement }, condition }) => half === 'key-policy' && (hasRegionFault(statement, key) || isNeverTrue(condition, statement, actions)));
}

function* judge(pair: PairSubject, elsewhere: ActionSet, ask: Ask, groups: readonly VerdictGroup[]): Iterable<Draft> {
  const asked = actionsOf(groups) & KEY_ACTIONS & ~IAM_ONLY_ACTIONS & ask.actions & ~givenInVain(pair.key, pair.identity);
  if (asked === NO_ACTIONS) return;
  const denied = ask.naming === 'key' && ask.certain && !sharesId(pair) ? asked : asked & ~elsewhere;
  for (const pattern of namedPatterns(ask.statement)) {
    const missing = pattern.set & denied;
    if (missing === NO_ACTIONS) continue;
    const cause = groups.find((group) => (group.actions & missing) !== NO_ACTIONS);
    if (!cause) continue;
    const whole = isWhole(pair, ask, pattern, missing);
    const certain = groups.every(({ verdict, actions }) => verdict.outcome === 'denied' || (actions & missing) === NO_ACTIONS);
    const severity = levelOfAbsence(pair.key.policy, whole && certain ? levelOf(ask) : 'info');
    yield {
      at: placeOf(ask.policy, pattern.text.node.span),
      severity,
      unnecessary: severity === 'error' && cause.verdict.reason === 'key-policy-action' && isForThisKeyAlone(ask)
        && !accountsWith(ask.policy, pair.identity).some((account) => mayGiveAccount(pair.key, account, missing)),
      message: messageOf(pair, { pattern, missing, whole }, cause),
      related: openingStatements(pair, cause),
      rests: linksOf(pair.identity, pair.key),
      // What takes nothing but a useless permission away comes before what gives one.
      fixes: () => [...fixesInIdentityPolicy(pair, ask, { pattern, missing, whole }), ...fixesInKeyPolicy(pair, ask, missing, cause)],
    };
  }
}

/** A multi-Region key is several keys of one id, each with a policy of its own. */
function sharesId({ key }: PairSubject): boolean {
  return key.keyId !== undefined && isMultiRegionId(key.keyId);
}

/**
 * What other keys that the same statement reaches allow: the statement is of use there. For a key policy that could belong to
 * several keys these are the other key policies that could belong to the key: only what holds for all of them counts.
 */
function usefulElsewhere(pairs: readonly PairSubject[]): GivenElsewhere {
  const all = givenElsewhere(pairs);
  const withKeyPolicy = givenElsewhere(pairs, ({ key }) => key.policy !== undefined);
  return (pair, by) => (pair.key.arn === undefined ? withKeyPolicy : all)(pair, by);
}

/** A value of the IAM policy, with what of it the key policy does not allow. */
interface Lack {
  readonly pattern: ActionPattern;
  readonly missing: ActionSet;
  readonly whole: boolean;
}

/** Whether the key policy allows nothing that the value covers. Whoever writes `kms:*` does not mean the actions that are missing. */
function isWhole({ verdicts }: PairSubject, ask: Ask, pattern: ActionPattern, missing: ActionSet): boolean {
  return pattern.set !== ALL_ACTIONS && asksOnlyFor(pattern, missing | actionsOf(groupsWith(verdicts, ['not-cross-account'])) | ~ask.actions);
}

function levelOf(ask: Ask): Severity {
  if (ask.naming === 'any' || !ask.certain) return 'info';
  return ask.naming === 'key' ? 'error' : 'warning';
}

function messageOf({ identity, key }: PairSubject, { pattern, missing, whole }: Lack, { verdict }: VerdictGroup): string {
  const asConsumer = isJudgedAsConsumer(identity, verdict, key);
  const who = asConsumer ? OTHERS : nameOfIdentity(identity);
  const what = isLiteral(pattern) ? namesOfActions(missing) : `all that "${pattern.text.value}" covers`;
  if (verdict.reason === 'key-policy-condition') {
    const failing = [...new Set(verdict.failing.map(({ condition }) => condition.key))];
    return `The policy of ${nameOfKey(key)} allows ${namesOfActions(missing)} only if its condition on ${enumerate(failing)} is met, which is never the case for ${who}: the request is denied.`;
  }
  const end = asConsumer || isForeign(identity, key) ? 'across accounts both policies must allow a request' : 'the IAM policy alone is not enough';
  const home = asConsumer ? ` If this policy belongs to account ${key.account ?? ''} itself, attach it there: then other rules apply.` : '';
  if (isLiteral(pattern)) {
    return `The policy of ${nameOfKey(key)} does not allow ${who} ${what}, so the request is denied: ${end}.${grantNote(missing)}${home}`;
  }
  if (whole) return `The policy of ${nameOfKey(key)} allows ${who} nothing that "${pattern.text.value}" covers, so these requests are denied: ${end}.${grantNote(missing)}${home}`;
  return `The policy of ${nameOfKey(key)} does not allow ${who} ${what}: ${namesOfActions(missing)} ${isOne(missing) ? 'has' : 'have'} no effect here.${grantNote(missing)}${home}`;
}

const OTHERS = 'other accounts';

/** A policy that nobody attached is judged as a consumer's: what counts is how the key policy lets other accounts in. */
function isJudgedAsConsumer(identity: Identity, { because }: VerdictGroup['verdict'], { account }: Key): boolean {
  return identity.account === undefined && because.some(({ half, statement }) => half === 'key-policy'
    && statement.principal?.principals.some((principal) => principal.account !== undefined && principal.account !== account) === true);
}

function isOne(set: ActionSet): boolean {
  return (set & (set - 1n)) === NO_ACTIONS;
}

function grantNote(missing: ActionSet): string {
  return actionsIn(missing).some((action) => action.grantOperation) ? ' Only a grant could still allow it.' : '';
}

function openingStatements({ identity, key }: PairSubject, { verdict }: VerdictGroup): Related[] {
  const who = isJudgedAsConsumer(identity, verdict, key) ? OTHERS : nameOfIdentity(identity);
  if (verdict.reason === 'key-policy-condition') {
    return verdict.failing.map(({ because: { policy, statement }, condition }) => ({
      at: placeOf(policy, condition.keyMember.span),
      message: `Key policy: this condition of ${nameOfStatement(statement)} is never true for ${who}.`,
    }));
  }
  return verdict.because.filter(({ half, statement }) => half === 'key-policy' && statement.effect === 'Allow').map(({ policy, statement }) => ({
    at: placeOf(policy, statement.action?.member.value?.span ?? statement.node.span),
    message: `Key policy: ${nameOfStatement(statement)} allows only ${summaryOfActions((statement.action?.set ?? ALL_ACTIONS) & KEY_ACTIONS)} for ${who}.`,
  }));
}

/** For those whom a statement without a condition lets in already; for the identity alone where that statement names others besides. */
function fixesInKeyPolicy({ identity, key }: PairSubject, { statement: ask }: Ask, missing: ActionSet, { verdict }: VerdictGroup): Fix[] {
  const target = verdict.because.find(({ half, statement }) => half === 'key-policy' && statement.effect === 'Allow'
    && statement.action?.negated === false && statement.conditions.length === 0
    && statement.principal?.principals.some((principal) => principal.form === 'anyone') === false);
  if (!target || verdict.reason !== 'key-policy-action') return [];
  const { policy, statement } = target;
  const principal = namesOthers(statement, identity) ? identity.arn : undefined;
  const actions = underConditions(missing, ask);
  if (actions === NO_ACTIONS) return [];
  const additions = addActions({ policy, statement, principal, actions, ask });
  const places = additions.map(({ extend, statement: { Action: action } }) => (
    `${typeof action === 'string' ? action : listed(action as readonly string[])} ${extend ? `to the key policy's ${nameOfStatement(extend).replace(/^the /, '')}` : 'to the key policy in a statement of its own'}`));
  return [fixFiles(`Add ${places.join(', and ')}`, [addToPolicy(policy, additions).change], { confirm: isForeign(identity, key) })];
}

/** Whether actions that are added to the statement would be given to somebody else, too. */
function namesOthers({ principal }: Statement, { arn, account }: Identity): boolean {
  const principals = principal?.principals ?? [];
  return arn !== undefined && principals.length > 1 && !principals.every(({ form, account: named, text }) => text.value === arn || form === 'account' && named === account);
}

/** Only where the statement is about this key alone, and attached in no other account that has the action: it would be taken from there too. */
function fixesInIdentityPolicy(pair: PairSubject, ask: Ask, { pattern, missing, whole }: Lack): Fix[] {
  const action = ask.statement.action;
  if (!action || ask.naming !== 'key' || ask.resources.length !== ask.statement.resource?.patterns.length) return [];
  const [, ...others] = accountsWith(ask.policy, pair.identity);
  if (others.some((account) => mayGiveAccount(pair.key, account, missing))) return [];
  if (whole) return removeAction(ask.policy, ask.statement, pattern);
  const left = actionsIn(pattern.set & ~missing & pair.usable);
  const [only] = left;
  if (left.length !== 1 || !only) return [];
  return [fixPolicy(`Replace ${pattern.text.value} with ${only.name}`, ask.policy, [{ edit: 'replace', node: pattern.text.node, value: only.name }])];
}
