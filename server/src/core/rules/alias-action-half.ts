import { ALIAS_ACTIONS, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { formatArn } from '../aws/arn';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import { mayAllow, type ActionPattern, type Policy, type ResourcePattern, type Statement } from '../policy/policy';
import type { World } from '../workspace/world';
import { fixPolicy, type Fix } from './shared/fix';
import { keysMatchingValue, MAX_CHOICES } from './shared/workspace-keys';
import { isIncompleteStatement } from './shared/kms-statements';
import { resourceFault } from './shared/value-faults';
import type { Rule } from './rule';

type AliasActionResource = 'key' | 'alias';

export const aliasActionHalf: Rule = {
  code: 'alias-action-half',
  severity: 'info',
  summary: 'An action on aliases is allowed on the alias only, or on the key only',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html',
  check: {
    *identityPolicy({ policy: located, identities }) {
      const { policy } = located;
      // The missing part of a fragment, and of a policy that is being typed, may allow the action on the other resource.
      if (policy.isFragment || !policy.node.closed || policy.statements.some(isIncompleteStatement)) return;
      const policies = [policy, ...identities.flatMap((identity) => identity.policies.map((identityPolicy) => identityPolicy.policy))];
      for (const statement of policy.statements) {
        const coveredResource = coveredResourceOf(statement);
        if (coveredResource === undefined) continue;
        const missingResource = coveredResource === 'key' ? 'alias' : 'key';
        for (const pattern of statement.action?.patterns ?? []) {
          if (!coversOnlyAliasActions(pattern) || isCoveredByPolicies(pattern.actionSet, missingResource, policies)) continue;
          yield {
            at: locationInFile(located, pattern.text.node.span),
            message: `${pattern.text.value} is allowed on ${coveredResource === 'key' ? 'keys' : 'aliases'} only: `
              + 'it works on an alias and on a key, and must be allowed on both. '
              + (coveredResource === 'key'
                  ? 'Without the ARN of the alias every request is denied.'
                  : 'The key must be allowed too, in an IAM policy or in its key policy.'),
            fixes: (world) => fixesFor(world, located, statement, coveredResource),
          };
        }
      }
    },
  },
};

function coversOnlyAliasActions({ service, actionSet }: ActionPattern): boolean {
  return service === 'kms' && actionSet !== NO_ACTIONS && (actionSet & ~ALIAS_ACTIONS) === NO_ACTIONS;
}

/** What all values of an Allow statement are: keys or aliases; undefined where there are both, or where a value is not known. */
function coveredResourceOf({ effect, action, resource }: Statement): AliasActionResource | undefined {
  if (effect !== 'Allow' || !action || action.negated || !resource || resource.negated) return undefined;
  const forms = new Set(resource.patterns.map(({ form, text }) => text.placeholders.length > 0 ? undefined : form));
  const [form] = forms;
  return forms.size === 1 && (form === 'key' || form === 'alias') ? form : undefined;
}

/** Whether any Allow statement has one of the actions on a resource of this kind, or on an unknown one. */
function isCoveredByPolicies(set: ActionSet, aliasActionResource: AliasActionResource, policies: readonly Policy[]): boolean {
  const mayMatch = ({ form, text }: ResourcePattern): boolean =>
    form === aliasActionResource || form === 'any' || form === 'kms' || form === 'unknown' || text.placeholders.length > 0;
  return policies.some(({ statements }) => statements.some((statement) => {
    const { action, resource } = statement;
    return mayAllow(statement) && action !== undefined && ((action.actionSet & set) !== NO_ACTIONS || action.hasPlaceholder)
      && (resource === undefined || resource.negated || resource.patterns.some(mayMatch));
  }));
}

/** The other ARN would be for all actions of the statement: no other actions may be among them. */
function fixesFor(world: World, located: DiscoveredPolicy, statement: Statement, coveredResource: AliasActionResource): readonly Fix[] {
  const { action, resource } = statement;
  const [pattern, ...otherPatterns] = resource?.patterns ?? [];
  if (!resource || !action?.patterns.every(coversOnlyAliasActions) || !pattern?.arn || resourceFault(pattern, statement)) return [];
  const keyArns = coveredResource === 'alias' && otherPatterns.length === 0
    ? keysMatchingValue(world, pattern.text.value).map((key) => key.arn)
    : [];
  const arns = keyArns.length > 0 ? keyArns : [formatArn({ ...pattern.arn, resource: coveredResource === 'key' ? 'alias/*' : 'key/*' })];
  return arns.slice(0, MAX_CHOICES).map((arn) =>
    fixPolicy(`Add ${arn}`, located, [{ edit: 'append', member: resource.member, value: arn }]));
}
