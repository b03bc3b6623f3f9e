import { isAccountId } from '../aws/arn';
import { operatorNamed } from '../aws/operators';
import type { Condition, Principal, Statement } from '../model/policy';
import type { Text } from '../model/text';
import { compare } from './compare';
import { valuesFor } from './condition-value-index';
import { encodeText } from './encode';

/** An account that a statement of a key policy lets in, with the text that names it. */
export interface NamedAccount {
  readonly account: string;
  readonly text: Text;
}

/** The accounts that everyone (`*`) is in a statement. */
export interface AccountLimit {
  readonly accounts: readonly NamedAccount[];
  /** No value of the condition is unknown: it can be no other account. */
  readonly complete: boolean;
}

const limits = new WeakMap<Statement, { readonly limit: AccountLimit | undefined }>();

/**
 * The accounts to which `kms:CallerAccount` or `aws:PrincipalAccount` limits a statement for everyone; undefined where
 * neither does. Everyone with such a condition is how a key policy names all identities of an account.
 *
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account
 */
export function accountLimit(statement: Statement): AccountLimit | undefined {
  let known = limits.get(statement);
  if (!known) limits.set(statement, known = { limit: readLimit(statement) });
  return known.limit;
}

/** The account of a principal, or the accounts that everyone is limited to; none where nothing says which. */
export function accountsOfPrincipal(principal: Principal, statement: Statement): readonly NamedAccount[] {
  if (principal.form === 'anyone') return accountLimit(statement)?.accounts ?? [];
  return principal.account === undefined ? [] : [{ account: principal.account, text: principal.text }];
}

function readLimit({ conditions }: Statement): AccountLimit | undefined {
  const ofAccounts = conditions.filter(isOnAccount);
  const limiting = ofAccounts.filter(isLimiting);
  // Conditions are joined by AND: any of them holds all accounts that there can be, and the others take some away.
  const chosen = limiting.find(isKnown) ?? limiting[0];
  if (!chosen) return undefined;
  const named = chosen.values.filter(({ value, holes }) => holes.length === 0 && isAccountId(value)).map((text) => ({ account: text.value, text }));
  return { accounts: named.filter(({ account }) => ofAccounts.every((condition) => mayHold(condition, account))), complete: isKnown(chosen) };
}

function isOnAccount({ keyLower }: Condition): boolean {
  return keyLower === 'kms:calleraccount' || keyLower === 'aws:principalaccount';
}

/** A positive operator with whole values only: with a wildcard or a variable among them nobody can tell which accounts are meant. */
function isLimiting({ base, set, ifExists, values }: Condition): boolean {
  return /^String(Equals|EqualsIgnoreCase|Like)$/.test(base ?? '') && set === undefined && !ifExists
    && values.every(({ value, holes }) => holes.length > 0 || !/[*?]|\$\{/.test(value));
}

function isKnown({ values }: Condition): boolean {
  return values.every(({ holes }) => holes.length === 0);
}

/** Every caller but a service has an account, so that `IfExists` and set operators change nothing. */
function mayHold(condition: Condition, account: string): boolean {
  const operator = condition.base === undefined ? undefined : operatorNamed(condition.base);
  if (operator?.family !== 'String') return true;
  const reading = { wildcards: operator.wildcards, variables: () => undefined };
  const matches = valuesFor(condition, operator, account).map((text) => compare(operator, encodeText(text, reading), account));
  return operator.negated ? !matches.includes('yes') : matches.some((match) => match !== 'no');
}
