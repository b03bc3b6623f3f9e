import { isAccountId } from '../aws/arn';
import { actionNamed, hasAction } from '../aws/actions';
import type { Condition, Policy, Principal, Statement } from '../policy/policy';
import type { Span } from '../text/span';

/** The account that the text of a key policy tells as the key's owner. */
export interface KeyOwner {
  readonly account: string;
  readonly partition: string | undefined;
  /** What tells it. */
  readonly evidence: 'root-statement' | 'caller-account';
  /** The principal or condition value, in the policy's layer. */
  readonly span: Span;
}

/** Sids and Ids of statements that let somebody else in; their account is the consumer's, whatever they allow. */
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
  const own = policy.statements.filter((statement) =>
    statement.effect === 'Allow' && !EXTERNAL_STATEMENT_NAME.test(statement.sid?.value ?? '')
  );
  const roots = own.filter(coversPutKeyPolicy).map((statement) => ({ statement, owners: accountPrincipals(statement) }));
  const all = roots.flatMap(({ owners }) => owners);
  if (all.length > 0) {
    // Two accounts with full access: only the name of the statement can tell them apart.
    const named = roots.filter(({ statement }) => OWNER_STATEMENT_NAME.test(statement.sid?.value ?? '')).flatMap(({ owners }) => owners);
    return ownerIfUnambiguous(all) ?? ownerIfUnambiguous(named);
  }
  return ownerIfUnambiguous(own.flatMap(callerAccounts));
}

function ownerIfUnambiguous(owners: readonly KeyOwner[]): KeyOwner | undefined {
  const [first] = owners;
  return owners.every((owner) => owner.account === first?.account) ? first : undefined;
}

const PUT_KEY_POLICY = actionNamed('kms:PutKeyPolicy');

function coversPutKeyPolicy({ action }: Statement): boolean {
  return PUT_KEY_POLICY !== undefined && action !== undefined && !action.negated && hasAction(action.actionSet, PUT_KEY_POLICY);
}

function accountPrincipals(statement: Statement): KeyOwner[] {
  if (!statement.principal || statement.principal.negated) return [];
  return statement.principal.principals.flatMap((principal): KeyOwner[] => {
    const { form, account, partition, text: policyString } = principal;
    return form === 'account' && account !== undefined
      ? [{ account, partition, evidence: 'root-statement', span: policyString.node.span }]
      : [];
  });
}

function callerAccounts(statement: Statement): KeyOwner[] {
  if (!statement.principal || statement.principal.negated || !statement.principal.principals.some(isWildcardPrincipal)) return [];
  return statement.conditions.filter(testsCallerAccount).flatMap(({ values }) => values.flatMap((value): KeyOwner[] =>
    value.placeholders.length === 0 && isAccountId(value.value)
      ? [{ account: value.value, partition: undefined, evidence: 'caller-account', span: value.node.span }]
      : []));
}

function isWildcardPrincipal(principal: Principal): boolean {
  return principal.form === 'anyone';
}

function testsCallerAccount(condition: Condition): boolean {
  return condition.keyLower === 'kms:calleraccount' && /^String(Equals|Like)(IgnoreCase)?$/.test(condition.operatorName ?? '');
}
