import { matchResources } from '../access/resource-matching';
import { formatArn } from '../aws/arn';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { ResourcePattern, Statement } from '../policy/policy';
import type { World } from '../workspace/world';
import { fixPolicy, type Fix } from './shared/fix';
import { conditionEdits, hasConditionOnKey, type ConditionTest } from './shared/condition-edits';
import { isCrossAccountAwsManagedAlias } from './shared/aws-managed-keys';
import { keysMatchingValue, MAX_CHOICES } from './shared/workspace-keys';
import { aliasReplacesKey } from './shared/intended-access';
import { kmsResources } from './shared/kms-statements';
import { resourceFault } from './shared/value-faults';
import type { Rule } from './rule';

/** An alias ARN in a statement for actions on keys: the right applies to the alias object, never to the key behind it. */
export const aliasArnInResource: Rule = {
  code: 'alias-arn-in-resource',
  severity: 'error',
  summary: 'The Resource of an action on keys is the ARN of an alias',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html',
  check: {
    *identityPolicy({ policy: located, identities }) {
      const { policy } = located;
      for (const { statement, pattern } of kmsResources(policy)) {
        if (!aliasReplacesKey(pattern, statement) || resourceFault(pattern, statement)
          || isCrossAccountAwsManagedAlias(pattern, identities)) continue;
        const served = isCoveredByOtherValue(pattern, statement);
        yield {
          at: locationInFile(located, pattern.text.node.span),
          severity: served ? 'warning' : 'error',
          message: 'The ARN of an alias gives access to the alias itself (to create, change or delete it), not on the key behind it. '
            + (served
                ? 'Only the key that is named beside it counts: if that is the key behind the alias, the alias can be removed.'
                : 'These actions need the ARN of the key.'),
          fixes: (world) => fixesFor(world, located, statement, { pattern, served }),
        };
      }
    },
  },
};

/** Whether the statement also names a key, or all keys, of the alias's account and Region: that may be the one behind it. */
function isCoveredByOtherValue({ arn: alias }: ResourcePattern, { resource }: Statement): boolean {
  if (!alias || !resource || resource.negated) return false;
  return resource.patterns.some(({ form, arn }) =>
    form === 'any'
    || (form === 'key' || form === 'kms') && arn !== undefined && fieldCovers(arn.account, alias.account)
      && fieldCovers(arn.region, alias.region)
  );
}

function fieldCovers(written: string, field: string): boolean {
  return written === field || /^\*+$/.test(written);
}

function fixesFor(world: World, policy: DiscoveredPolicy, statement: Statement,
  { pattern: { text: policyString, arn }, served }: { readonly pattern: ResourcePattern; readonly served: boolean }): readonly Fix[] {
  if (policyString.value !== policyString.node.value) return [];
  const { resource } = statement;
  const keys = keysMatchingValue(world, policyString.value).filter((key) => matchResources(statement, key, undefined) === 'no').slice(0,
    MAX_CHOICES);
  const fixes = keys.map((key) =>
    fixPolicy(`Use ${key.arn}`, policy, [{ edit: 'replace', node: policyString.node, value: key.arn }], { preferred: keys.length === 1 })
  );
  // The condition holds for the whole statement, so it may take the place of the ARN only where there is no other.
  if (arn && resource?.patterns.length === 1 && !hasConditionOnKey(statement, 'kms:resourcealiases')) {
    fixes.push(fixPolicy(`Allow keys with ${arn.resource} by kms:ResourceAliases`, policy, [
      { edit: 'replace', node: policyString.node, value: formatArn({ ...arn, resource: 'key/*' }) },
      ...conditionEdits(statement, [resourceAliasTest(arn.resource)]),
    ]));
  }
  if (resource && keys.length === 0 && served) {
    fixes.push(
      fixPolicy('Remove the alias', policy, [{ edit: 'remove-item', member: resource.member, item: policyString.node }], {
        preferred: true,
      }),
    );
  }
  return fixes;
}

function resourceAliasTest(alias: string): ConditionTest {
  return { operator: /[*?]/.test(alias) ? 'ForAnyValue:StringLike' : 'ForAnyValue:StringEquals', key: 'kms:ResourceAliases', value: alias };
}
