import type { Principal } from '../../policy/policy';
import { columnOf, type Column } from '../../workspace/column';
import type { Identity, Key, Link } from '../../linking/entities';
import { accountsOfPrincipal } from '../account-limit';
import { allowedPrincipalsOf } from './key-index';

const NAMED_BY_KEY_POLICY: Link = { reason: 'text', certain: true, says: 'named by the key policy', at: undefined };

/** The identities of the workspace, as far as key policies are held against them. Worked out when it is first asked for. */
export interface KnownPrincipals {
  readonly identities: readonly Identity[];
  arns: ReadonlySet<string | undefined> | undefined;
  /** Accounts and names of roles. */
  roleNames: ReadonlySet<string> | undefined;
}

/**
 * Everyone whom each key's policy lets in by name, made from those of the state before: somebody is one record, whichever key
 * policies name them, so that what is known about their pairs can be kept.
 */
export function namedPrincipalsByKeyOf(keys: readonly Key[], before: Column<Key, readonly Identity[]> | undefined): Column<Key, readonly Identity[]> {
  let records: Map<string, Identity> | undefined;
  return columnOf(keys, before, (key, known, position) => known ?? principalsNamedByKeyPolicy(key, (identity) => {
    // A policy that is being typed names whom it named before: nearly always nobody has to be looked for among all.
    const same = before?.made[position]?.find((one) => one.id === identity.id && one.partition === identity.partition);
    return same ?? sharedIdentityRecord(identity, records ??= new Map(before?.made.flat().map((one) => [identityRecordKey(one), one])));
  }), []);
}

/** Those whom a key policy names and no identity of the workspace stands for; `accounts`: of the identities that meet the key. */
export function principalsWithoutPolicies(named: readonly Identity[], accounts: ReadonlySet<string>, knownPrincipals: KnownPrincipals): readonly Identity[] {
  return named.filter(({ arn, account }) => !(arn === undefined ? accounts.has(account ?? '') : isKnownPrincipal(arn, knownPrincipals)));
}

function isKnownPrincipal(arn: string, knownPrincipals: KnownPrincipals): boolean {
  const arns = knownPrincipals.arns ??= new Set(knownPrincipals.identities.map((identity) => identity.arn));
  return arns.has(arn) || arn.includes(':assumed-role/') && (knownPrincipals.roleNames ??= roleNamesOf(knownPrincipals.identities)).has(roleNameOfArn(arn));
}

/** A session has the policies of its role: the row of the role says what the session may do. */
function roleNamesOf(identities: readonly Identity[]): ReadonlySet<string> {
  return new Set(identities.flatMap(({ kind, arn }) => (kind === 'role' && arn !== undefined ? [roleNameOfArn(arn)] : [])));
}

/** Account and name of a role, or of the role of a session: the ARN of a session leaves out the IAM path. */
function roleNameOfArn(arn: string): string {
  const fields = arn.split(':');
  const parts = fields.at(-1)?.split('/') ?? [];
  return `${fields[4] ?? ''}/${(parts[0] === 'role' ? parts.at(-1) : parts[1]) ?? ''}`;
}

/** Everyone whom the key policy lets in by name, each once; not the owner's own account, which delegates to itself. */
function principalsNamedByKeyPolicy(key: Key, record: (identity: Identity) => Identity): readonly Identity[] {
  const named = new Map<string, Identity>();
  for (const { principal, statement } of allowedPrincipalsOf(key)) {
    const whole = principal.form === 'account' || principal.form === 'anyone';
    for (const { account, text: policyString } of accountsOfPrincipal(principal, statement)) {
      if (whole && account === key.account || policyString.placeholders.length > 0) continue;
      const id = whole ? account : policyString.value;
      if (!named.has(id)) named.set(id, record(identityOfPrincipal(id, principal, account)));
    }
  }
  return [...named.values()];
}

function sharedIdentityRecord(identity: Identity, records: Map<string, Identity>): Identity {
  const name = identityRecordKey(identity);
  const known = records.get(name);
  if (!known) records.set(name, identity);
  return known ?? identity;
}

function identityRecordKey({ partition, id }: Identity): string {
  return `${partition ?? ''} ${id}`;
}

function identityOfPrincipal(id: string, { form, partition }: Principal, account: string): Identity {
  return {
    id, arn: id === account ? undefined : id, partition, account, kind: form === 'user' || form === 'role' ? form : 'unknown', policies: [], link: NAMED_BY_KEY_POLICY,
  };
}
