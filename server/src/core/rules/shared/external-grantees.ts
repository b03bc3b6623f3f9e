import { accountLimitOf, accountsOfPrincipal } from '../../access/account-limit';
import { anyCallerInAccount, callerOfPrincipal, isServiceLinkedRoleName } from '../../access/caller';
import { NO_ORGANIZATIONS } from '../../access/request-context';
import { applicableActions } from '../../access/statement-evaluation';
import { CROSS_ACCOUNT_ACTIONS, KEY_ACTIONS, NO_ACTIONS, type ActionSet } from '../../aws/actions';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Principal, Statement } from '../../policy/policy';
import type { PolicyString } from '../../policy/policy-string';
import type { Identity, Key, Link } from '../../linking/entities';
import type { Severity } from './finding';

/** The links that a finding about this identity and this key hangs on. */
export function linksOfIdentityAndKey(identity: Identity, key: Key): readonly Link[] {
  return key.link ? [key.link, identity.link] : [identity.link];
}

/**
 * The level of a finding that says that a key policy lacks something. A fragment is not the whole key policy, and what is
 * still being typed may yet say it.
 */
export function severityOfMissingPermission(policy: DiscoveredPolicy | undefined, level: Severity): Severity {
  if (!policy || level === 'hint') return level;
  if (!isCompletelyTyped(policy)) return 'info';
  return policy.policy.isFragment && level === 'error' ? 'warning' : level;
}

/** Whether nothing of the document is still being typed. */
export function isCompletelyTyped({ policy }: DiscoveredPolicy): boolean {
  const list = policy.statementMember?.value;
  return policy.node.closed && (policy.isFragment || list !== undefined && list.kind !== 'scalar' && list.closed)
    && policy.statements.every((statement) => statement.node.closed);
}

/** Both accounts are known and differ. */
export function isCrossAccount(identity: Identity, key: Key): boolean {
  return identity.account !== undefined && key.account !== undefined && identity.account !== key.account;
}

/** Service-linked roles cannot be given policies: only a grant serves them (Auto Scaling User Guide, key policy for encrypted volumes). */
function isServiceLinkedRole(principal: Principal): boolean {
  return principal.form === 'role' && isServiceLinkedRoleName(principal.name);
}

/** What a statement of a key policy says of one other account. */
export interface ExternalGrantee {
  readonly statement: Statement;
  readonly principal: Principal;
  readonly account: string;
  /** The ARN of the one identity that is let in; undefined for the account: by its id, its root ARN, or as the limit of everyone (`*`). */
  readonly identityArn: string | undefined;
  /** What names the account: the principal, or the value of the condition that limits everyone to it. */
  readonly text: PolicyString;
}

const granteesByKey = new WeakMap<Key, readonly ExternalGrantee[]>();

/** Everything by which Allow statements of the key policy let accounts other than the owner in, in the order of the text. */
export function externalGranteesOf(key: Key): readonly ExternalGrantee[] {
  const known = granteesByKey.get(key);
  if (known) return known;
  const read = readExternalGrantees(key);
  granteesByKey.set(key, read);
  return read;
}

function readExternalGrantees(key: Key): readonly ExternalGrantee[] {
  const owner = key.account;
  if (!key.policy || owner === undefined) return [];
  const found: ExternalGrantee[] = [];
  for (const statement of key.policy.policy.statements) {
    if (statement.effect !== 'Allow' || !statement.principal || statement.principal.negated) continue;
    for (const principal of statement.principal.principals) {
      if (principal.form === 'invalid' || isServiceLinkedRole(principal)) continue;
      const identity = principal.form === 'account' || principal.form === 'anyone' ? undefined : principal.text.value;
      for (const { account, text: policyString } of accountsOfPrincipal(principal, statement)) {
        if (account !== owner) found.push({ statement, principal, account, identityArn: identity, text: policyString });
      }
    }
  }
  return found;
}

/**
 * What the opening gives: actions that work for another account, as far as the conditions of its statement can be true of whom it means. Where they never are, the
 * finding stands there.
 */
export function actionsGrantedTo(key: Key, { statement, principal, account }: ExternalGrantee): ActionSet {
  const given = (statement.action?.actionSet ?? NO_ACTIONS) & KEY_ACTIONS & CROSS_ACCOUNT_ACTIONS;
  if (statement.conditions.length === 0 || !key.policy) return given;
  const caller = principal.form === 'anyone' ? anyCallerInAccount(account, key.partition) : callerOfPrincipal(principal);
  return given & applicableActions({ gate: 'key-policy', policy: key.policy, statement }, { caller, key, organizations: NO_ORGANIZATIONS });
}

/** Whether the statement lets in nobody else than these openings of it: nobody of the owner's account, and nobody unknown. */
export function coversAllPrincipals(own: readonly ExternalGrantee[], statement: Statement): boolean {
  const limit = accountLimitOf(statement);
  const counts = new Map<Principal, number>();
  for (const { principal } of own) counts.set(principal, (counts.get(principal) ?? 0) + 1);
  return (statement.principal?.principals ?? []).every((principal) => {
    const named = counts.get(principal) ?? 0;
    return principal.form === 'anyone' ? limit?.isExhaustive === true && limit.accounts.length === named : named > 0;
  });
}
