import { joinNames } from '../access/text/describe-access';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { ActionPattern } from '../policy/policy';
import type { JsonValue, TreeEdit } from '../syntax/tree-edit';
import { nodeToJson } from '../syntax/canonical-value';
import { fixPolicy, type Fix } from './shared/fix';
import type { ResolvedCondition } from './shared/kms-conditions';
import { inapplicableConditionOf } from './shared/unsatisfiable-conditions';
import type { Rule } from './rule';
import { nameOfStatement } from './shared/wording';

/** A condition on something that requests for an action do not say: the statement never applies to that action. */
export const conditionKeyNotApplicable: Rule = {
  code: 'condition-key-not-applicable',
  severity: 'error',
  summary: 'Requests for an action that the statement allows never have the condition key',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html',
  check: {
    *resolvedCondition(placed, { policy: located }) {
      const { condition } = placed;
      const inapplicableCondition = inapplicableConditionOf(placed);
      if (!inapplicableCondition) return;
      const { inapplicablePatterns, wholeStatement, severity } = inapplicableCondition;
      const names = joinNames(inapplicablePatterns.map(({ text: policyString }) => policyString.value));
      yield {
        at: locationInFile(located, condition.keyMember.key.span),
        severity,
        message: `Requests for ${names} do not have ${condition.key}, so the condition is never true for `
          + `${inapplicablePatterns.length === 1 ? 'it' : 'them'} and the statement `
          + `${wholeStatement ? 'allows nothing' : `does not allow ${inapplicablePatterns.length === 1 ? 'it' : 'them'}`}.`,
        related: inapplicablePatterns.map(({ text }) => ({ at: locationInFile(located, text.node.span),
          message: `${text.value} is not allowed by this statement.` })
        ),
        fixes: () => wholeStatement ? [] : moveActionsToNewStatement(located, placed, inapplicablePatterns),
      };
    },
  },
};

/** Moves the actions to a statement of their own without this condition, where nothing else limits them. */
function moveActionsToNewStatement(located: DiscoveredPolicy, { statement, condition }: ResolvedCondition,
  lacking: readonly ActionPattern[]): Fix[] {
  const { statementMember } = located.policy;
  const { action, node } = statement;
  if (!statementMember || !action || statement.conditions.length !== 1
    || lacking.some(({ text: policyString }) => policyString.value !== policyString.node.value)) return [];
  const names = lacking.map(({ text }) => text.value);
  const moved: Record<string, JsonValue> = {};
  for (const { key: { value: name }, value } of node.members) {
    if (name === 'Action') moved[name] = names.length === 1 ? names[0] ?? '' : names;
    else if (name !== 'Sid' && name !== 'Condition' && value) moved[name] = nodeToJson(value);
  }
  const edits: TreeEdit[] = [
    ...lacking.map(({ text }): TreeEdit => ({ edit: 'remove-item', member: action.member, item: text.node })),
    { edit: 'append', member: statementMember, value: moved },
  ];
  return [fixPolicy(`Allow ${joinNames(names)} outside of ${nameOfStatement(statement)}, without ${condition.key}`, located, edits)];
}
