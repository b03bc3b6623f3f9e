import { matchResources } from '../access/resource-matching';
import { formatArn } from '../aws/arn';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { ResourcePattern, Statement } from '../policy/policy';
import { hasSubstitutedPlaceholder } from '../policy/policy-string';
import type { World } from '../workspace/world';
import { fixPolicy, type Fix } from './shared/fix';
import { conditionEdits, hasConditionOnKey, type ConditionTest } from './shared/condition-edits';
import { isCrossAccountAwsManagedAlias } from './shared/aws-managed-keys';
import { fixesByAliasTarget } from './shared/template-values';
import { fixesUsingKey, keysMatchingValue, MAX_CHOICES } from './shared/workspace-keys';
import { aliasReplacesKey } from './shared/intended-access';
import { kmsResources } from './shared/kms-statements';
import { resourceFault } from './shared/value-faults';
import type { Rule } from './rule';

/** An alias ARN in a statement for actions on keys: the permission is for the alias itself, never for its key. */
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
        const isCovered = isCoveredByOtherValue(pattern, statement);
        yield {
          at: locationInFile(located, pattern.text.node.span),
          severity: isCovered ? 'warning' : 'error',
          message: 'The ARN of an alias allows nothing on the key behind it, only on the alias itself (to create, change or delete it). '
            + (isCovered
                ? 'Only the key that is named beside it counts: if that is the key behind the alias, the alias can be removed.'
                : 'These actions need the ARN of the key.'),
          fixes: (world) => fixesFor(world, located, statement, pattern, isCovered),
        };
      }
    },
  },
};

/** Whether the statement also names a key, or all keys, of the alias's account and Region: that may be the one behind it. */
function isCoveredByOtherValue({ arn: alias }: ResourcePattern, { resource }: Statement): boolean {
  if (!alias || !resource || resource.negated) return false;
  return resource.patterns.some(({ form, arn }) =>
    form === 'any' || (form === 'key' || form === 'kms') && arn !== undefined
      && fieldCovers(arn.account, alias.account) && fieldCovers(arn.region, alias.region));
}

function fieldCovers(pattern: string, value: string): boolean {
  return pattern === value || /^\*+$/.test(pattern);
}

function fixesFor(
  world: World, policy: DiscoveredPolicy, statement: Statement, { text, arn }: ResourcePattern, isCovered: boolean,
): readonly Fix[] {
  const { resource } = statement;
  const { node, value } = text;
  if (!resource) return [];
  const targetFixes = fixesByAliasTarget(world, policy, text);
  if (targetFixes.length > 0 || hasSubstitutedPlaceholder(text)) return targetFixes;
  const keys = keysMatchingValue(world, value).filter((key) => matchResources(statement, key, undefined) === 'no').slice(0, MAX_CHOICES);
  const fixes = fixesUsingKey(policy, text, keys);
  // The condition applies to the whole statement, so it can replace the ARN only where there is no other.
  if (arn && resource.patterns.length === 1 && !hasConditionOnKey(statement, 'kms:resourcealiases')) {
    fixes.push(fixPolicy(`Allow keys with ${arn.resource} by kms:ResourceAliases`, policy, [
      { edit: 'replace', node, value: formatArn({ ...arn, resource: 'key/*' }) },
      ...conditionEdits(statement, [resourceAliasTest(arn.resource)]),
    ]));
  }
  if (keys.length === 0 && isCovered)
    fixes.push(fixPolicy('Remove the alias', policy, [{ edit: 'remove-item', member: resource.member, item: node }], { preferred: true }));
  return fixes;
}

function resourceAliasTest(alias: string): ConditionTest {
  return { operator: /[*?]/.test(alias) ? 'ForAnyValue:StringLike' : 'ForAnyValue:StringEquals', key: 'kms:ResourceAliases', value: alias };
}
