import type { Policy, Statement } from '../../policy/policy';
import { uniqueSid } from '../../generate/statement-additions';

/** Whether IAM accepts the Sid in an identity policy; a key policy can have any text. */
export function isValidIdentityPolicySid(sid: string): boolean {
  return /^[A-Za-z0-9]*$/.test(sid);
}

/** The words of the Sid in PascalCase, with a number where another statement has that Sid. */
export function validSidFor(sid: string, statement: Statement, policy: Policy): string {
  const words = sid.normalize('NFD').replace(/[\u0300-\u036f]/g, '').split(/[^A-Za-z0-9]+/).filter(Boolean);
  const pascal = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('') || `Statement${statement.index + 1}`;
  return uniqueSid(pascal, sidsOfOtherStatements(statement, policy));
}

export function sidsOfOtherStatements(statement: Statement, { statements }: Policy): Set<string> {
  return new Set(statements.flatMap((other) => (other === statement || !other.sid ? [] : [other.sid.value])));
}
