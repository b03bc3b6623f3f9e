import { enumerate } from '../access/say';
import { NO_ACTIONS, type ActionSet } from '../aws/actions';
import { callerOf } from '../access/caller';
import { candidatesFor } from '../access/caller-index';
import { matchPrincipal } from '../access/match-principal';
import { matchResources } from '../access/match-resource';
import { itemsAbout, policiesAbout, resourcesOfStatement } from '../access/resource-index';
import { placeOf } from '../locate/located';
import type { Principal, Statement } from '../model/policy';
import { push } from '../workspace/known';
import type { Identity, Key } from '../workspace/world';
import { namedPatterns } from './judgements/asks';
import { areForAll, givenBy, openingsOf, type Opening } from './judgements/key-halves';
import { isMeantFor } from './judgements/meant-for';
import { removeAction } from './remove-action';
import type { KeySubject, PairSubject, RuleFor } from './rule';
import { namesOfActions } from './wording';

/** The key policy gives other accounts more than they ask for. */
export const actionUnusedByConsumer: RuleFor<'key', KeySubject> = {
  scope: 'key',
  meta: {
    code: 'action-unused-by-consumer',
    severity: 'hint',
    summary: 'The key policy gives another account an action that no IAM policy of that account uses',
    href: 'https://docs.aws.amazon.com/kms/latest/developerguide/least-privilege.html',
    fixable: true,
  },
  *check({ key, pairs }) {
    const { policy } = key;
    if (!policy) return;
    const statements = openedStatements(key);
    const usedThrough = usesOf([...statements.values()].flat(), consumersOf(pairs));
    for (const [statement, openings] of statements) {
      const uses = openings.map((opening) => usedThrough.get(opening));
      // Where the workspace has no policy that asks for the key, nothing tells what is needed.
      if (uses.some((used) => used === undefined || (used & (statement.action?.set ?? NO_ACTIONS)) === NO_ACTIONS)) continue;
      const used = uses.reduce<ActionSet>((set, one) => set | (one ?? NO_ACTIONS), NO_ACTIONS);
      for (const pattern of namedPatterns(statement)) {
        const given = pattern.set & openings.reduce<ActionSet>((set, opening) => set | givenBy(key, opening), NO_ACTIONS);
        if (given === NO_ACTIONS || (given & used) !== NO_ACTIONS) continue;
        const accounts = [...new Set(openings.map(({ account }) => account))];
        yield {
          at: placeOf(policy, pattern.text.node.span),
          message: `No IAM policy of account ${enumerate(accounts)} in this workspace uses ${namesOfActions(given)}. Allow only what is used.`,
          unnecessary: true,
          fixes: () => removeAction(policy, statement, pattern),
        };
      }
    }
  },
};

/** The Allow statements for identities of other accounts only: what the owner's own need nobody can tell here. */
function openedStatements(key: Key): Map<Statement, readonly Opening[]> {
  const statements = new Map<Statement, Opening[]>();
  for (const opening of openingsOf(key)) push(statements, opening.statement, opening);
  for (const [statement, own] of statements) if (!areForAll(own, statement)) statements.delete(statement);
  return statements;
}

/** Everyone is limited to the account by a condition. */
function isLetIn(identity: Identity, { principal, account }: Opening): boolean {
  const caller = callerOf(identity);
  return matchPrincipal(principal, caller) !== undefined && (caller.account === undefined || caller.account === account);
}

/** An identity with policies, and what they ask of the key; undefined when one of them cannot be read for certain. */
interface Consumer {
  readonly identity: Identity;
  readonly used: ActionSet | undefined;
}

/** One role that changes leaves what a hundred others behind the same pattern use. */
const consumerOfPair = new WeakMap<PairSubject, Consumer>();

function consumersOf(pairs: readonly PairSubject[]): readonly Consumer[] {
  return pairs.filter(({ identity }) => identity.policies.length > 0 || identity.unseen !== undefined).map((pair) => {
    const known = consumerOfPair.get(pair) ?? { identity: pair.identity, used: usedBy(pair.identity, pair.key) };
    consumerOfPair.set(pair, known);
    return known;
  });
}

/** What the identities that each opening lets in use; undefined when one of them cannot be read for certain. */
function usesOf(openings: readonly Opening[], consumers: readonly Consumer[]): ReadonlyMap<Opening, ActionSet | undefined> {
  const uses = new Map<Opening, ActionSet | undefined>(openings.map((opening) => [opening, NO_ACTIONS]));
  for (const { identity, used } of consumers) {
    for (const opening of candidatesFor(openings, principalsOfOpening, callerOf(identity))) {
      if (!isLetIn(identity, opening)) continue;
      const others = uses.get(opening);
      uses.set(opening, others === undefined || used === undefined ? undefined : others | used);
    }
  }
  return uses;
}

function principalsOfOpening({ principal }: Opening): readonly Principal[] {
  return [principal];
}

function usedBy({ policies, unseen }: Identity, key: Key): ActionSet | undefined {
  if (unseen) return undefined;
  let used = NO_ACTIONS;
  for (const { policy } of policiesAbout(policies, key)) {
    if (policy.kind !== 'identity') continue;
    for (const statement of itemsAbout(policy.statements, resourcesOfStatement, key)) {
      if (statement.effect !== 'Allow' || !reaches(statement, key, policy.variables)) continue;
      if (statement.action?.unknown !== false) return undefined;
      used |= statement.action.set;
    }
  }
  return used;
}

/** A value that is not known yet, or a wrong ARN of the key, may be meant for it. */
function reaches(statement: Statement, key: Key, variables: boolean): boolean {
  return matchResources(statement, key, variables ? () => undefined : undefined) !== 'no'
    || isMeantFor(statement, key);
}
