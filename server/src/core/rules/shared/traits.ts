import { ALIAS_ACTIONS, NO_ACTIONS } from '../../aws/actions';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { ActionElement, Principal, Statement } from '../../policy/policy';
import { faultyValues } from './faulty-values';
import { isOrdinary } from './standard-policy-form';
import { isKmsPolicy } from './kms-statements';

/**
 * What a policy can have that some rules look for. Most policies have little of it, so that most rules have nothing to look at in them
 * (`rule-book.ts`).
 */
const TRAITS = {
  keyPolicy: 1 << 0,
  /** One that is judged. */
  identityPolicy: 1 << 1,
  /** A key policy, or an identity policy that is judged. */
  judged: 1 << 2,
  /** A policy of neither kind. */
  otherPolicy: 1 << 3,
  /** It is not written as nearly every policy is (`isOrdinary`). */
  unusualForm: 1 << 4,
  conditions: 1 << 5,
  /** Some of `faultyValues`. */
  faultyValues: 1 << 6,
  /** `NotAction`, `NotPrincipal` or `NotResource`. */
  negation: 1 << 7,
  /** An action that is no action of KMS, or not one of KMS alone. */
  otherActions: 1 << 8,
  /** An alias as resource, or an action that takes aliases, not as part of a pattern for more. */
  aliases: 1 << 9,
  /** `${`, or what may turn out to be it. */
  variables: 1 << 10,
  /** The principal `*`. */
  everyone: 1 << 11,
  /** A service as principal, or what no key policy takes as one. */
  unusualPrincipals: 1 << 12,
  /** A role that AWS has made, as principal or in a condition: of IAM Identity Center, or linked to a service. */
  rolesOfServices: 1 << 13,
} as const;

export type Trait = keyof typeof TRAITS;

/** Some of them, as a number. */
export type TraitBits = number;

export function bitsOfTraits(traits: readonly Trait[]): TraitBits {
  return traits.reduce((bits, trait) => bits | TRAITS[trait], 0);
}

export function traitsOf(located: DiscoveredPolicy): TraitBits {
  const { policy, layer: sourceLayer } = located;
  const { start, end } = policy.node.span;
  const text = sourceLayer.text.slice(start, end);
  const judged = isKmsPolicy(policy);
  let traits = isOrdinary(located) ? 0 : TRAITS.unusualForm;
  // What an escape or a declared placeholder stands for is not in the text.
  if (traits !== 0 || text.includes('${') || text.includes('\\')) traits |= TRAITS.variables;
  if (judged) traits |= TRAITS.judged | (policy.kind === 'key' ? TRAITS.keyPolicy : TRAITS.identityPolicy);
  if (policy.kind !== 'key' && policy.kind !== 'identity') traits |= TRAITS.otherPolicy;
  if (faultyValues(policy).length > 0) traits |= TRAITS.faultyValues;
  for (const statement of policy.statements) traits |= traitsOfStatement(statement);
  return traits;
}

function traitsOfStatement({ action, principal, resource, conditions }: Statement): TraitBits {
  let traits = conditions.length > 0 ? TRAITS.conditions : 0;
  if (conditions.some(({ values }) => values.some(({ value }) => /AWSReservedSSO_|AWSServiceRoleFor/.test(value)))) traits |= TRAITS.rolesOfServices;
  if (action?.negated || principal?.negated || resource?.negated) traits |= TRAITS.negation;
  if (action) traits |= traitsOfActions(action);
  if (principal) for (const one of principal.principals) traits |= traitsOfPrincipal(one);
  if (resource) for (const { form } of resource.patterns) if (form === 'alias') traits |= TRAITS.aliases;
  return traits;
}

function traitsOfActions({ patterns }: ActionElement): TraitBits {
  let traits = 0;
  for (const { service, actionSet } of patterns) {
    if (service !== 'kms' || actionSet === NO_ACTIONS) traits |= TRAITS.otherActions;
    else if ((actionSet & ~ALIAS_ACTIONS) === NO_ACTIONS) traits |= TRAITS.aliases;
  }
  return traits;
}

function traitsOfPrincipal({ form, name }: Principal): TraitBits {
  switch (form) {
    case 'anyone': return TRAITS.everyone;
    case 'service': case 'unique-id': case 'invalid': return TRAITS.unusualPrincipals;
    default: return name !== undefined && /^(aws-|AWSReservedSSO_|AWSServiceRoleFor)/.test(name) ? TRAITS.rolesOfServices : 0;
  }
}
