import { NO_ACTIONS, STAR_ONLY_ACTIONS } from '../aws/actions';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { ActionPattern, Statement } from '../policy/policy';
import type { TreeEdit } from '../syntax/tree-edit';
import { singleValueOrList } from '../generate/condition-entries';
import { fixPolicy, type Fix } from './shared/fix';
import type { Rule } from './rule';

export const starOnlyActionScoped: Rule = {
  code: 'star-only-action-scoped',
  severity: 'warning',
  summary: 'An action that works on no key or alias is in a statement for keys or aliases',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html',
  check: {
    *identityPolicyStatement(statement, { policy: located }) {
      const { action, resource } = statement;
      if (!action || action.negated || (action.actionSet & STAR_ONLY_ACTIONS) === NO_ACTIONS) return;
      if (!resource || resource.negated || resource.patterns.length === 0
        || !resource.patterns.every(({ form }) => form === 'key' || form === 'alias')) return;
      const starOnly = action.patterns.filter(requiresStarResource);
      for (const pattern of starOnly) {
        yield {
          at: locationInFile(located, pattern.text.node.span),
          message: `${pattern.text.value} works on no key or alias, so a statement for one never applies to it. It needs "Resource": "*".`,
          related: [{ at: locationInFile(located, resource.member.span), message: 'This is what the statement is limited to.' }],
          unnecessary: true,
          fixes: () => fixesFor(located, statement, starOnly),
        };
      }
    },
  },
};

function requiresStarResource(pattern: ActionPattern): boolean {
  return pattern.service === 'kms' && pattern.actionSet !== NO_ACTIONS && (pattern.actionSet & ~STAR_ONLY_ACTIONS) === NO_ACTIONS;
}

function fixesFor(located: DiscoveredPolicy, statement: Statement, starOnly: readonly ActionPattern[]): readonly Fix[] {
  const { action, resource, effectNode } = statement;
  if (!action || !resource?.member.value) return [];
  if (starOnly.length === action.patterns.length) {
    return [fixPolicy('Use "*" as Resource', located, [{ edit: 'replace', node: resource.member.value, value: '*' }], { preferred: true })];
  }
  const { statementMember } = located.policy;
  // A condition may be about the key, and then the action would be without effect again.
  if (!statementMember || statement.conditionMember || effectNode?.kind !== 'scalar') return [];
  const names = starOnly.map((pattern) => pattern.text.node.value);
  const moved = { Effect: effectNode.value, Action: singleValueOrList(names), Resource: '*' };
  const edits: TreeEdit[] = [
    ...starOnly.map((pattern): TreeEdit => ({ edit: 'remove-item', member: action.member, item: pattern.text.node })),
    { edit: 'append', member: statementMember, value: moved },
  ];
  return [fixPolicy(`Move ${names.join(', ')} to a statement for "*"`, located, edits, { preferred: true })];
}
