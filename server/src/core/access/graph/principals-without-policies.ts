import { compareIdentifiers } from '../../aws/identifier-comparison';
import type { Principal } from '../../policy/policy';
import type { Identity, Key, Link } from '../../linking/entities';
import { accountsOfPrincipal } from '../account-limit';
import { allowedPrincipalsOf } from './key-index';

const NAMED_BY_KEY_POLICY: Link = { reason: 'text', certain: true, description: 'named by the key policy', at: undefined };

/** The names of the identities of a world. */
export interface IdentityRegister {
  readonly arns: ReadonlySet<string | undefined>;
  /** Accounts and names of roles: a session has the policies of its role, and the row of the role shows what the session may do. */
  readonly roleNames: ReadonlySet<string>;
}

export function identityRegister(identities: readonly Identity[]): IdentityRegister {
  return {
    arns: new Set(identities.map(({ arn }) => arn)),
    roleNames: new Set(identities.flatMap(({ kind, arn }) => (kind === 'role' && arn !== undefined ? [roleNameOfArn(arn)] : []))),
  };
}

/**
 * The principals named by a key policy that are not an identity of the workspace; `accounts`: of the identities that can matter to the key.
 */
export function principalsWithoutPolicies(namedIdentities: readonly Identity[], accounts: ReadonlySet<string>,
  register: IdentityRegister): readonly Identity[] {
  return namedIdentities.filter(({ arn, account }) => !(arn === undefined ? accounts.has(account ?? '') : isRegistered(arn, register)));
}

function isRegistered(arn: string, { arns, roleNames }: IdentityRegister): boolean {
  return arns.has(arn) || arn.includes(':assumed-role/') && roleNames.has(roleNameOfArn(arn));
}

/** Account and name of a role, or of the role of a session: the ARN of a session leaves out the IAM path. */
function roleNameOfArn(arn: string): string {
  const fields = arn.split(':');
  const parts = fields.at(-1)?.split('/') ?? [];
  return `${fields[4] ?? ''}/${(parts[0] === 'role' ? parts.at(-1) : parts[1]) ?? ''}`;
}

/** Everyone whom the key policy allows by name, each once; not the owner's own account, which delegates to itself. */
export function principalsNamedByKeyPolicy(key: Key, record: (identity: Identity) => Identity): readonly Identity[] {
  const identitiesByName = new Map<string, Identity>();
  for (const { principal, statement } of allowedPrincipalsOf(key)) {
    const whole = principal.form === 'account' || principal.form === 'anyone';
    for (const { account, text: policyString } of accountsOfPrincipal(principal, statement)) {
      if (whole && compareIdentifiers(account, key.account) === 'same' || policyString.placeholders.length > 0) continue;
      const id = whole ? account : policyString.value;
      if (!identitiesByName.has(id)) identitiesByName.set(id, record(identityOfPrincipal(id, principal, account)));
    }
  }
  return [...identitiesByName.values()];
}

/** Two principals of one key are the same. */
export function identityRecordKey({ partition, id }: Identity): string {
  return `${partition ?? ''} ${id}`;
}

function identityOfPrincipal(id: string, { form, partition }: Principal, account: string): Identity {
  return {
    id, arn: compareIdentifiers(id, account) === 'same' ? undefined : id, partition, account,
    kind: form === 'user' || form === 'role' ? form : 'unknown', policies: [], link: NAMED_BY_KEY_POLICY,
  };
}
