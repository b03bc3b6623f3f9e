import type { Policy, Statement } from '../../policy/policy';
import type { PolicyString } from '../../policy/policy-string';
import { hasPolicyVariable, mayBeAboutKeys } from './kms-conditions';
import { isPlaceholderStatement } from './placeholder-statements';

/** `${aws:username}`, with a default `${aws:PrincipalTag/team, 'none'}`, and the characters `${*}`, `${?}`, `${$}`. */
const POLICY_VARIABLE = /(?<!\$)\$\{\s*([*?$]|[A-Za-z][\w.-]*:[\w/][^{},]*)(?:,\s*'[^'{]*'\s*)?\}/g;

/** A policy variable as it is written in a text. */
export interface PolicyVariable {
  /** With the braces. */
  readonly sourceText: string;
  readonly start: number;
  /** The condition key, or the character that it stands for. */
  readonly conditionKey: string;
}

/** The variables in a text; what a template fills in is none. */
export function* policyVariablesIn({ value, placeholders }: PolicyString): Iterable<PolicyVariable> {
  if (!value.includes('${')) return;
  for (const found of value.matchAll(POLICY_VARIABLE)) {
    if (placeholders.some((placeholder) => placeholder.start <= found.index && found.index < placeholder.end)) continue;
    yield { sourceText: found[0], start: found.index, conditionKey: (found[1] ?? '').trim() };
  }
}

/** Whether the statement is one of which a variable can be said: about keys, and with `${` in it. Most have none: this one look settles them. */
export function mayHavePolicyVariables(statement: Statement): boolean {
  const { principal, action, resource, conditions } = statement;
  const has = ({ text: policyString }: { readonly text: PolicyString }): boolean => hasPolicyVariable(policyString.value);
  return mayBeAboutKeys(statement) && !isPlaceholderStatement(statement)
    && ((principal?.principals.some(has) ?? false) || (action?.patterns.some((pattern) => pattern.service !== 'other' && has(pattern)) ?? false)
      || (resource?.patterns.some(has) ?? false) || conditions.some(({ values }) => values.some(({ value }) => hasPolicyVariable(value))));
}

/** Where AWS fills in variables, by the rules of Version 2012-10-17. */
export function textsAllowingVariables({ resource, conditions }: Statement): PolicyString[] {
  return [...(resource?.patterns ?? []).map(({ text: policyString }) => policyString), ...conditions.flatMap(({ values }) => values)];
}

/** Whether a variable of the policy stays plain text because of its Version. */
export function hasUnresolvedVariables({ hasPolicyVariables, statements }: Policy): boolean {
  return !hasPolicyVariables && statements.some((statement) => mayHavePolicyVariables(statement)
    && textsAllowingVariables(statement).some((policyString) => [...policyVariablesIn(policyString)].length > 0));
}
