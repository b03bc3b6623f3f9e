import { joinNames } from '../access/text/describe-access';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { ActionPattern } from '../policy/policy';
import { hasSubstitutedPlaceholder } from '../policy/policy-string';
import { moveActions } from './shared/action-fixes';
import { fixPolicy, type Fix } from './shared/fix';
import type { ResolvedCondition } from './shared/kms-conditions';
import { inapplicableConditionOf } from './shared/unsatisfiable-conditions';
import type { Rule } from './rule';
import { nameOfStatement } from './shared/wording';

export const conditionKeyNotApplicable: Rule = {
  code: 'condition-key-not-applicable',
  severity: 'error',
  summary: 'Requests for an action that the statement allows never have the condition key',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html',
  check: {
    *resolvedCondition(resolved, { policy: located }) {
      const { condition } = resolved;
      const inapplicableCondition = inapplicableConditionOf(resolved);
      if (!inapplicableCondition) return;
      const { inapplicablePatterns, wholeStatement, severity } = inapplicableCondition;
      const names = joinNames(inapplicablePatterns.map(({ text }) => text.value));
      const pronoun = inapplicablePatterns.length === 1 ? 'it' : 'them';
      yield {
        at: locationInFile(located, condition.keyMember.key.span),
        severity,
        message: `${condition.key} is never in requests for ${names}, so the condition is never true for ${pronoun} and the statement `
          + `${wholeStatement ? 'allows nothing' : `does not allow ${pronoun}`}.`,
        related: inapplicablePatterns.map(({ text: { node, value } }) => (
          { at: locationInFile(located, node.span), message: `${value} is not allowed by this statement.` })),
        fixes: () => {
          const mayWiden = !limitsEveryone(resolved);
          if (!wholeStatement) return mayWiden ? moveActionsToNewStatement(located, resolved, inapplicablePatterns) : [];
          return [...removeStatement(located, resolved), ...mayWiden ? removeCondition(located, resolved, names) : []];
        },
      };
    },
  },
};

/** Without the condition the key would be open to everybody. */
function limitsEveryone({ statement: { principal } }: ResolvedCondition): boolean {
  return principal !== undefined && (principal.negated || principal.principals.some(({ form }) => form === 'anyone'));
}

/** A policy needs one statement. */
function removeStatement(located: DiscoveredPolicy, { statement }: ResolvedCondition): Fix[] {
  const { statementMember, statements } = located.policy;
  if (!statementMember || statements.length < 2) return [];
  return [fixPolicy(`Remove ${nameOfStatement(statement)}, which allows nothing`, located,
    [{ edit: 'remove-item', member: statementMember, item: statement.node }])];
}

/** Where nothing else limits the statement. */
function removeCondition(located: DiscoveredPolicy, { statement, condition }: ResolvedCondition, names: string): Fix[] {
  const { conditionMember, conditions, node } = statement;
  if (!conditionMember || conditions.length !== 1) return [];
  return [fixPolicy(`Allow ${names} without ${condition.key}`, located,
    [{ edit: 'remove-member', object: node, member: conditionMember }])];
}

/** Moves the actions to a statement of their own without this condition, where nothing else limits them. */
function moveActionsToNewStatement(
  located: DiscoveredPolicy, { statement, condition }: ResolvedCondition, patterns: readonly ActionPattern[],
): Fix[] {
  if (statement.conditions.length !== 1 || patterns.some(({ text }) => hasSubstitutedPlaceholder(text))) return [];
  const names = patterns.map(({ text }) => text.value);
  const title = `Allow ${joinNames(names)} outside of ${nameOfStatement(statement)}, without ${condition.key}`;
  return moveActions(title, located, statement, patterns, { Condition: undefined });
}
