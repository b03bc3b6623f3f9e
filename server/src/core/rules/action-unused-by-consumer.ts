import { CROSS_ACCOUNT_ACTIONS, KEY_ACTIONS, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { matchResources } from '../access/match-resource';
import { placeOf } from '../locate/located';
import type { Statement } from '../model/policy';
import type { Identity, Key } from '../workspace/world';
import { namedPatterns } from './judgements/asks';
import { openingsOf } from './judgements/key-halves';
import { misnamedField } from './judgements/key-naming';
import { removeAction } from './remove-action';
import type { KeySubject, RuleFor } from './rule';
import { enumerate, namesOfActions } from './wording';

/** The key policy gives other accounts more than they ask for. */
export const actionUnusedByConsumer: RuleFor<'key', KeySubject> = {
  scope: 'key',
  meta: {
    code: 'action-unused-by-consumer',
    severity: 'hint',
    summary: 'The key policy gives another account an action that no IAM policy of it uses',
    href: 'https://docs.aws.amazon.com/kms/latest/developerguide/least-privilege.html',
    fixable: true,
  },
  *check({ key, pairs }) {
    const { policy } = key;
    if (!policy) return;
    const identities = pairs.map((pair) => pair.identity);
    for (const [statement, accounts] of openedStatements(key)) {
      const uses = accounts.map((account) => usedBy(identities, key, account));
      // Where the workspace has no policy that asks for the key, nothing tells what the account needs.
      if (uses.some((used) => used === undefined || (used & (statement.action?.set ?? NO_ACTIONS)) === NO_ACTIONS)) continue;
      const used = uses.reduce<ActionSet>((set, one) => set | (one ?? NO_ACTIONS), NO_ACTIONS);
      for (const pattern of namedPatterns(statement)) {
        const given = pattern.set & KEY_ACTIONS & CROSS_ACCOUNT_ACTIONS;
        if (given === NO_ACTIONS || (given & used) !== NO_ACTIONS) continue;
        yield {
          at: placeOf(policy, pattern.text.node.span),
          message: `No IAM policy of account ${enumerate(accounts)} in this workspace uses ${namesOfActions(given)}. Give away what is used only.`,
          unnecessary: true,
          fixes: () => removeAction(policy, statement, pattern),
        };
      }
    }
  },
};

/** The Allow statements for identities of other accounts only: what the owner's own need nobody can tell here. */
function openedStatements(key: Key): Map<Statement, string[]> {
  const statements = new Map<Statement, string[]>();
  const openings = openingsOf(key);
  for (const { statement, account } of openings) {
    const own = openings.filter((opening) => opening.statement === statement);
    if (own.length !== statement.principal?.principals.length) continue;
    const accounts = statements.get(statement) ?? [];
    if (!accounts.includes(account)) accounts.push(account);
    statements.set(statement, accounts);
  }
  return statements;
}

/** What the policies of an account ask of the key; undefined when one of them cannot be read for certain. */
function usedBy(identities: readonly Identity[], key: Key, account: string): ActionSet | undefined {
  let used = NO_ACTIONS;
  for (const identity of identities) {
    if (identity.account !== undefined && identity.account !== account) continue;
    for (const { policy } of identity.policies) {
      if (policy.kind !== 'identity') continue;
      for (const statement of policy.statements) {
        if (statement.effect !== 'Allow' || !reaches(statement, key, policy.variables)) continue;
        if (statement.action?.unknown !== false) return undefined;
        used |= statement.action.set;
      }
    }
  }
  return used;
}

/** A value that is not known yet, or a wrong ARN of the key, may be meant for it. */
function reaches(statement: Statement, key: Key, variables: boolean): boolean {
  return matchResources(statement, key, variables ? () => undefined : undefined) !== 'no'
    || statement.resource?.patterns.some((pattern) => misnamedField(pattern, key) !== undefined) === true;
}
