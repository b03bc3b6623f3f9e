import { compareIdentifiers } from '../aws/identifier-comparison';
import { mayBeSameServicePrincipal } from '../aws/services';
import type { Principal, PrincipalElement, Statement } from '../policy/policy';
import { crossesPartition, type Caller } from './caller';
import { principalsForCaller } from './candidates';
import { encodeIdentifier, encodePattern } from './pattern-encoding';
import { matchPattern, matchResultOf, UNKNOWN_CHARACTERS, type MatchResult } from './pattern-matching';

/**
 * How a key policy statement means a caller (docs/aws-rules.md 5.1, step 3): by ARN or service name, by `*`, or by its account.
 * In the owner's account the first two are enough by themselves, the third only delegates.
 */
export type PrincipalLevel = 'direct' | 'anyone' | 'account';

export interface PrincipalMatch {
  readonly match: Exclude<MatchResult, 'no'>;
  readonly principalLevel: PrincipalLevel;
  /** The statement means one session of the caller's role only. */
  readonly session: string | undefined;
  readonly principal: Principal | undefined;
}

/** How the statement means the caller, in the way that asks least; undefined when it does not. */
export function bestPrincipalMatch(statement: Statement, caller: Caller): PrincipalMatch | undefined {
  return principalMatchesOf(statement, caller)[0];
}

const NO_MATCHES: readonly PrincipalMatch[] = [];

/**
 * All ways in which the statement means the caller, the one that asks least first. Its principals are alternatives, as if each stood in a
 * statement of its own (IAM User Guide, IAM JSON policy elements: Principal, "This is a logical OR"), so that an account does not hide a
 * session. What adds nothing to another way is left out. A statement without principal means nobody.
 */
export function principalMatchesOf(statement: Statement, caller: Caller): readonly PrincipalMatch[] {
  const element = statement.principal;
  if (!element) return NO_MATCHES;
  if (element.negated) {
    const match = matchNotPrincipal(element, statement.effect, caller);
    return match ? [match] : NO_MATCHES;
  }
  let matches: PrincipalMatch[] | undefined;
  for (const principal of principalsForCaller(element, caller)) {
    const match = matchPrincipal(principal, caller);
    if (match) (matches ??= []).push(withUncertainServices(match, statement, caller));
  }
  if (!matches) return NO_MATCHES;
  return matches.length < 2
    ? matches
    : withoutRedundantMatches(matches.sort((a, b) => principalMatchRank(a) - principalMatchRank(b)), statement);
}

/**
 * Policies exempt services from a Deny for everybody (IAM User Guide, aws:PrincipalIsAWSService); that an Allow for everybody is one for
 * services no page says.
 */
function withUncertainServices(match: PrincipalMatch, { effect }: Statement, { kind }: Caller): PrincipalMatch {
  return match.principalLevel === 'anyone' && kind === 'service' && effect === 'Allow' ? { ...match, match: 'unknown' } : match;
}

function withoutRedundantMatches(matches: readonly PrincipalMatch[], { effect }: Statement): readonly PrincipalMatch[] {
  const necessaryMatches: PrincipalMatch[] = [];
  // Of the kinds that there are no two are kept, but for sessions, of which each includes its own only.
  const sessions = new Set<string | undefined>();
  const whole: PrincipalMatch[] = [];
  for (const match of matches) {
    if (whole.some((better) => matchIncludes(better, match, effect))
      || match.session !== undefined && match.match === 'yes' && sessions.has(match.session)) continue;
    if (match.session === undefined) whole.push(match);
    else if (match.match === 'yes') sessions.add(match.session);
    necessaryMatches.push(match);
  }
  return necessaryMatches;
}

/**
 * Whether a match gives, or denies, all that another of the statement does. An account delegates only: it gives less than a session of it
 * has directly.
 */
function matchIncludes(better: PrincipalMatch, other: PrincipalMatch, effect: Statement['effect']): boolean {
  return (better.match === 'yes' || other.match === 'unknown') && (better.session === undefined || better.session === other.session)
    && (effect === 'Deny' || better.principalLevel !== 'account' || other.principalLevel === 'account');
}

const PRINCIPAL_LEVEL_RANK: Record<PrincipalLevel, number> = { direct: 0, anyone: 1, account: 2 };

/** Certain before unknown, whole before one session, direct before anyone before account. */
function principalMatchRank(match: PrincipalMatch): number {
  return (match.match === 'yes' ? 0 : 20) + (match.session === undefined ? 0 : 10) + PRINCIPAL_LEVEL_RANK[match.principalLevel];
}

/** One principal value against a caller; wildcards inside a value, deleted entities and wrong forms mean nobody (docs/aws-rules.md 2.2). */
export function matchPrincipal(principal: Principal, caller: Caller): PrincipalMatch | undefined {
  return cannotMatchCaller(principal, caller) ? undefined : matchPrincipalByForm(principal, caller);
}

/** What most principals come to that a caller is held against: one of another account, or another role, both written out. */
function cannotMatchCaller({ form, account, text: policyString }: Principal, caller: Caller): boolean {
  if (compareIdentifiers(account, caller.account) === 'different') return true;
  return form === 'role' && caller.kind === 'role' && policyString.placeholders.length === 0
    && compareIdentifiers(policyString.value, caller.arn) === 'different';
}

function matchPrincipalByForm(principal: Principal, caller: Caller): PrincipalMatch | undefined {
  switch (principal.form) {
    case 'anyone':
      return createPrincipalMatch('yes', 'anyone', principal);
    case 'account':
      return caller.kind === 'service' ? undefined : createPrincipalMatch(matchAccount(principal, caller), 'account', principal);
    case 'service':
      return caller.service === undefined ? undefined : createPrincipalMatch(matchService(principal, caller.service), 'direct', principal);
    case 'user':
      return createPrincipalMatch(
        caller.kind === 'group' ? matchGroupMember(principal, caller) : matchNamedPrincipal(principal, caller, 'user'),
        'direct',
        principal,
      );
    case 'role':
      return createPrincipalMatch(matchRole(principal, caller), 'direct', principal);
    case 'session':
      return matchSession(principal, caller);
    case 'federated-user':
      return createPrincipalMatch(matchNamedPrincipal(principal, caller, 'federated-user'), 'direct', principal);
    case 'unknown':
      return createPrincipalMatch(matchUnknownForm(principal, caller), 'direct', principal);
    case 'unique-id':
    case 'invalid':
      return undefined;
  }
}

function createPrincipalMatch(matchResult: MatchResult, principalLevel: PrincipalLevel, principal: Principal, session?: string):
  | PrincipalMatch
  | undefined {
  return matchResult === 'no' ? undefined : { match: matchResult, principalLevel, session, principal };
}

function matchAccount(principal: Principal, caller: Caller): MatchResult {
  if (crossesPartition(principal, caller)) return 'no';
  return matchResultOf(compareIdentifiers(principal.account, caller.account));
}

/** Account and partition of a named principal could be the caller's, as far as both are known. */
function mayShareAccount(principal: Principal, caller: Caller): boolean {
  return !crossesPartition(principal, caller) && compareIdentifiers(principal.account, caller.account) !== 'different';
}

function matchNamedPrincipal(principal: Principal, caller: Caller, kind: Caller['kind']): MatchResult {
  if (!mayShareAccount(principal, caller)) return 'no';
  // Any identity of the account may be the named one.
  if (caller.kind === 'unknown' || caller.kind === kind && caller.arn === undefined) return 'unknown';
  return caller.kind === kind && caller.arn !== undefined ? matchPrincipalText(principal, caller.arn) : 'no';
}

/** A group is never a principal; whether a user is one of its members no policy tells. */
function matchGroupMember(principal: Principal, caller: Caller): MatchResult {
  return mayShareAccount(principal, caller) ? 'unknown' : 'no';
}

/** A role's ARN means all its sessions; a session's ARN does not show the path of the role, and role names are unique in an account. */
function matchRole(principal: Principal, caller: Caller): MatchResult {
  if (caller.kind !== 'session') return matchNamedPrincipal(principal, caller, 'role');
  if (!mayShareAccount(principal, caller)) return 'no';
  const lastSegment = lastPrincipalSegment(principal);
  const matchResult = matchPattern(lastSegment, caller.name === undefined ? UNKNOWN_CHARACTERS : encodeIdentifier(caller.name));
  return matchResult === 'yes' && compareIdentifiers(principal.account, caller.account) === 'unknown' ? 'unknown' : matchResult;
}

function lastPrincipalSegment(principal: Principal): string {
  const pattern = encodePrincipal(principal);
  return pattern.slice(pattern.lastIndexOf('/') + 1);
}

function matchSession(principal: Principal, caller: Caller): PrincipalMatch | undefined {
  if (caller.kind === 'session' || caller.kind === 'unknown')
    return createPrincipalMatch(matchNamedPrincipal(principal, caller, 'session'), 'direct', principal);
  if (caller.kind !== 'role' || !mayShareAccount(principal, caller)) return undefined;
  if (caller.name === undefined) return createPrincipalMatch('unknown', 'direct', principal);
  const roleName = caller.name.slice(caller.name.lastIndexOf('/') + 1);
  if (principal.text.placeholders.length > 0) {
    return createPrincipalMatch('unknown', 'direct', principal);
  }
  const name = compareIdentifiers(principal.name, roleName);
  if (name === 'different') return undefined;
  return name === 'same' && compareIdentifiers(principal.account, caller.account) === 'same'
    ? createPrincipalMatch('yes', 'direct', principal, principal.session) : createPrincipalMatch('unknown', 'direct', principal);
}

/** A value with holes in it, of which not even the form is certain, may be the caller's ARN, its account or its root ARN. */
function matchUnknownForm(principal: Principal, caller: Caller): MatchResult {
  if (caller.kind === 'service') return 'no';
  if (!mayShareAccount(principal, caller)) return 'no';
  const account = encodeIdentifier(caller.account);
  const pattern = encodePrincipal(principal);
  const root = `arn:${encodeIdentifier(caller.partition)}:iam::${account}:root`;
  const arn = caller.arn === undefined ? `arn:${UNKNOWN_CHARACTERS}::${account}:${UNKNOWN_CHARACTERS}` : encodeIdentifier(caller.arn);
  const names = [account, root, arn];
  return names.some((name) => matchPattern(pattern, name) !== 'no') ? 'unknown' : 'no';
}

function matchService(principal: Principal, service: string): MatchResult {
  const same = matchPrincipalText(principal, service);
  if (same !== 'no' || principal.text.placeholders.length > 0) return same;
  return mayBeSameServicePrincipal(principal.text.value, service) ? 'unknown' : 'no';
}

function matchPrincipalText(principal: Principal, value: string): MatchResult {
  if (principal.text.placeholders.length === 0) return matchResultOf(compareIdentifiers(principal.text.value, value));
  return matchPattern(encodePrincipal(principal), encodeIdentifier(value));
}

/** Principals take neither wildcards nor variables (IAM User Guide, IAM JSON policy elements: Principal). */
function encodePrincipal(principal: Principal): string {
  return encodePattern(principal.text, { hasWildcards: false, variableValues: undefined });
}

/**
 * `NotPrincipal` means everyone but the listed. AWS supports it with Deny only, and there the account of the exempted
 * identity must be listed too; of a role AWS looks at account, role and session one after the other (IAM User Guide, IAM JSON
 * policy elements: NotPrincipal). What those pages leave open is unknown.
 */
function matchNotPrincipal(element: PrincipalElement, effect: Statement['effect'], caller: Caller): PrincipalMatch | undefined {
  const exempted = element.principals.map((principal) => matchPrincipal(principal, caller)).filter((match) => match !== undefined);
  const everyone = (match: 'yes' | 'unknown'): PrincipalMatch => ({ match, principalLevel: 'anyone', session: undefined,
    principal: undefined });
  const sure = exempted.filter(({ match, session }) => match === 'yes' && session === undefined);
  if (sure.some(({ principalLevel }) => principalLevel === 'anyone')) return undefined;
  const forms = sure.filter(({ principalLevel: level }) => level === 'direct').map(({ principal }) => principal?.form);
  const isNamed = forms.length > 0 && (effect === 'Allow' || exemptsWholeCaller(forms, caller));
  const account = sure.some(({ principalLevel: level }) => level === 'account');
  if (isNamed && (effect === 'Allow' || account || caller.kind === 'service')) return undefined;
  if (effect === 'Allow') return everyone('unknown');
  return everyone(exempted.length === 0 ? 'yes' : 'unknown');
}

/**
 * Whether nothing of the caller is left to be denied: a role calls by sessions, of which a policy that names the role names none; of a
 * session the role has to be named too.
 */
function exemptsWholeCaller(forms: readonly (Principal['form'] | undefined)[], { kind }: Caller): boolean {
  return kind === 'session' ? forms.includes('session') && forms.includes('role') : kind !== 'role';
}
