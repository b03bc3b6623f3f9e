import { accountLimitOf } from '../../access/account-limit';
import { actionsWhere, NO_ACTIONS, type ActionSet } from '../../aws/actions';
import { compareIdentifiers } from '../../aws/identifier-comparison';
import type { Key } from '../../linking/entities';
import type { ActionPattern, Principal, Statement } from '../../policy/policy';
import { limitsToOrganization } from './account-limits';
import { isUnrecognizedPrincipal } from './principal-form';

/**
 * Whom an Allow statement of a key policy allows its actions. `foreign`: another account or an identity of it; `own`: an identity of the
 * owner's account, or of an account that may be the owner's; `everyone`: all identities of the accounts or organizations of a condition.
 */
export interface GrantRecipient {
  readonly kind: 'foreign' | 'own' | 'everyone' | 'service';
  readonly principal: Principal;
  readonly account: string | undefined;
}

/**
 * The recipients of a statement, except the owner's account as a whole, which may have everything, and those that other findings are about:
 * principals that cannot be identified, and everyone without a limit.
 */
export function grantRecipientsOf(statement: Statement, key: Key | undefined): readonly GrantRecipient[] {
  const { principal: element, effect } = statement;
  if (effect !== 'Allow' || !element || element.negated) return [];
  return element.principals.flatMap((principal): GrantRecipient[] => {
    const { form, account } = principal;
    if (form === 'unknown' || isUnrecognizedPrincipal(principal)) return [];
    if (form === 'service') return [{ kind: 'service', principal, account: undefined }];
    if (form === 'anyone') {
      const limit = accountLimitOf(statement);
      if (limit?.isExhaustive)
        return [{ kind: 'everyone', principal, account: limit.accounts.length === 1 ? limit.accounts[0]?.account : undefined }];
      return !limit && limitsToOrganization(statement) ? [{ kind: 'everyone', principal, account: undefined }] : [];
    }
    if (compareIdentifiers(account, key?.account) === 'different') return [{ kind: 'foreign', principal, account }];
    return form === 'account' ? [] : [{ kind: 'own', principal, account }];
  });
}

const GRANT_MANAGEMENT_ACTIONS: ActionSet = actionsWhere(({ category }) => category === 'grant');

/** Whether the value covers grant actions only: `kms:CreateGrant`, `kms:*Grant*`. */
export function coversOnlyGrantActions({ service, actionSet }: ActionPattern): boolean {
  return service === 'kms' && actionSet !== NO_ACTIONS && (actionSet & ~GRANT_MANAGEMENT_ACTIONS) === NO_ACTIONS;
}
