import { isAccountId } from '../aws/arn';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { NO_ACTIONS, PUT_KEY_POLICY } from '../aws/actions';
import type { Condition, Policy, Statement } from '../policy/policy';
import type { Span } from '../text/span';

/** The account that the text of a key policy tells as the key's owner. */
export interface KeyOwner {
  readonly account: string;
  readonly partition: string | undefined;
  readonly evidence: 'root-statement' | 'caller-account';
  /** The principal or condition value, in the policy's layer. */
  readonly span: Span;
}

/** Sids of statements that allow another account something; that account is the consumer, whatever they allow. */
const EXTERNAL_STATEMENT_NAME =
  /external|cross[-_ ]?account|(an)?other[-_ ]?account|foreign|partner|consumer|vendor|third[-_ ]?party|guest/i;
/** The console's and CDK's names of the owner's statement, and what people write in their place. */
const OWNER_STATEMENT_NAME =
  /iam[-_ ]?(user)?[-_ ]?(permissions|policies)|owner|root|admin|own[-_ ]?account|this[-_ ]?account|full[-_ ]?access/i;

/**
 * The owner of a key policy by its text (docs/aws-rules.md 1.5): the account whose root has `kms:*` or `kms:PutKeyPolicy`, else the
 * `kms:CallerAccount` beside `Principal *`. Undefined when nothing tells it, or when two accounts look like the owner.
 */
export function inferKeyOwner(policy: Policy): KeyOwner | undefined {
  const statements = policy.statements.filter(({ effect, sid, principal }) =>
    effect === 'Allow' && principal?.negated === false && !EXTERNAL_STATEMENT_NAME.test(sid?.value ?? '')
  );
  const rootStatements = statements.filter(coversPutKeyPolicy);
  const owners = rootStatements.flatMap(accountPrincipals);
  if (owners.length === 0) return unambiguousOwner(statements.flatMap(callerAccounts));
  // Two accounts with full access: only the name of the statement can tell them apart.
  return unambiguousOwner(owners)
    ?? unambiguousOwner(rootStatements.filter(({ sid }) => OWNER_STATEMENT_NAME.test(sid?.value ?? '')).flatMap(accountPrincipals));
}

function unambiguousOwner([owner, ...furtherOwners]: readonly KeyOwner[]): KeyOwner | undefined {
  return furtherOwners.every(({ account }) => compareIdentifiers(account, owner?.account) === 'same') ? owner : undefined;
}

function coversPutKeyPolicy({ action }: Statement): boolean {
  return action?.negated === false && (action.actionSet & PUT_KEY_POLICY) !== NO_ACTIONS;
}

function accountPrincipals({ principal }: Statement): KeyOwner[] {
  return (principal?.principals ?? []).flatMap(({ form, account, partition, text }): KeyOwner[] =>
    form === 'account' && account !== undefined ? [{ account, partition, evidence: 'root-statement', span: text.node.span }] : []);
}

function callerAccounts({ principal, conditions }: Statement): KeyOwner[] {
  if (principal?.principals.some(({ form }) => form === 'anyone') !== true) return [];
  return conditions.filter(testsCallerAccount).flatMap(({ values }) => values.flatMap(({ value, placeholders, node }): KeyOwner[] =>
    placeholders.length === 0 && isAccountId(value)
      ? [{ account: value, partition: undefined, evidence: 'caller-account', span: node.span }]
      : []));
}

function testsCallerAccount({ keyLower, operatorName }: Condition): boolean {
  return keyLower === 'kms:calleraccount' && /^String(Equals|Like)(IgnoreCase)?$/.test(operatorName ?? '');
}
