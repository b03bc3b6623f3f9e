import { mayBeSameService } from '../aws/services';
import type { Principal, PrincipalElement, Statement } from '../model/policy';
import { crossesPartition, type Caller } from './caller';
import { candidatesFor } from './caller-index';
import { encodeText } from './encode';
import { matchPattern, UNKNOWN_FIELD, UNKNOWN_RUN, type Match } from './glob';

/**
 * How a key policy statement means a caller (docs/aws-rules.md 5.1, step 3): by ARN or service name, by `*`, or by its account.
 * In the owner's account the first two are enough by themselves, the third only delegates.
 */
export type Level = 'direct' | 'anyone' | 'account';

export interface PrincipalMatch {
  readonly match: Exclude<Match, 'no'>;
  readonly level: Level;
  /** The statement means one session of the caller's role only. */
  readonly session: string | undefined;
  readonly principal: Principal | undefined;
}

/** How the statement means the caller, in the way that asks least; undefined when it does not. */
export function matchPrincipals(statement: Statement, caller: Caller): PrincipalMatch | undefined {
  return matchesOf(statement, caller)[0];
}

const NO_MATCHES: readonly PrincipalMatch[] = [];

/**
 * All ways in which the statement means the caller, the one that asks least first. Its principals are alternatives, as if each stood in a statement of
 * its own (IAM User Guide, IAM JSON policy elements: Principal, "This is a logical OR"), so that an account does not hide a session. What adds nothing to another
 * way is left out. A statement without principal means nobody.
 */
export function matchesOf(statement: Statement, caller: Caller): readonly PrincipalMatch[] {
  const element = statement.principal;
  if (!element) return NO_MATCHES;
  if (element.negated) {
    const match = matchNotPrincipal(element, statement.effect, caller);
    return match ? [match] : NO_MATCHES;
  }
  let matches: PrincipalMatch[] | undefined;
  for (const principal of candidatesFor(element.principals, itself, caller)) {
    const match = matchPrincipal(principal, caller);
    if (match) (matches ??= []).push(withServices(match, statement, caller));
  }
  if (!matches) return NO_MATCHES;
  return matches.length < 2 ? matches : withoutIncluded(matches.sort((a, b) => rank(a) - rank(b)), statement);
}

/** A principal as the list of itself, for `candidatesFor`. */
export function itself(principal: Principal): readonly Principal[] {
  return [principal];
}

/** Policies exempt services from a Deny for everybody (IAM User Guide, aws:PrincipalIsAWSService); that an Allow for everybody is one for services no page says. */
function withServices(match: PrincipalMatch, { effect }: Statement, { kind }: Caller): PrincipalMatch {
  return match.level === 'anyone' && kind === 'service' && effect === 'Allow' ? { ...match, match: 'unknown' } : match;
}

function withoutIncluded(matches: readonly PrincipalMatch[], { effect }: Statement): readonly PrincipalMatch[] {
  const kept: PrincipalMatch[] = [];
  // Of the kinds that there are no two are kept, but for sessions, of which each includes its own only.
  const sessions = new Set<string | undefined>();
  const whole: PrincipalMatch[] = [];
  for (const match of matches) {
    if (whole.some((better) => includes(better, match, effect)) || match.session !== undefined && match.match === 'yes' && sessions.has(match.session)) continue;
    if (match.session === undefined) whole.push(match);
    else if (match.match === 'yes') sessions.add(match.session);
    kept.push(match);
  }
  return kept;
}

/** Whom a statement means by name; undefined where it means all others. */
export function principalsOfStatement({ principal }: Statement): readonly Principal[] | undefined {
  return principal?.negated === true ? undefined : principal?.principals ?? [];
}

/** Whether a match gives, or denies, all that another of the statement does. An account delegates only: it gives less than a session of it has directly. */
function includes(better: PrincipalMatch, other: PrincipalMatch, effect: Statement['effect']): boolean {
  return (better.match === 'yes' || other.match === 'unknown') && (better.session === undefined || better.session === other.session)
    && (effect === 'Deny' || better.level !== 'account' || other.level === 'account');
}

const LEVELS: Record<Level, number> = { direct: 0, anyone: 1, account: 2 };

/** Certain before unknown, whole before one session, direct before anyone before account. */
function rank(match: PrincipalMatch): number {
  return (match.match === 'yes' ? 0 : 20) + (match.session === undefined ? 0 : 10) + LEVELS[match.level];
}

/** One principal value against a caller; wildcards inside a value, deleted entities and wrong forms mean nobody (docs/aws-rules.md 2.2). */
export function matchPrincipal(principal: Principal, caller: Caller): PrincipalMatch | undefined {
  return cannotMean(principal, caller) ? undefined : matchByForm(principal, caller);
}

/** What most principals come to that a caller is held against: one of another account, or another role, both written out. */
function cannotMean({ form, account, text }: Principal, caller: Caller): boolean {
  if (account !== undefined && caller.account !== undefined && account !== caller.account) return true;
  return form === 'role' && caller.kind === 'role' && caller.arn !== undefined && text.value !== caller.arn && text.holes.length === 0;
}

function matchByForm(principal: Principal, caller: Caller): PrincipalMatch | undefined {
  switch (principal.form) {
    case 'anyone':
      return found('yes', 'anyone', principal);
    case 'account':
      return caller.kind === 'service' ? undefined : found(matchAccount(principal, caller), 'account', principal);
    case 'service':
      return caller.service === undefined ? undefined : found(matchService(principal, caller.service), 'direct', principal);
    case 'user':
      return found(caller.kind === 'group' ? memberOfGroup(principal, caller) : matchNamed(principal, caller, 'user'), 'direct', principal);
    case 'role':
      return found(matchRole(principal, caller), 'direct', principal);
    case 'session':
      return matchSession(principal, caller);
    case 'federated-user':
      return found(matchNamed(principal, caller, 'federated-user'), 'direct', principal);
    case 'unknown':
      return found(matchUnknown(principal, caller), 'direct', principal);
    case 'unique-id':
    case 'invalid':
      return undefined;
  }
}

function found(match: Match, level: Level, principal: Principal, session?: string): PrincipalMatch | undefined {
  return match === 'no' ? undefined : { match, level, session, principal };
}

function matchAccount(principal: Principal, caller: Caller): Match {
  if (crossesPartition(principal, caller)) return 'no';
  if (principal.account === undefined || caller.account === undefined) return 'unknown';
  return principal.account === caller.account ? 'yes' : 'no';
}

/** Account and partition of a named principal could be the caller's, as far as both are known. */
function sameHome(principal: Principal, caller: Caller): boolean {
  if (crossesPartition(principal, caller)) return false;
  return principal.account === undefined || caller.account === undefined || principal.account === caller.account;
}

function matchNamed(principal: Principal, caller: Caller, kind: Caller['kind']): Match {
  if (!sameHome(principal, caller)) return 'no';
  // Any identity of the account may be the named one.
  if (caller.kind === 'unknown' || caller.kind === kind && caller.arn === undefined) return 'unknown';
  return caller.kind === kind && caller.arn !== undefined ? matchValue(principal, caller.arn) : 'no';
}

/** A group is never a principal; whether a user is one of its members no policy tells. */
function memberOfGroup(principal: Principal, caller: Caller): Match {
  return sameHome(principal, caller) ? 'unknown' : 'no';
}

/** A role's ARN means all its sessions; a session's ARN does not show the path of the role, and role names are unique in an account. */
function matchRole(principal: Principal, caller: Caller): Match {
  if (caller.kind !== 'session') return matchNamed(principal, caller, 'role');
  if (!sameHome(principal, caller)) return 'no';
  const wanted = lastSegment(principal);
  const match = matchPattern(wanted, caller.name ?? UNKNOWN_RUN);
  return match === 'yes' && (principal.account === undefined || caller.account === undefined) ? 'unknown' : match;
}

function lastSegment(principal: Principal): string {
  const pattern = encode(principal);
  return pattern.slice(pattern.lastIndexOf('/') + 1);
}

function matchSession(principal: Principal, caller: Caller): PrincipalMatch | undefined {
  if (caller.kind === 'session' || caller.kind === 'unknown') return found(matchNamed(principal, caller, 'session'), 'direct', principal);
  if (caller.kind !== 'role' || !sameHome(principal, caller)) return undefined;
  if (caller.name === undefined) return found('unknown', 'direct', principal);
  const roleName = caller.name.slice(caller.name.lastIndexOf('/') + 1);
  if (principal.text.holes.length > 0) {
    return found('unknown', 'direct', principal);
  }
  return principal.name === roleName ? found('yes', 'direct', principal, principal.session) : undefined;
}

/** A value with holes in it, of which not even the form is certain, may be the caller's ARN, its account or its root ARN. */
function matchUnknown(principal: Principal, caller: Caller): Match {
  if (caller.kind === 'service') return 'no';
  if (!sameHome(principal, caller)) return 'no';
  const account = caller.account ?? UNKNOWN_FIELD;
  const pattern = encode(principal);
  const root = `arn:${caller.partition ?? UNKNOWN_FIELD}:iam::${account}:root`;
  const names = [account, root, caller.arn ?? `arn:${UNKNOWN_RUN}::${account}:${UNKNOWN_RUN}`];
  return names.some((name) => matchPattern(pattern, name) !== 'no') ? 'unknown' : 'no';
}

function matchService(principal: Principal, service: string): Match {
  const same = matchValue(principal, service);
  if (same !== 'no' || principal.text.holes.length > 0) return same;
  return mayBeSameService(principal.text.value, service) ? 'unknown' : 'no';
}

function matchValue(principal: Principal, value: string): Match {
  if (principal.text.holes.length === 0) return principal.text.value === value ? 'yes' : 'no';
  return matchPattern(encode(principal), value);
}

/** Principals take neither wildcards nor variables (IAM User Guide, IAM JSON policy elements: Principal). */
function encode(principal: Principal): string {
  return encodeText(principal.text, { wildcards: false, variables: undefined });
}

/**
 * `NotPrincipal` means everyone but the listed. AWS supports it with Deny only, and there the account of the exempted
 * identity must be listed too; of a role AWS looks at account, role and session one after the other (IAM User Guide, IAM JSON
 * policy elements: NotPrincipal). What those pages leave open is unknown.
 */
function matchNotPrincipal(element: PrincipalElement, effect: Statement['effect'], caller: Caller): PrincipalMatch | undefined {
  const exempted = element.principals.map((principal) => matchPrincipal(principal, caller)).filter((match) => match !== undefined);
  const everyone = (match: 'yes' | 'unknown'): PrincipalMatch => ({ match, level: 'anyone', session: undefined, principal: undefined });
  const sure = exempted.filter(({ match, session }) => match === 'yes' && session === undefined);
  if (sure.some(({ level }) => level === 'anyone')) return undefined;
  const forms = sure.filter(({ level }) => level === 'direct').map(({ principal }) => principal?.form);
  const named = forms.length > 0 && (effect === 'Allow' || isWholeCaller(forms, caller));
  const account = sure.some(({ level }) => level === 'account');
  if (named && (effect === 'Allow' || account || caller.kind === 'service')) return undefined;
  if (effect === 'Allow') return everyone('unknown');
  return everyone(exempted.length === 0 ? 'yes' : 'unknown');
}

/** Whether nothing of the caller is left to be denied: a role calls by sessions, of which a policy that names the role names none; of a session the role has to be named too. */
function isWholeCaller(forms: readonly (Principal['form'] | undefined)[], { kind }: Caller): boolean {
  return kind === 'session' ? forms.includes('session') && forms.includes('role') : kind !== 'role';
}
