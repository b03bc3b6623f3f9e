import { accountLimitOf, accountsOfPrincipal } from '../../access/account-limit';
import { anyCallerInAccount, callerOfPrincipal, isServiceLinkedRoleName } from '../../access/caller';
import { NO_ORGANIZATIONS } from '../../access/request-context';
import { applicableActions } from '../../access/statement-evaluation';
import { CROSS_ACCOUNT_ACTIONS, KEY_ACTIONS, NO_ACTIONS, type ActionSet } from '../../aws/actions';
import { compareIdentifiers } from '../../aws/identifier-comparison';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Identity, Key, Link } from '../../linking/entities';
import type { Principal, Statement } from '../../policy/policy';
import type { PolicyString } from '../../policy/policy-string';
import type { Severity } from './finding';

export function linksOfKey(key: Key | undefined): readonly Link[] {
  return key?.link ? [key.link] : [];
}

/** The links that a finding about this identity and this key depends on. */
export function linksOfIdentityAndKey(identity: Identity, key: Key): readonly Link[] {
  return [...linksOfKey(key), identity.link];
}

/**
 * The severity of a finding that a key policy lacks something: lower for a fragment, which is not the whole key policy, and for a document
 * that is still being typed.
 */
export function severityOfMissingPermission(policy: DiscoveredPolicy | undefined, severity: Severity): Severity {
  if (!policy || severity === 'hint') return severity;
  if (!isCompletelyTyped(policy)) return 'info';
  return policy.policy.isFragment && severity === 'error' ? 'warning' : severity;
}

export function isCompletelyTyped({ policy }: DiscoveredPolicy): boolean {
  const list = policy.statementMember?.value;
  return policy.node.closed && (policy.isFragment || list !== undefined && list.kind !== 'scalar' && list.closed)
    && policy.statements.every((statement) => statement.node.closed);
}

/** Whether both accounts are known and differ. */
export function isCrossAccount(identity: Identity, key: Key): boolean {
  return compareIdentifiers(identity.account, key.account) === 'different';
}

/** An account other than the key's that a statement of the key policy allows something. */
export interface ExternalGrantee {
  readonly statement: Statement;
  readonly principal: Principal;
  readonly account: string;
  /**
   * The ARN of the single identity that is allowed; undefined for the account, by its id, root ARN, or a condition that limits everyone
   * (`*`) to it.
   */
  readonly identityArn: string | undefined;
  /** What names the account: the principal, or the value of the condition that limits everyone to it. */
  readonly text: PolicyString;
}

/** All external grantees in Allow statements of the key policy, in the order of the text. To be memoized by key. */
export function externalGranteesOf({ account: owner, policy }: Key): readonly ExternalGrantee[] {
  if (!policy || owner === undefined) return [];
  const grantees: ExternalGrantee[] = [];
  for (const statement of policy.policy.statements) {
    if (statement.effect !== 'Allow' || !statement.principal || statement.principal.negated) continue;
    for (const principal of statement.principal.principals) {
      const { form } = principal;
      // Service-linked roles cannot be given policies: only a grant serves them (Auto Scaling User Guide, key policy for encrypted
      // volumes).
      if (form === 'invalid' || form === 'role' && isServiceLinkedRoleName(principal.name)) continue;
      const identityArn = form === 'account' || form === 'anyone' ? undefined : principal.text.value;
      for (const { account, text } of accountsOfPrincipal(principal, statement)) {
        if (compareIdentifiers(account, owner) === 'different') grantees.push({ statement, principal, account, identityArn, text });
      }
    }
  }
  return grantees;
}

/** The actions that the grantee is allowed, that work across accounts, and for which the conditions of the statement can be true. */
export function actionsGrantedTo(key: Key, { statement, principal, account }: ExternalGrantee): ActionSet {
  const actions = (statement.action?.actionSet ?? NO_ACTIONS) & KEY_ACTIONS & CROSS_ACCOUNT_ACTIONS;
  if (statement.conditions.length === 0 || !key.policy) return actions;
  const caller = principal.form === 'anyone' ? anyCallerInAccount(account, key.partition) : callerOfPrincipal(principal);
  const context = { caller, key, organizations: NO_ORGANIZATIONS };
  return actions & applicableActions({ gate: 'key-policy', policy: key.policy, statement }, context);
}

/** Whether these grantees of the statement are all its principals: it is for nobody of the owner's account, and for nobody unknown. */
export function coversAllPrincipals(grantees: readonly ExternalGrantee[], statement: Statement): boolean {
  const limit = accountLimitOf(statement);
  const counts = new Map<Principal, number>();
  for (const { principal } of grantees) counts.set(principal, (counts.get(principal) ?? 0) + 1);
  return (statement.principal?.principals ?? []).every((principal) => {
    const count = counts.get(principal) ?? 0;
    return principal.form === 'anyone' ? limit?.isExhaustive === true && limit.accounts.length === count : count > 0;
  });
}
