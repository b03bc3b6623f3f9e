import { joinNames } from '../access/text/describe-access';
import { actionsIn, ALIAS_ACTIONS, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { formatArn } from '../aws/arn';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { ActionPattern, Policy, ResourcePattern, Statement } from '../policy/policy';
import type { World } from '../workspace/world';
import { fixPolicy, type Fix } from './shared/fix';
import { keysMatchingValue, MAX_CHOICES } from './shared/workspace-keys';
import { isIncompleteStatement } from './shared/kms-statements';
import { resourceFault } from './shared/value-faults';
import type { Rule } from './rule';

type AliasActionResource = 'key' | 'alias';

/** CreateAlias, UpdateAlias or DeleteAlias allowed on aliases only, or on keys only. */
export const aliasActionHalf: Rule = {
  code: 'alias-action-half',
  severity: 'info',
  summary: 'An action on aliases is allowed on the alias only, or on the key only',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html',
  check: {
    *identityPolicy({ policy: located, identities }) {
      const { policy } = located;
      // Others parts of a fragment, and of what is still being typed, may have the other half.
      if (policy.isFragment || !policy.node.closed || policy.statements.some(isIncompleteStatement)) return;
      for (const statement of policy.statements) {
        const aliasActionResource = coveredResourceOf(statement);
        if (aliasActionResource === undefined) continue;
        for (const pattern of statement.action?.patterns ?? []) {
          if (!coversOnlyAliasActions(pattern)) continue;
          const missing = aliasActionResource === 'key' ? 'alias' : 'key';
          if (isCoveredByPolicies(pattern.actionSet, missing, [policy, ...identities.flatMap(({ policies }) =>
            policies.map((other) => other.policy)
          )])) continue;
          const names = joinNames(actionsIn(pattern.actionSet).map(({ name }) => name));
          yield {
            at: locationInFile(located, pattern.text.node.span),
            message: aliasActionResource === 'key'
              ? `${names} works on an alias and on a key, and has to be allowed on both. Here it is allowed on keys only: `
                + 'without the ARN of the alias every request is denied.'
              : `${names} works on an alias and on a key, and has to be allowed on both. Here it is allowed on aliases only: `
                + 'the key has to be allowed too, in an IAM policy or in its key policy.',
            fixes: (world) => fixesFor(world, located, statement, aliasActionResource),
          };
        }
      }
    },
  },
};

function coversOnlyAliasActions({ service, actionSet }: ActionPattern): boolean {
  return service === 'kms' && actionSet !== NO_ACTIONS && (actionSet & ~ALIAS_ACTIONS) === NO_ACTIONS;
}

/** The half that all values of an Allow statement are of; undefined when there are both, or when nobody knows. */
function coveredResourceOf({ effect, action, resource }: Statement): AliasActionResource | undefined {
  if (effect !== 'Allow' || !action || action.negated || (action.actionSet & ALIAS_ACTIONS) === NO_ACTIONS || !resource || resource.negated)
    return undefined;
  const halves = new Set(
    resource.patterns.map(({ form, text: policyString }) =>
      policyString.placeholders.length === 0 && (form === 'key' || form === 'alias') ? form : undefined
    ),
  );
  const [half] = halves;
  return halves.size === 1 ? half : undefined;
}

/** Whether any Allow statement gives one of the actions on something of the other half, or on something unknown. */
function isCoveredByPolicies(set: ActionSet, aliasActionResource: AliasActionResource, policies: readonly Policy[]): boolean {
  return policies.some(({ statements }) =>
    statements.some(({ effect, action, resource }) =>
      effect === 'Allow' && action !== undefined
      && ((action.actionSet & set) !== NO_ACTIONS || action.hasPlaceholder)
      && (resource === undefined || resource.negated || resource.patterns.some((pattern) => mayMatchResource(pattern, aliasActionResource)))
    )
  );
}

function mayMatchResource({ form, text: policyString }: ResourcePattern, aliasActionResource: AliasActionResource): boolean {
  return form === aliasActionResource || form === 'any' || form === 'kms' || form === 'unknown' || policyString.placeholders.length > 0;
}

/** The other ARN would be for all actions of the statement: nothing else may be among them. */
function fixesFor(world: World, located: DiscoveredPolicy, statement: Statement, aliasActionResource: AliasActionResource): readonly Fix[] {
  const { action, resource } = statement;
  const [pattern, ...others] = resource?.patterns ?? [];
  if (!resource || !action?.patterns.every(coversOnlyAliasActions) || !pattern?.arn || resourceFault(pattern, statement)) return [];
  const known = aliasActionResource === 'alias' && others.length === 0
    ? keysMatchingValue(world, pattern.text.value).map(({ arn }) => arn)
    : [];
  const arns = known.length > 0 ? known : [formatArn({ ...pattern.arn, resource: aliasActionResource === 'key' ? 'alias/*' : 'key/*' })];
  return arns.slice(0, MAX_CHOICES).map((arn) =>
    fixPolicy(`Add ${arn}`, located, [{ edit: 'append', member: resource.member, value: arn }])
  );
}
