import { accountLimitOf } from '../../access/account-limit';
import { actionsWhere, NO_ACTIONS, type ActionSet } from '../../aws/actions';
import type { ActionPattern, Principal, Statement } from '../../policy/policy';
import type { Key } from '../../linking/entities';
import { limitsToOrganization } from './account-limits';
import { isUnrecognizedPrincipal } from './principal-form';

/**
 * Whom an Allow statement of a key policy gives its actions. `foreign`: another account or an identity of it; `own`: a named
 * identity of the owner's account, or of an account that may be the owner's; `everyone`: all identities of the accounts or organizations that a condition names.
 */
export interface GrantRecipient {
  readonly kind: 'foreign' | 'own' | 'everyone' | 'service';
  readonly principal: Principal;
  readonly account: string | undefined;
}

/**
 * The principals of the statement, without the account of the owner as a whole, which may have everything; without those of whom
 * nobody can tell who they are, and everyone without limit, which are findings of their own.
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
      if (limit?.isExhaustive) return [{ kind: 'everyone', principal, account: limit.accounts.length === 1 ? limit.accounts[0]?.account : undefined }];
      return !limit && limitsToOrganization(statement) ? [{ kind: 'everyone', principal, account: undefined }] : [];
    }
    const foreign = account !== undefined && key?.account !== undefined && account !== key.account;
    if (foreign) return [{ kind: 'foreign', principal, account }];
    return form === 'account' ? [] : [{ kind: 'own', principal, account }];
  });
}

const GRANT_MANAGEMENT_ACTIONS: ActionSet = actionsWhere(({ category }) => category === 'grant');

/** Whether the value is about grants by name: `kms:CreateGrant`, `kms:*Grant*`. */
export function coversOnlyGrantActions({ service, actionSet }: ActionPattern): boolean {
  return service === 'kms' && actionSet !== NO_ACTIONS && (actionSet & ~GRANT_MANAGEMENT_ACTIONS) === NO_ACTIONS;
}
