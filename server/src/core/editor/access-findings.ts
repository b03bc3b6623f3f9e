import { RULES } from '../rules/registry';

/** The rules about what an identity may do with a key. */
const ACCESS_RULE_CODES: ReadonlySet<string> = new Set(
  RULES.filter(({ check: { pair, identity } }) => pair !== undefined || identity !== undefined).map(({ code }) => code));

/** Whether findings of the rule say that an access is denied, and why. */
export function isAccessRule(code: string): boolean {
  return ACCESS_RULE_CODES.has(code);
}
