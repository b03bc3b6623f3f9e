import type { ActionPattern, Policy, Statement } from '../../policy/policy';

/** Every value of `Action` and `NotAction` of a policy, in the order of the text. */
export function* actionPatterns(statements: Policy['statements']): Iterable<{ readonly statement: Statement; readonly pattern: ActionPattern }> {
  for (const statement of statements) {
    for (const pattern of statement.action?.patterns ?? []) yield { statement, pattern };
  }
}
