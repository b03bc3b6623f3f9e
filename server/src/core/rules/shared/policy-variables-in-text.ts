import type { Policy, Statement } from '../../policy/policy';
import type { PolicyString } from '../../policy/policy-string';
import { hasPolicyVariable, mayBeAboutKeys } from './kms-conditions';

/** `${aws:username}`, with a default `${aws:PrincipalTag/team, 'none'}`, and the characters `${*}`, `${?}`, `${$}`. */
const POLICY_VARIABLE = /(?<!\$)\$\{\s*([*?$]|[A-Za-z][\w.-]*:[\w/][^{},]*)(?:,\s*'[^'{]*'\s*)?\}/g;

/** A policy variable and its place in a value. */
interface PolicyVariable {
  /** With the braces. */
  readonly sourceText: string;
  readonly start: number;
  /** The condition key, or the character that it stands for. */
  readonly conditionKey: string;
}

/** The policy variables in a value. Placeholders of a template are not variables. */
export function* policyVariablesIn({ value, placeholders }: PolicyString): Iterable<PolicyVariable> {
  if (!value.includes('${')) return;
  for (const { 0: sourceText, 1: conditionKey = '', index: start } of value.matchAll(POLICY_VARIABLE)) {
    if (placeholders.some((placeholder) => placeholder.start <= start && start < placeholder.end)) continue;
    yield { sourceText, start, conditionKey: conditionKey.trim() };
  }
}

/** Whether the statement may be about keys and contains `${` in one of its values. */
export function mayHavePolicyVariables(statement: Statement): boolean {
  const { principal, action, resource, conditions } = statement;
  const has = ({ text }: { readonly text: PolicyString }): boolean => hasPolicyVariable(text.value);
  return mayBeAboutKeys(statement) && !statement.isSkeleton
    && ((principal?.principals.some(has) ?? false)
      || (action?.patterns.some((pattern) => pattern.service !== 'other' && has(pattern)) ?? false)
      || (resource?.patterns.some(has) ?? false) || conditions.some(({ values }) => values.some(({ value }) => hasPolicyVariable(value))));
}

/** The values in which AWS replaces variables under Version 2012-10-17. */
export function textsAllowingVariables({ resource, conditions }: Statement): PolicyString[] {
  return [...(resource?.patterns ?? []).map(({ text }) => text), ...conditions.flatMap(({ values }) => values)];
}

/** Whether a variable of the policy remains plain text because of its Version. */
export function hasUnresolvedVariables({ hasPolicyVariables, statements }: Policy): boolean {
  return !hasPolicyVariables && statements.some((statement) => mayHavePolicyVariables(statement)
    && textsAllowingVariables(statement).some((policyString) => [...policyVariablesIn(policyString)].length > 0));
}
