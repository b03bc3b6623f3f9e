import type { Policy, Statement } from '../../model/policy';
import type { Text } from '../../model/text';
import { hasVariable, mayBeAboutKeys } from './conditions';
import { isSkeleton } from './skeleton';

/** `${aws:username}`, with a default `${aws:PrincipalTag/team, 'none'}`, and the characters `${*}`, `${?}`, `${$}`. */
const VARIABLE = /(?<!\$)\$\{\s*([*?$]|[A-Za-z][\w.-]*:[\w/][^{},]*)(?:,\s*'[^'{]*'\s*)?\}/g;

/** A policy variable as it is written in a text. */
export interface Variable {
  /** With the braces. */
  readonly written: string;
  readonly start: number;
  /** The condition key, or the character that it stands for. */
  readonly key: string;
}

/** The variables in a text; what a template fills in is none. */
export function* variablesIn({ value, holes }: Text): Iterable<Variable> {
  if (!value.includes('${')) return;
  for (const found of value.matchAll(VARIABLE)) {
    if (holes.some((hole) => hole.start <= found.index && found.index < hole.end)) continue;
    yield { written: found[0], start: found.index, key: (found[1] ?? '').trim() };
  }
}

/** Whether the statement is one of which a variable can be said: about keys, and with `${` in it. Most have none: this one look settles them. */
export function mayHaveVariables(statement: Statement): boolean {
  const { principal, action, resource, conditions } = statement;
  const has = ({ text }: { readonly text: Text }): boolean => hasVariable(text.value);
  return mayBeAboutKeys(statement) && !isSkeleton(statement)
    && ((principal?.principals.some(has) ?? false) || (action?.patterns.some((pattern) => pattern.service !== 'other' && has(pattern)) ?? false)
      || (resource?.patterns.some(has) ?? false) || conditions.some(({ values }) => values.some(({ value }) => hasVariable(value))));
}

/** Where AWS fills in variables, by the rules of Version 2012-10-17. */
export function textsWithVariables({ resource, conditions }: Statement): Text[] {
  return [...(resource?.patterns ?? []).map(({ text }) => text), ...conditions.flatMap(({ values }) => values)];
}

/** Whether a variable of the policy stays plain text because of its Version. */
export function hasUnfilledVariables({ variables, statements }: Policy): boolean {
  return !variables && statements.some((statement) => mayHaveVariables(statement)
    && textsWithVariables(statement).some((text) => [...variablesIn(text)].length > 0));
}
