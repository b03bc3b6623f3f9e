import { isAccountId } from '../aws/arn';
import { operatorNamed } from '../aws/operators';
import type { Condition, Principal, Statement } from '../policy/policy';
import type { PolicyString } from '../policy/policy-string';
import { compareConditionValue } from './condition-comparison';
import { candidateConditionValues } from './condition-evaluation';
import { encodePattern } from './pattern-encoding';

/** An account that a statement of a key policy lets in, with the text that names it. */
export interface NamedAccount {
  readonly account: string;
  readonly text: PolicyString;
}

/** The accounts that everyone (`*`) is in a statement. */
export interface AccountLimit {
  readonly accounts: readonly NamedAccount[];
  /** No value of the condition is unknown: it can be no other account. */
  readonly isExhaustive: boolean;
}

/**
 * The accounts to which `kms:CallerAccount` or `aws:PrincipalAccount` limits a statement for everyone; undefined where
 * neither does. Everyone with such a condition is how a key policy names all identities of an account.
 *
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account
 */
export function accountLimitOf({ conditions }: Statement): AccountLimit | undefined {
  const ofAccounts = conditions.filter(isCallerAccountCondition);
  const limiting = ofAccounts.filter(listsAllowedAccounts);
  // Conditions are joined by AND: any of them holds all accounts that there can be, and the others take some away.
  const condition = limiting.find(hasOnlyLiteralValues) ?? limiting[0];
  if (!condition) return undefined;
  const accounts = condition.values.filter(({ value, placeholders }) => placeholders.length === 0 && isAccountId(value))
    .filter(({ value }) => ofAccounts.every((condition) => mayHoldForAccount(condition, value)))
    .map((text) => ({ account: text.value, text }));
  return { accounts, isExhaustive: hasOnlyLiteralValues(condition) };
}

/** The account of a principal, or the accounts that everyone is limited to; none where nothing says which. */
export function accountsOfPrincipal(principal: Principal, statement: Statement): readonly NamedAccount[] {
  if (principal.form === 'anyone') return accountLimitOf(statement)?.accounts ?? [];
  return principal.account === undefined ? [] : [{ account: principal.account, text: principal.text }];
}

function isCallerAccountCondition({ keyLower }: Condition): boolean {
  return keyLower === 'kms:calleraccount' || keyLower === 'aws:principalaccount';
}

/** A positive operator with whole values only: with a wildcard or a variable among them nobody can tell which accounts are meant. */
function listsAllowedAccounts({ operatorName, setOperator, ifExists, values }: Condition): boolean {
  return /^String(Equals|EqualsIgnoreCase|Like)$/.test(operatorName ?? '') && setOperator === undefined && !ifExists
    && values.every(({ value, placeholders }) => placeholders.length > 0 || !/[*?]|\$\{/.test(value));
}

function hasOnlyLiteralValues({ values }: Condition): boolean {
  return values.every(({ placeholders }) => placeholders.length === 0);
}

/** Every caller but a service has an account, so that `IfExists` and set operators change nothing. */
function mayHoldForAccount(condition: Condition, account: string): boolean {
  const operator = condition.operatorName === undefined ? undefined : operatorNamed(condition.operatorName);
  if (operator?.family !== 'String') return true;
  const reading = { hasWildcards: operator.wildcards, variableValues: () => undefined };
  const matchResults = candidateConditionValues(condition, account).map((policyString) =>
    compareConditionValue(operator, encodePattern(policyString, reading), account)
  );
  return operator.negated ? !matchResults.includes('yes') : matchResults.some((matchResult) => matchResult !== 'no');
}
