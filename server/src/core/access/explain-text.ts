import { ALIAS_ACTIONS, NO_ACTIONS } from '../aws/actions';
import { placeOf } from '../locate/located';
import type { Statement } from '../model/policy';
import type { Location } from '../text/span';
import type { Identity } from '../workspace/world';
import { callerOf } from './caller';
import { decidingPlace, neighbourOf, principalMeant, type AskedAction, type Question } from './deciding-place';
import { NO_ORGANIZATIONS } from './context';
import { matchPrincipals } from './match-principal';
import { matchOwnKey, matchResources } from './match-resource';
import { actionsText, conditionText, conditionWords, constraintTexts, denialTexts, enumerate, holderText, identityText, principalText, sessionTexts, statementsDenying } from './say';
import type { Because, Half, OpenCondition, Reason, Verdict } from './verdict';
import { falseConditions } from './weigh';

/** Says where something stands: `producer/key.json:12`. */
export type Place = (at: Location) => string;

/** The verdict as one sentence or two that a person can act on: what decides, where, and what is there instead. */
export function explainVerdict(verdict: Verdict, question: Question, place: Place): string {
  return `${OUTCOME_WORDS[verdict.outcome]}: ${reasonText(verdict, question, place)}`;
}

/** The same without the outcome: why it is so, beginning in lower case. */
export function reasonText(verdict: Verdict, question: Question, place: Place): string {
  const ofServices = question.identity.kind === 'service' ? SERVICE_SENTENCES[verdict.reason] : undefined;
  return (ofServices ?? SENTENCES[verdict.reason])(verdict, { question, place });
}

const OUTCOME_WORDS: Record<Verdict['outcome'], string> = {
  allowed: 'Allowed', conditional: 'Allowed under conditions', denied: 'Denied', unknown: 'Unknown',
};

interface Telling {
  readonly question: Question;
  readonly place: Place;
}

type Sentence = (verdict: Verdict, telling: Telling) => string;

const SENTENCES: Record<Reason, Sentence> = {
  'both-allow': (verdict, telling) => `${allowing(verdict, telling)}${provisos(verdict)}.`,
  'grant': byGrant,
  'partition': (_, { question: { identity, key } }) => (
    `the key is in the partition ${key.partition ?? '?'} and ${identityText(identity)} in ${identity.partition ?? '?'}; no access crosses partitions.`
  ),
  'account': (verdict, telling) => `the IAM policy${at(verdict, 'identity-policy', telling)} names this key in another account, but account ${telling.question.key.account ?? '?'} owns it.`,
  'region': (verdict, telling) => `the IAM policy${at(verdict, 'identity-policy', telling)} names this key in another Region, but it lives in ${telling.question.key.region ?? '?'}.`,
  'identity-not-named': (verdict, telling) => (
    `the key policy${at(verdict, 'key-policy', telling)} allows ${neighbours(verdict, telling)}, but neither ${who(telling)} nor the whole account${inVain(verdict, telling)}.`
  ),
  'not-delegating': (verdict, telling) => (
    `the key policy${policyPlace(telling)} neither names ${who(telling)} nor leaves ${what(telling)} to the IAM policies of account ${account(telling)}${delegationLimit(verdict, telling)}${inVain(verdict, telling)}.`
  ),
  'key-policy-missing': (verdict, telling) => {
    const own = at(verdict, 'identity-policy', telling);
    return `the workspace does not contain the policy of this key, which decides on ${what(telling)}${own === '' ? '' : `; the IAM policy${own} would allow ${agree(telling, 'it', 'them')}`}.`;
  },
  'key-policy-silent': (verdict, telling) => (
    `the key policy${policyPlace(telling)} allows nobody in account ${account(telling)}${letInInstead(telling)}${inVain(verdict, telling)}.`
  ),
  'key-policy-action': (verdict, telling) => {
    const opening = statementsOf(verdict, 'key-policy');
    return `the key policy${at(verdict, 'key-policy', telling)} allows only ${actionsText(opening)} for ${admitted(opening, telling)}${inVain(verdict, telling)}.`;
  },
  'key-policy-condition': (verdict, telling) => (
    `the key policy${at(verdict, 'key-policy', telling)} allows ${what(telling)} only if ${conditions(verdict.failing)}, which is never the case for ${who(telling)}${inVain(verdict, telling)}.`
  ),
  'not-cross-account': (_, { question: { action, key, identity } }) => (key.awsManaged
    ? `this is an AWS managed key of account ${key.account ?? '?'}, and those cannot be shared with another account.`
    : `${action.name} ${plural(action, 'does', 'do')} not work across accounts, whatever the policies say: account ${key.account ?? '?'} owns the key, ${identityText(identity)} is outside of it.`),
  'key-policy-denies': (verdict, telling) => `the key policy denies ${what(telling)}${at(verdict, 'key-policy', telling, 'Deny')}, and no Allow overrides a Deny.`,
  'identity-policy-denies': (verdict, telling) => `an IAM policy of ${who(telling)} denies ${what(telling)}${at(verdict, 'identity-policy', telling, 'Deny')}, and no Allow overrides a Deny.`,
  'identity-policy-condition': (verdict, telling) => (
    `the IAM policy${at(verdict, 'identity-policy', telling)} allows ${what(telling)} only if ${conditions(verdict.failing)}, which is never the case on this key.`
  ),
  'identity-policy-missing': (verdict, telling) => {
    const key = at(verdict, 'key-policy', telling);
    return `${key === '' ? '' : `the key policy${key} would allow ${agree(telling, 'it', 'them')}, but `}${ownInstead(telling)}.`;
  },
  'conditions-contradict': contradicting,
  'needs-grant': ({ outcome }, { question: { action, identity } }) => {
    if (action.name === 'kms:RetireGrant') return `only the grant itself says who may retire it, and the workspace contains no grant on this key that ${identityText(identity)} may retire.`;
    const role = `${identityText(identity)} is a service-linked role of another account, whose policies nobody can edit`;
    return outcome === 'unknown'
      ? `${role}, and the workspace does not contain the one that AWS wrote for it: unless that allows ${action.name} on keys of other accounts, only a grant on the key gives it.`
      : `${role}: only a grant on the key gives it ${action.name}.`;
  },
  'unresolved': (verdict, telling) => (
    `it depends on a placeholder, a policy variable, or on which identity or account is meant${verdict.because.length > 0 ? ` (${places(verdict.because, verdict, telling)})` : ''}.`
  ),
};

/** A service has no account and no IAM policies: only the key policy, or a grant, can let it in. */
const SERVICE_SENTENCES: Partial<Record<Reason, Sentence>> = {
  'key-policy-silent': (_, telling) => `the key policy${policyPlace(telling)} does not allow ${who(telling)}${letInInstead(telling)}.`,
  'key-policy-condition': (verdict, telling) => (
    `the key policy${at(verdict, 'key-policy', telling)} allows ${what(telling)} only if ${conditions(verdict.failing)}, which is never the case where ${who(telling)} calls as itself.`
  ),
  'identity-policy-missing': (_, telling) => `${what(telling)} ${agree(telling, 'needs', 'need')} a permission that only IAM policies give, and an AWS service has none.`,
  'unresolved': (verdict, telling) => {
    const meant = statementsOf(verdict, 'key-policy').flatMap((statement) => principalMeant(statement, telling.question.identity) ?? []).map(principalText);
    const names = [...meant, ...verdict.grants.map(({ granteePrincipal, granteeServicePrincipal }) => granteePrincipal ?? granteeServicePrincipal ?? '')].filter((name) => name !== '' && name !== who(telling));
    const where = verdict.because.length > 0 ? ` (${places(verdict.because, verdict, telling)})` : '';
    return names.length > 0
      ? `it depends on whether ${enumerate([...new Set(names)])} means ${who(telling)} too, which AWS does not document${where}.`
      : `it depends on a placeholder${where}.`;
  },
};

/** Statement by statement: what each of them asks for, and that no request satisfies it all. */
function contradicting(verdict: Verdict, telling: Telling): string {
  const statements = [...new Set(verdict.failing.map(({ because }) => because))];
  const clauses = statements.map((because) => {
    const words = verdict.failing.filter((condition) => condition.because === because).map(({ condition }) => conditionWords(condition));
    const verb = because.statement.effect === 'Deny' ? `denies ${agree(telling, 'it', 'them')} if` : `allows ${what(telling)} only if`;
    return `the ${because.half === 'key-policy' ? 'key' : 'IAM'} policy (${places([because], verdict, telling)}) ${verb} ${words.join(' and ')}`;
  });
  const denied = statements.some(({ statement }) => statement.effect === 'Deny');
  return `${enumerate(clauses)}${denied ? ', so every request is denied' : ': no request meets both'}.`;
}

function allowing(verdict: Verdict, telling: Telling): string {
  const { identity, key } = telling.question;
  const opening = verdict.because.filter(({ half, statement }) => half === 'key-policy' && statement.effect === 'Allow').map(({ statement }) => statement);
  const [first] = opening;
  const own = at(verdict, 'identity-policy', telling, 'Allow');
  const place = at(verdict, 'key-policy', telling, 'Allow');
  if (!first) return `the IAM policy${own} allows ${what(telling)}`;
  if (own === '') return `the key policy${place} gives ${what(telling)} to ${who(telling)} by itself`;
  const delegates = identity.account !== undefined && identity.account === key.account && matchPrincipals(first, callerOf(identity))?.level === 'account';
  return delegates
    ? `the key policy${place} leaves ${what(telling)} to the IAM policies of account ${account(telling)}, and that of ${who(telling)}${own} allows ${agree(telling, 'it', 'them')}`
    : `the key policy${place} allows ${what(telling)} for ${letInFor(verdict, opening, telling)}, and the IAM policy${own} allows ${agree(telling, 'it', 'them')}`;
}

function byGrant(verdict: Verdict, telling: Telling): string {
  const { action } = telling.question;
  const limits = constraintTexts(verdict.grants, action);
  const where = [...new Set(verdict.grants.map((grant) => telling.place(grant.at)))].join(', ');
  const by = at(verdict, 'identity-policy', telling, 'Allow');
  const gives = by === '' ? `gives ${what(telling)} to ${who(telling)}` : `gives ${what(telling)} to account ${account(telling)}, and the IAM policy${by} hands ${agree(telling, 'it', 'them')} on`;
  return `a grant on the key (${where}) ${gives}${limits.length > 0 ? `, if the request meets ${enumerate(limits)}` : ''}${provisos(verdict)}.`;
}

function provisos(verdict: Verdict): string {
  const required = verdict.conditions.filter(({ negated }) => !negated).map(conditionText);
  const denying = statementsDenying(verdict);
  const parts = [
    ...(required.length > 0 ? [`if ${required.join(' and ')}`] : []),
    ...sessionTexts(verdict.sessions.filter(({ because }) => !denying.includes(because.statement))),
    ...denialTexts(verdict),
  ];
  return parts.length > 0 ? `, ${[...new Set(parts)].join(', ')}` : '';
}

function conditions(failing: readonly OpenCondition[]): string {
  return [...new Set(failing.map(conditionText))].join(' and ');
}

/** The account's statement is for other kinds of identities. */
function delegationLimit({ failing }: Verdict, telling: Telling): string {
  if (failing.length === 0) return '';
  const where = [...new Set(failing.map(({ because, condition }) => telling.place(placeOf(because.policy, condition.keyMember.span))))].join(', ');
  return `: its statement for that account (${where}) requires ${conditions(failing)}, which is never the case for ${who(telling)}`;
}

/** The other half: what it allows comes to nothing, or it would have to allow the action too. */
function inVain(verdict: Verdict, telling: Telling): string {
  const { identity, key } = telling.question;
  const own = verdict.because.filter(({ half }) => half === 'identity-policy');
  if (own.length > 0) return `; ${what(telling)} in ${places(own, verdict, telling)} ${agree(telling, 'has', 'have')} no effect`;
  const needed = identity.account !== undefined && key.account !== undefined && identity.account !== key.account;
  return needed ? `; besides, ${ownInstead(telling)}` : '';
}

/** Whom the key policy lets in for the action. Which sessions of a role it is, the limits of the verdict say. */
function letInFor(verdict: Verdict, opening: readonly Statement[], telling: Telling): string {
  return verdict.sessions.some(({ negated }) => !negated) ? who(telling) : admitted(opening, telling);
}

/** Whom the key policy lets in for the action, or for others. */
function admitted(opening: readonly Statement[], { question: { identity } }: Telling): string {
  const names = opening.flatMap((statement) => principalMeant(statement, identity) ?? []).map(principalText);
  return names.length > 0 ? enumerate([...new Set(names)]) : identityText(identity);
}

function neighbours(verdict: Verdict, { question: { identity } }: Telling): string {
  const names = statementsOf(verdict, 'key-policy').flatMap((statement) => neighbourOf(statement, identity) ?? []).map(principalText);
  return names.length > 0 ? enumerate([...new Set(names)]) : 'others of its account';
}

function letInInstead({ question: { key } }: Telling): string {
  const allowing = key.policy?.policy.statements.filter((statement) => statement.effect === 'Allow' && statement.principal?.negated === false && matchOwnKey(statement, key) !== 'no') ?? [];
  const names = new Set(allowing.flatMap(({ principal }) => principal?.principals ?? []).filter(({ form }) => form !== 'invalid').map(principalText));
  return names.size > 0 ? `, only ${enumerate([...names])}` : '';
}

/** What the identity's own policies have in place of the permission that is missing. */
function ownInstead(telling: Telling): string {
  const { identity, key, action } = telling.question;
  const ofAliases = (action.bit & ALIAS_ACTIONS) !== NO_ACTIONS;
  const own = identity.policies.flatMap((policy) => policy.policy.statements
    .filter((statement) => policy.policy.kind === 'identity' && statement.effect === 'Allow')
    .map((statement): Because => ({ half: 'identity-policy', policy, statement })));
  const none = `no IAM policy of ${holderText(identity)} in the workspace allows ${what(telling)} on this key${ofAliases ? ' and on an alias' : ''}${unseenText(identity)}`;
  const circumstances = { caller: callerOf(identity), key, organizations: NO_ORGANIZATIONS };
  const onKeyForAction = own.filter(({ statement }) => ((statement.action?.set ?? NO_ACTIONS) & action.bit) !== NO_ACTIONS && matchResources(statement, key, undefined) !== 'no');
  const never = onKeyForAction.flatMap((because) => falseConditions(because, action.bit, circumstances).map((condition) => ({ because, condition, negated: false })));
  if (never.length > 0) return `${none} (${where(never.map(({ because }) => because), telling)} allows ${agree(telling, 'it', 'them')} only if ${conditions(never)}, which is never the case)`;
  const onKey = ofAliases ? [] : own.filter(({ statement }) => statement.resource?.negated === false && matchResources(statement, key, undefined) !== 'no' && speaksOfKms(statement));
  if (onKey.length > 0) return `${none} (${where(onKey, telling)} allows ${actionsText(onKey.map(({ statement }) => statement))} only)`;
  const elsewhere = own.filter(({ statement }) => ((statement.action?.set ?? NO_ACTIONS) & action.bit) !== NO_ACTIONS && speaksOfKms(statement));
  return elsewhere.length > 0 ? `${none} (${where(elsewhere, telling)} allows ${agree(telling, 'it', 'them')} on ${ofAliases ? 'one of these' : 'other resources'} only)` : none;
}

/** Policies that it is known to have, and of which the workspace has no document. */
function unseenText({ unseen = [] }: Identity): string {
  if (unseen.length === 0) return '';
  const names = enumerate(unseen.map((arn) => arn.slice(arn.lastIndexOf('/') + 1)));
  return `, and ${names}, which the identity has too, ${unseen.length === 1 ? 'is' : 'are'} not in the workspace`;
}

function speaksOfKms({ action }: Statement): boolean {
  return action?.patterns.some(({ service }) => service === 'kms') === true;
}

function where(statements: readonly Because[], telling: Telling): string {
  return places(statements, { reason: 'identity-policy-missing', failing: [] }, telling);
}

/** The word that agrees with one action or with several. */
function plural({ many }: AskedAction, one: string, several: string): string {
  return many ? several : one;
}

function agree({ question }: Telling, one: string, several: string): string {
  return plural(question.action, one, several);
}

/** ` (producer/key.json:12)`: where the statements of one half stand; empty when there is none. */
function at(verdict: Verdict, half: Half, telling: Telling, effect?: 'Allow' | 'Deny'): string {
  const statements = verdict.because.filter((because) => because.half === half && (effect === undefined || because.statement.effect === effect));
  return statements.length > 0 ? ` (${places(statements, verdict, telling)})` : '';
}

function places(statements: readonly Because[], verdict: Pick<Verdict, 'reason' | 'failing'>, { place, question }: Telling): string {
  return [...new Set(statements.map((because) => place(decidingPlace(because, verdict, question))))].join(', ');
}

/** Where the key policy is that says nothing of the matter. */
function policyPlace({ place, question: { key } }: Telling): string {
  return key.policy ? ` (${place(placeOf(key.policy, key.policy.policy.node.span))})` : '';
}

function statementsOf(verdict: Verdict, half: Half): Statement[] {
  return verdict.because.filter((because) => because.half === half).map(({ statement }) => statement);
}

function who({ question }: Telling): string {
  return identityText(question.identity);
}

function what({ question }: Telling): string {
  return question.action.name;
}

function account({ question }: Telling): string {
  return question.identity.account ?? '?';
}
