import { NO_ACTIONS, actionsWhere, type ActionInfo, type ActionSet } from '../aws/actions';
import { isAccountId, parseArn } from '../aws/arn';
import { compareIdentifiers, containsSymbol } from '../aws/identifier-comparison';
import { mayBeSameServicePrincipal } from '../aws/services';
import type { Grant, GrantConstraint } from '../discovery/discovery-result';
import { candidatesIn, indexCandidates, MIN_INDEXED_ITEMS, type CandidateIndex } from '../policy/candidate-index';
import type { Memoize } from '../workspace/memoize';
import type { Caller } from './caller';

/** Whether a grant gives the action to the caller; `account`: to the caller's account, which delegates it by IAM policies. */
export type GrantMatch = 'yes' | 'no' | 'unknown' | 'account';

/**
 * A grant gives its operations to the grantee. It can be retired by its retiring principal and by the account that made it,
 * besides a grantee with that operation (KMS Developer Guide, Retiring and revoking grants).
 */
export function matchGrant(grant: Grant, action: ActionInfo, caller: Caller): GrantMatch {
  const asGrantee = grant.operations.includes(grantOperationOf(action))
    ? matchGrantPrincipals([grant.granteePrincipal, grant.granteeServicePrincipal], caller)
    : 'no';
  if (grantOperationOf(action) !== 'RetireGrant') return asGrantee;
  return bestGrantMatch([asGrantee,
    matchGrantPrincipals([grant.retiringPrincipal, grant.retiringServicePrincipal, grant.issuingAccount], caller)]);
}

/** The actions that constraints on the encryption context bear on. */
export const ENCRYPTION_CONTEXT_ACTIONS: ActionSet = actionsWhere((action) => (
  grantOperationOf(action) !== 'RetireGrant' && action.conditionKeys.some((key) => key.startsWith('kms:EncryptionContext:'))
));

/**
 * The constraints of the grant that bear on the action. Those of the encryption context do on operations that take one, and on
 * CreateGrant, whose grants must be as strict; not on DescribeKey or RetireGrant (KMS API Reference, GrantConstraints).
 */
export function constraintsOnAction({ constraints }: Grant, action: Pick<ActionInfo, 'bit'>): readonly GrantConstraint[] {
  if (constraints.length === 0) return constraints;
  const takesContext = (action.bit & ENCRYPTION_CONTEXT_ACTIONS) !== NO_ACTIONS;
  return constraints.filter(({ name }) => takesContext || !name.startsWith('EncryptionContext'));
}

/** The name of an action as grants have it. */
function grantOperationOf({ name }: ActionInfo): string {
  return name.slice('kms:'.length);
}

/**
 * The grants that may give the caller anything, in their order. A key can have as many as 50,000 (KMS Developer Guide, Resource quotas),
 * nearly all of them for somebody else.
 */
export function grantsForCaller(grants: readonly Grant[], caller: Caller, memoize: Memoize): readonly Grant[] {
  const candidateIndex = grants.length < MIN_INDEXED_ITEMS ? undefined : memoize(indexGrants, grants);
  return candidateIndex ? candidatesIn(grants, candidateIndex, grantMarksOfCaller(caller)) : grants;
}

function indexGrants(grants: readonly Grant[]): CandidateIndex | undefined {
  return indexCandidates(grants, (grant) =>
    [grant.granteePrincipal, grant.granteeServicePrincipal, grant.retiringPrincipal, grant.retiringServicePrincipal, grant.issuingAccount]
      .flatMap((principal) => (principal === undefined ? [] : grantMarksOfPrincipal(principal))));
}

/** A user or role is found by its ARN, its account, and sessions of the role; others by everything of their account (`any`). */
function grantMarksOfCaller({ kind, account, arn, name }: Caller): readonly string[] | undefined {
  if (account === undefined || containsSymbol(account)) return undefined;
  if (arn === undefined || kind !== 'user' && kind !== 'role' && kind !== 'federated-user') return [`any ${account}`];
  return [arn, `account ${account}`, `session ${account} ${lastPathSegmentOf(name)}`];
}

function grantMarksOfPrincipal(principal: string): readonly (string | undefined)[] {
  if (containsSymbol(principal)) return [undefined];
  const arn = parseArn(principal);
  const account = arn?.account ?? principal;
  const [type, role] = arn?.resource.split('/') ?? [];
  return [
    principal, `any ${account}`,
    ...!arn || arn.resource === 'root' ? [`account ${account}`] : [],
    ...type === 'assumed-role' ? [`session ${account} ${role ?? ''}`] : [],
  ];
}

const GRANT_MATCH_ORDER: readonly GrantMatch[] = ['yes', 'account', 'unknown', 'no'];

function bestGrantMatch(holders: readonly GrantMatch[]): GrantMatch {
  return GRANT_MATCH_ORDER.find((holder) => holders.includes(holder)) ?? 'no';
}

function matchGrantPrincipals(principals: readonly (string | undefined)[], caller: Caller): GrantMatch {
  return bestGrantMatch(principals.map((principal) => (principal === undefined ? 'no' : matchGrantPrincipal(principal, caller))));
}

function matchGrantPrincipal(principal: string, caller: Caller): GrantMatch {
  if (caller.service !== undefined)
    return principal === caller.service
      ? 'yes'
      : mayBeSameServicePrincipal(principal, caller.service)
      ? 'unknown'
      : 'no';
  if (compareIdentifiers(principal, caller.arn) === 'same') return 'yes';
  const arn = parseArn(principal);
  const account = arn?.account ?? principal;
  if (!isAccountId(account) && !containsSymbol(account)) return 'no';
  const accountComparison = compareIdentifiers(account, caller.account);
  if (accountComparison !== 'same') return accountComparison === 'unknown' ? 'unknown' : 'no';
  if (!arn || arn.resource === 'root') return 'account';
  const [type, ...rest] = arn.resource.split('/');
  // A role's grant is that of all its sessions, whose ARNs leave out the path of the role.
  if (caller.kind === 'session') return type === 'role' && rest.at(-1) === caller.name ? 'yes' : 'no';
  // The named user or role may be the one that the policy is attached to; a session of the role may be the grantee.
  const session = caller.kind === 'role' && type === 'assumed-role' && rest[0] === lastPathSegmentOf(caller.name);
  return caller.kind === 'unknown' || caller.kind === 'group' && type === 'user' || session ? 'unknown' : 'no';
}

function lastPathSegmentOf(name: string | undefined): string {
  return name?.slice(name.lastIndexOf('/') + 1) ?? '';
}
