import { joinNames } from '../access/text/describe-access';
import { CROSS_ACCOUNT_ACTIONS, NO_ACTIONS } from '../aws/actions';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { ActionElement, Condition, Principal, Statement } from '../policy/policy';
import type { TreeEdit } from '../syntax/tree-edit';
import type { Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { fixPolicy, type Fix } from './shared/fix';
import { isLimitedByDeny, limitingDenies, limitsCallers, nearestLimitingCondition } from './shared/account-limits';
import { conditionEdits } from './shared/condition-edits';
import { accountsGrantedBy, accountsUsingKeyId, MAX_CHOICES } from './shared/workspace-keys';
import type { Rule } from './rule';
import { namesOfActions } from './shared/wording';

const MAX_LISTED_ACTIONS = 5;

export const wildcardPrincipal: Rule = {
  code: 'wildcard-principal',
  severity: 'error',
  summary: 'The key policy allows the identities of every AWS account',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html',
  check: {
    *keyPolicyStatement(statement, { policy: located, key, memoize }) {
      const { effect, principal, action } = statement;
      if (effect !== 'Allow' || !principal || principal.negated || !action || action.actionSet === NO_ACTIONS && !action.hasPlaceholder)
        return;
      if (limitsCallers(statement) || isLimitedByDeny(statement, memoize(limitingDenies, located.policy))) return;
      for (const everyone of principal.principals.filter(({ form }) => form === 'anyone')) {
        const condition = nearestLimitingCondition(statement);
        const inOwnerAccount = worksInOwnerAccountOnly(action);
        yield {
          at: locationInFile(located, everyone.text.node.span),
          severity: condition || inOwnerAccount ? 'warning' : 'error',
          message: inOwnerAccount ? messageForOwnerAccount(action) : messageOf(action, condition),
          related: condition
            ? [{ at: locationInFile(located, condition.keyMember.span), message: 'This condition does not limit the accounts.' }] : [],
          fixes: (world) => inOwnerAccount ? [] : fixesFor(world, located, key, statement, everyone),
        };
      }
    },
  },
};

function worksInOwnerAccountOnly({ actionSet, hasPlaceholder }: ActionElement): boolean {
  return !hasPlaceholder && (actionSet & CROSS_ACCOUNT_ACTIONS) === NO_ACTIONS;
}

function messageForOwnerAccount(action: ActionElement): string {
  return `"*" is everyone. What this statement allows (${describeActions(action)}) works only inside the account that owns the key: `
    + 'there every identity has it, without any IAM policy. Name the identities.';
}

function messageOf(action: ActionElement, condition: Condition | undefined): string {
  return condition
    ? `"*" is every identity of every AWS account, and no condition here limits the accounts: ${condition.key} ${whyNoLimit(condition)}. `
      + 'Name the accounts, or add kms:CallerAccount or aws:PrincipalOrgID.'
    : `"*" is every identity of every AWS account: anyone whose own account allows it can use ${describeActions(action)} on this key. `
      + 'Name the accounts, or limit them by a condition such as kms:CallerAccount.';
}

/** A few patterns are easier to read than the names of all actions that they cover. */
function describeActions({ patterns, negated, actionSet }: ActionElement): string {
  const few = !negated && patterns.length <= MAX_LISTED_ACTIONS ? joinNames(patterns.map(({ text }) => text.value)) : '';
  return few || namesOfActions(actionSet) || 'these actions';
}

function whyNoLimit({ keyLower: key, ifExists }: Condition): string {
  switch (key) {
    case 'kms:viaservice': return 'only says through which service the call comes';
    case 'aws:securetransport': return 'only requires TLS';
    case 'kms:calleraccount': case 'aws:principalaccount': case 'aws:principalorgid':
      return ifExists ? 'is tested with IfExists, which allows every call without it' : 'does not say which accounts here';
    case 'aws:principalisawsservice': case 'aws:principalservicename': case 'aws:principalservicenameslist':
      return 'allows services, for whichever account they act';
    case 'aws:sourceip': return 'only says from which addresses the call comes';
    default: return key.startsWith('kms:encryptioncontext') ? 'can be given by any caller' : 'is true for callers of any account';
  }
}

function fixesFor(
  world: World, located: DiscoveredPolicy, key: Key | undefined, statement: Statement, everyone: Principal,
): readonly Fix[] {
  const consumers = accountsUsingKeyId(world, key);
  const accounts = new Set([...consumers, ...key?.account === undefined ? [] : [key.account], ...accountsGrantedBy(located.policy)]);
  const replacements = consumers.slice(0, MAX_CHOICES).map((account) => {
    const arn = `arn:${key?.partition ?? 'aws'}:iam::${account}:root`;
    // A bare "*" has no principal object around it.
    const edit: TreeEdit = { edit: 'replace', node: everyone.text.node, value: everyone.key ? arn : { AWS: arn } };
    return fixPolicy(`Replace "*" with account ${account}`, located, [edit], { preferred: consumers.length === 1 });
  });
  const limits = [...accounts].slice(0, MAX_CHOICES).map((account) => {
    const edits = conditionEdits(statement, [{ operator: 'StringEquals', key: 'kms:CallerAccount', value: account }]);
    return fixPolicy(`Limit "*" to account ${account} by kms:CallerAccount`, located, edits);
  });
  return [...replacements, ...limits];
}
