import type { PolicyAddress } from '../discovery/policy-address';
import { parseArn } from '../aws/arn';
import type { DiscoveredPolicy, ContainerFacts } from '../discovery/discovery-result';
import type { Policy, PolicyKind, Statement } from '../policy/policy';
import type { PolicyString } from '../policy/policy-string';
import type { Span } from '../text/span';
import { MANIFEST_VALUE_PATTERNS } from '../manifest/manifest-schema';
import { parseIdentityArn, parseFullKeyArn, roleOfSessionArn, type ParsedIdentityArn, type ParsedKeyArn } from './names';
import { inferKeyOwner, type KeyOwner } from './policy-owner';

/**
 * All that links depend on in one policy, without places: as long as it stays equal, no link of the workspace changes, and
 * typing costs no more than swapping the policy in its records.
 */
export interface PolicyFacts {
  readonly address: PolicyAddress;
  readonly kind: PolicyKind;
  readonly container: ContainerFacts;
  readonly containerKey: ParsedKeyArn | undefined;
  readonly containerIdentity: ParsedIdentityArn | undefined;
  readonly owner: Omit<KeyOwner, 'span'> | undefined;
  /** Keys that an identity policy names by their full ARN. */
  readonly keys: readonly ParsedKeyArn[];
  /** Users and roles that a key policy names. */
  readonly principals: readonly ParsedIdentityArn[];
  /** Further users and roles that statements name, in conditions and as resources. */
  readonly otherIdentities: readonly ParsedIdentityArn[];
  /** The roles of the sessions that statements name; the ARN of a session leaves out the IAM path of its role. */
  readonly sessionRoles: readonly ParsedIdentityArn[];
  /** Every account that the policy and the output around it name, with the partition where an ARN says it. */
  readonly accounts: readonly AccountMention[];
}

export interface AccountMention {
  readonly account: string;
  readonly partition: string | undefined;
}

/** Where the facts of a policy stand, in its layer; lists run parallel to those of `PolicyFacts`. */
export interface PolicyFactSpans {
  readonly document: Span;
  readonly owner: Span | undefined;
  readonly keys: readonly Span[];
  readonly principals: readonly Span[];
}

export interface PolicyFactsWithSpans {
  readonly facts: PolicyFacts;
  readonly spans: PolicyFactSpans;
}

export function extractPolicyFacts({ address, policy, container }: DiscoveredPolicy): PolicyFactsWithSpans {
  const owner = policy.kind === 'key' ? inferKeyOwner(policy) : undefined;
  const keys = policy.kind === 'identity' ? distinctNames(policy.statements.flatMap(keyResourceStrings), parseFullKeyArn) : [];
  const principals = policy.kind === 'key' ? distinctNames(policy.statements.flatMap(userAndRoleStrings), parseIdentityArn) : [];
  return {
    facts: {
      address, kind: policy.kind, container,
      containerKey: parseFullKeyArn(container.keyArn),
      containerIdentity: parseIdentityArn(container.identityArn),
      owner: owner && { account: owner.account, partition: owner.partition, evidence: owner.evidence },
      keys: keys.map(({ name }) => name),
      principals: principals.map(({ name }) => name),
      ...policy.kind === 'ignore' ? { otherIdentities: [], sessionRoles: [] } : otherIdentitiesIn(policy),
      accounts: policy.kind === 'ignore' ? [] : accountsInPolicy(policy, container),
    },
    spans: {
      document: { start: policy.node.span.start, end: Math.min(policy.node.span.start + 1, policy.node.span.end) },
      owner: owner?.span,
      keys: keys.map(({ span }) => span),
      principals: principals.map(({ span }) => span),
    },
  };
}

/** Each name once, with its first place. */
function distinctNames<T>(policyStrings: readonly PolicyString[],
  read: (value: string) => T | undefined): { readonly name: T; readonly span: Span }[] {
  const byValue = new Map<string, { readonly name: T; readonly span: Span }>();
  for (const policyString of policyStrings) {
    if (policyString.placeholders.length > 0 || byValue.has(policyString.value)) continue;
    const name = read(policyString.value);
    if (name) byValue.set(policyString.value, { name, span: policyString.node.span });
  }
  return [...byValue.values()];
}

function keyResourceStrings({ resource }: Statement): PolicyString[] {
  return resource && !resource.negated
    ? resource.patterns.filter(({ form }) => form === 'key').map(({ text: policyString }) => policyString)
    : [];
}

function userAndRoleStrings({ principal }: Statement): PolicyString[] {
  return principal && !principal.negated
    ? principal.principals.filter(({ form }) => form === 'user' || form === 'role').map(({ text: policyString }) => policyString)
    : [];
}

function otherIdentitiesIn({ statements }: Policy): Pick<PolicyFacts, 'otherIdentities' | 'sessionRoles'> {
  const otherIdentities = new Map<string, ParsedIdentityArn>();
  const sessionRoles = new Map<string, ParsedIdentityArn>();
  const add = ({ value, placeholders }: PolicyString): void => {
    if (!value.startsWith('arn:') || placeholders.length > 0 || /[*?$]/.test(value)) return;
    const name = parseIdentityArn(value);
    const role = roleOfSessionArn(value);
    if (name) otherIdentities.set(name.arn, name);
    if (role) sessionRoles.set(role.arn, role);
  };
  for (const { principal, resource, conditions } of statements) {
    for (const { form, text: policyString } of principal?.principals ?? []) if (form === 'session') add(policyString);
    for (const { form, text } of resource?.patterns ?? []) if (form === 'other') add(text);
    for (const { values } of conditions) values.forEach(add);
  }
  return { otherIdentities: [...otherIdentities.values()], sessionRoles: [...sessionRoles.values()] };
}

/** From principals, ARNs of resources, conditions on accounts, and the output around the policy. */
function accountsInPolicy(policy: Policy, container: ContainerFacts): AccountMention[] {
  const accounts = new Map<string, AccountMention>();
  const add = (account: string | undefined, partition: string | undefined): void => {
    if (account === undefined || !MANIFEST_VALUE_PATTERNS.account.test(account)) return;
    if (accounts.get(account)?.partition !== undefined) return;
    // A pattern in place of the partition is not one.
    accounts.set(account, { account, partition: partition !== undefined && /^aws[a-z-]*$/.test(partition) ? partition : undefined });
  };
  const addArn = (text: string | undefined): void => {
    const arn = text === undefined ? undefined : parseArn(text);
    add(arn?.account, arn?.partition);
  };
  for (const { principal, resource, conditions } of policy.statements) {
    for (const { account, partition } of principal?.principals ?? []) add(account, partition);
    for (const { arn } of resource?.patterns ?? []) add(arn?.account, arn?.partition);
    for (const { keyLower, values } of conditions) {
      for (const { value } of values) {
        if (keyLower.endsWith('account')) add(value, undefined);
        else if (keyLower.endsWith('arn')) addArn(value);
      }
    }
  }
  [container.keyArn, container.identityArn, ...container.attachments ?? []].forEach(addArn);
  add(container.account, undefined);
  return [...accounts.values()];
}
