import { joinNames } from '../access/text/describe-access';
import { NO_ACTIONS, type ActionSet } from '../aws/actions';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { callerOf } from '../access/caller';
import { itemsForCaller } from '../access/caller-index';
import { matchPrincipal } from '../access/principal-matching';
import { matchResources } from '../access/resource-matching';
import { itemsForKey, policiesForKey, resourceElementsOfStatement } from '../access/resource-index';
import { locationInFile } from '../discovery/discovery-result';
import type { Principal, Statement } from '../policy/policy';
import { appendToList } from '../linking/group-by';
import type { Identity, Key } from '../linking/entities';
import { kmsActionPatterns } from './shared/key-access-requests';
import { coversAllPrincipals, actionsGrantedTo, externalGranteesOf, type ExternalGrantee } from './shared/external-grantees';
import { isIntendedForKey } from './shared/intended-access';
import { removeAction } from './shared/action-fixes';
import type { KeySubject, PairSubject, Rule } from './rule';
import { namesOfActions } from './shared/wording';

/** The key policy gives other accounts more than they ask for. */
export const actionUnusedByConsumer: Rule = {
  code: 'action-unused-by-consumer',
  severity: 'hint',
  summary: 'The key policy gives another account an action that no IAM policy of that account uses',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/least-privilege.html',
  check: {
    *key(subject) {
      const { key, pairs } = subject;
      const { policy } = key;
      if (!policy) return;
      const statements = granteesByStatement(subject);
      const usedThrough = usedActionsByGrantee([...statements.values()].flat(), consumerUsagesOf(pairs));
      for (const [statement, externalGrantees] of statements) {
        const uses = externalGrantees.map((externalGrantee) => usedThrough.get(externalGrantee));
        // Where the workspace has no policy that asks for the key, nothing tells what is needed.
        if (uses.some((used) => used === undefined || (used & (statement.action?.actionSet ?? NO_ACTIONS)) === NO_ACTIONS)) continue;
        const used = uses.reduce<ActionSet>((set, one) => set | (one ?? NO_ACTIONS), NO_ACTIONS);
        for (const pattern of kmsActionPatterns(statement)) {
          const given = pattern.actionSet
            & externalGrantees.reduce<ActionSet>((set, opening) => set | actionsGrantedTo(key, opening), NO_ACTIONS);
          if (given === NO_ACTIONS || (given & used) !== NO_ACTIONS) continue;
          const accounts = [...new Set(externalGrantees.map(({ account }) => account))];
          yield {
            at: locationInFile(policy, pattern.text.node.span),
            message: `No IAM policy of account ${joinNames(accounts)} in this workspace uses ${namesOfActions(given)}. `
              + 'Allow only what is used.',
            unnecessary: true,
            fixes: () => removeAction(policy, statement, pattern),
          };
        }
      }
    },
  },
};

/** The Allow statements for identities of other accounts only: what the owner's own need nobody can tell here. */
function granteesByStatement({ key, memoize }: KeySubject): Map<Statement, readonly ExternalGrantee[]> {
  const statements = new Map<Statement, ExternalGrantee[]>();
  for (const externalGrantee of memoize(externalGranteesOf, key)) appendToList(statements, externalGrantee.statement, externalGrantee);
  for (const [statement, own] of statements) if (!coversAllPrincipals(own, statement)) statements.delete(statement);
  return statements;
}

/** Everyone is limited to the account by a condition. */
function isGrantedTo(identity: Identity, { principal, account }: ExternalGrantee): boolean {
  const caller = callerOf(identity);
  return matchPrincipal(principal, caller) !== undefined && compareIdentifiers(caller.account, account) !== 'different';
}

/** An identity with policies, and what they ask of the key; undefined when one of them cannot be read for certain. */
interface ConsumerUsage {
  readonly identity: Identity;
  readonly used: ActionSet | undefined;
}

function consumerUsagesOf(pairs: readonly PairSubject[]): readonly ConsumerUsage[] {
  return pairs.filter(({ identity }) => identity.policies.length > 0 || identity.policiesWithoutDocument !== undefined)
    .map((pair) => pair.memoize(consumerUsageOf, pair));
}

/** Memoized by pair: one role that changes leaves what a hundred others behind the same pattern use. */
function consumerUsageOf({ identity, key }: PairSubject): ConsumerUsage {
  return { identity, used: actionsUsedBy(identity, key) };
}

/** What the identities that each opening lets in use; undefined when one of them cannot be read for certain. */
function usedActionsByGrantee(externalGrantees: readonly ExternalGrantee[],
  consumerUsages: readonly ConsumerUsage[]): ReadonlyMap<ExternalGrantee, ActionSet | undefined> {
  const uses = new Map<ExternalGrantee, ActionSet | undefined>(externalGrantees.map((externalGrantee) => [externalGrantee, NO_ACTIONS]));
  for (const { identity, used } of consumerUsages) {
    for (const opening of itemsForCaller(externalGrantees, principalsOfGrantee, callerOf(identity))) {
      if (!isGrantedTo(identity, opening)) continue;
      const others = uses.get(opening);
      uses.set(opening, others === undefined || used === undefined ? undefined : others | used);
    }
  }
  return uses;
}

function principalsOfGrantee({ principal }: ExternalGrantee): readonly Principal[] {
  return [principal];
}

function actionsUsedBy({ policies, policiesWithoutDocument: unseen }: Identity, key: Key): ActionSet | undefined {
  if (unseen) return undefined;
  let used = NO_ACTIONS;
  for (const { policy } of policiesForKey(policies, key)) {
    if (policy.kind !== 'identity') continue;
    for (const statement of itemsForKey(policy.statements, resourceElementsOfStatement, key)) {
      if (statement.effect !== 'Allow' || !mayApplyToKey(statement, key, policy.hasPolicyVariables)) continue;
      if (statement.action?.hasPlaceholder !== false) return undefined;
      used |= statement.action.actionSet;
    }
  }
  return used;
}

/** A value that is not known yet, or a wrong ARN of the key, may be meant for it. */
function mayApplyToKey(statement: Statement, key: Key, variables: boolean): boolean {
  return matchResources(statement, key, variables ? () => undefined : undefined) !== 'no'
    || isIntendedForKey(statement, key);
}
