import type { KeyFact, LocatedPolicy, WrapperFacts } from '../locate/located';
import type { Policy, Statement } from '../model/policy';
import type { Text } from '../model/text';
import type { PolicyKind } from '../model/policy';
import { parseArn } from '../aws/arn';
import type { Span } from '../text/span';
import { PATTERNS } from './manifest-shape';
import { ownerOf, type Owner } from './owner';

/**
 * All that links depend on in one policy, without places: as long as it stays equal, no link of the workspace changes, and
 * typing costs no more than swapping the policy in its records.
 */
export interface PolicyFacts {
  readonly pointer: string;
  readonly kind: PolicyKind;
  readonly wrapper: WrapperFacts;
  readonly owner: Omit<Owner, 'span'> | undefined;
  /** Full key ARNs that an identity policy names. */
  readonly keyArns: readonly string[];
  /** ARNs of users and roles that a key policy names. */
  readonly principals: readonly string[];
  /** Every account that the policy names, with the partition where an ARN says it. */
  readonly accounts: readonly AccountFact[];
}

export interface AccountFact {
  readonly account: string;
  readonly partition: string | undefined;
}

/** Where the facts of a policy stand, in its layer; lists run parallel to those of `PolicyFacts`. */
export interface PolicyPlaces {
  readonly document: Span;
  readonly owner: Span | undefined;
  readonly keyArns: readonly Span[];
  readonly principals: readonly Span[];
}

export interface FileFacts {
  readonly policies: readonly PolicyFacts[];
  readonly keyFacts: readonly KeyFact[];
}

export interface FoundFacts {
  readonly facts: PolicyFacts;
  readonly places: PolicyPlaces;
}

export function policyFacts({ pointer, policy, wrapper }: LocatedPolicy): FoundFacts {
  const owner = policy.kind === 'key' ? ownerOf(policy) : undefined;
  const keyArns = policy.kind === 'identity' ? uniqueTexts(policy.statements.flatMap(resourceTexts), isKeyArn) : NOTHING;
  const principals = policy.kind === 'key' ? uniqueTexts(policy.statements.flatMap(principalTexts), isUserOrRole) : NOTHING;
  return {
    facts: {
      pointer, kind: policy.kind, wrapper,
      owner: owner && { account: owner.account, partition: owner.partition, by: owner.by },
      keyArns: keyArns.map((text) => text.value),
      principals: principals.map((text) => text.value),
      accounts: policy.kind === 'ignore' ? [] : accountsOf(policy),
    },
    places: {
      document: { start: policy.node.span.start, end: Math.min(policy.node.span.start + 1, policy.node.span.end) },
      owner: owner?.span,
      keyArns: keyArns.map((text) => text.node.span),
      principals: principals.map((text) => text.node.span),
    },
  };
}

const NOTHING: readonly Text[] = [];

function uniqueTexts(texts: readonly Text[], test: (value: string) => boolean): Text[] {
  const byValue = new Map<string, Text>();
  for (const text of texts) {
    if (text.holes.length === 0 && !byValue.has(text.value) && test(text.value)) byValue.set(text.value, text);
  }
  return [...byValue.values()];
}

function resourceTexts({ resource }: Statement): Text[] {
  return resource && !resource.negated ? resource.patterns.filter(({ form }) => form === 'key').map(({ text }) => text) : [];
}

function principalTexts({ principal }: Statement): Text[] {
  return principal && !principal.negated
    ? principal.principals.filter(({ form }) => form === 'user' || form === 'role').map(({ text }) => text)
    : [];
}

function isKeyArn(value: string): boolean {
  return PATTERNS.keyArn.test(value);
}

function isUserOrRole(value: string): boolean {
  return PATTERNS.identityArn.test(value);
}

/** From principals, ARNs of resources, and conditions on accounts. */
function accountsOf(policy: Policy): AccountFact[] {
  const accounts = new Map<string, AccountFact>();
  const add = (account: string | undefined, partition: string | undefined): void => {
    if (account === undefined || !PATTERNS.account.test(account)) return;
    // A pattern in place of the partition tells none.
    const told = partition !== undefined && /^aws[a-z-]*$/.test(partition) ? partition : undefined;
    if (accounts.get(account)?.partition === undefined) accounts.set(account, { account, partition: told });
  };
  for (const { principal, resource, conditions } of policy.statements) {
    for (const { account, partition } of principal?.principals ?? []) add(account, partition);
    for (const { arn } of resource?.patterns ?? []) add(arn?.account, arn?.partition);
    for (const { keyLower, values } of conditions) {
      for (const { value } of values) {
        if (keyLower.endsWith('account')) add(value, undefined);
        else if (keyLower.endsWith('arn')) add(parseArn(value)?.account, parseArn(value)?.partition);
      }
    }
  }
  return [...accounts.values()];
}
