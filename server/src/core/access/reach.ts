import { KEY_ACTIONS, NO_ACTIONS } from '../aws/actions';
import type { Statement } from '../model/policy';
import type { Identity, Key } from '../workspace/world';
import { accountLimit } from './account-limit';
import { callerOf, crossesPartition, type Caller } from './caller';
import { candidatesFor } from './caller-index';
import { grantsFor } from './grants';
import { itself, matchPrincipal, principalsOfStatement, type Level, type PrincipalMatch } from './match-principal';
import { matchOwnKey, misses, reachesKey } from './match-resource';
import { itemsAbout, patternsFor, policiesAbout, resourcesOfStatement } from './resource-index';

/**
 * How near an identity policy statement comes to a key. `named`: a pattern names its id or its account; `broad`: only patterns that
 * would cover any account's keys do (`*`, `arn:aws:kms:*:*:key/*`, a placeholder).
 */
type Reach = 'named' | 'broad' | 'none';

/**
 * Whether identity and key meet in either half, so that a verdict on them is of interest:
 * - an identity policy names the key or the keys of its account, in a statement with an action that is spelled `kms:…`;
 * - or covers any key there is, and the identity is of the owner's account, of no known account, or let in by the key policy;
 * - or a grant is for it;
 * - or the key policy names the user or role; or its account (as principal, or as the limit of everyone), and the identity has any statement, `"Action": "*"` too, that covers the key.
 */
export function meets(identity: Identity, key: Key): boolean {
  const reach = reachOf(identity, key, (statement) => spellsKms(statement));
  if (reach === 'named') return true;
  const caller = callerOf(identity);
  if (caller.arn !== undefined && grantsFor(key.grants, caller).some((grant) => grant.granteePrincipal === caller.arn || grant.retiringPrincipal === caller.arn)) return true;
  const letIn = key.policy ? levelsOf(identity, key) : NOT_LET_IN;
  if (letIn.direct) return true;
  if (reach === 'broad') {
    if (caller.account === undefined) return key.policy !== undefined;
    return !crossesPartition(caller, key) && (caller.account === key.account || letIn.any);
  }
  return letIn.account && reachOf(identity, key, allowsOnKeys) !== 'none';
}

/** A statement with a kms action by name: what `"*"` and `NotAction` include besides says nothing of keys. */
function spellsKms(statement: Statement): boolean {
  return statement.action?.patterns.some((pattern) => pattern.service === 'kms') === true;
}

function allowsOnKeys(statement: Statement): boolean {
  const { action, effect } = statement;
  return effect === 'Allow' && action !== undefined && (action.unknown || (action.set & KEY_ACTIONS) !== NO_ACTIONS);
}

function reachOf(identity: Identity, key: Key, test: (statement: Statement) => boolean): Reach {
  let reach: Reach = 'none';
  for (const { policy } of policiesAbout(identity.policies, key)) {
    if (policy.kind !== 'identity') continue;
    for (const statement of itemsAbout(policy.statements, resourcesOfStatement, key)) {
      if (!test(statement)) continue;
      const one = reachOfStatement(statement, key);
      if (one === 'named') return one;
      if (one === 'broad') reach = one;
    }
  }
  return reach;
}

function reachOfStatement(statement: Statement, key: Key): Reach {
  const element = statement.resource;
  if (!element) return 'none';
  // "Every resource but these" names none.
  if (element.negated) return 'broad';
  if (misses(statement, key)) return 'named';
  let reach: Reach = 'none';
  for (const pattern of patternsFor(element, key)) {
    if (!reachesKey(pattern, key)) continue;
    if (pattern.text.holes.length === 0 && key.account !== undefined && pattern.arn?.account === key.account) return 'named';
    reach = 'broad';
  }
  return reach;
}

interface LetIn {
  readonly direct: boolean;
  readonly account: boolean;
  /** In any way, `*` too. */
  readonly any: boolean;
}

const NOT_LET_IN: LetIn = { direct: false, account: false, any: false };

function levelsOf(identity: Identity, key: Key): LetIn {
  const caller = callerOf(identity);
  const levels = new Set<Level>();
  for (const statement of candidatesFor(key.policy?.policy.statements ?? [], principalsOfStatement, caller)) {
    if (!allowsOnKeys(statement) || statement.principal?.negated !== false || matchOwnKey(statement, key) === 'no') continue;
    for (const principal of candidatesFor(statement.principal.principals, itself, caller)) {
      const match = matchPrincipal(principal, caller);
      if (match) levels.add(levelOf(match, statement, caller));
    }
  }
  return { direct: levels.has('direct'), account: levels.has('account'), any: levels.size > 0 };
}

function levelOf({ match, level }: PrincipalMatch, statement: Statement, { account }: Caller): Level {
  // Everyone, limited to an account by a condition, is that account.
  if (level === 'anyone') return accountLimit(statement)?.accounts.some((named) => named.account === account) ? 'account' : level;
  // Who may be the named user or role, or may be behind a placeholder, is not named.
  return match === 'yes' || level !== 'direct' ? level : 'anyone';
}
