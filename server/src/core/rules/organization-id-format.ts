import { isAccountId } from '../aws/arn';
import { conditionKeyNamed } from '../aws/condition-keys';
import { ORGANIZATION_ID, ORGANIZATION_PATH_KEYS } from '../aws/organizations';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { PolicyString } from '../policy/policy-string';
import type { World } from '../workspace/world';
import { fixCondition } from './shared/condition-edits';
import { fixBySuggestion, type Fix } from './shared/fix';
import { effectOfImpossibleValue, hasPolicyVariable, literalValues, type ResolvedCondition } from './shared/kms-conditions';
import { isImpossibleOrganization } from './shared/condition-values';
import type { Rule } from './rule';

export const organizationIdFormat: Rule = {
  code: 'organization-id-format',
  severity: 'warning',
  summary: 'A condition on an organization has a value that is not the id of an organization',
  href: 'https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html',
  check: {
    *resolvedCondition(resolved, { policy: located }) {
      const { condition, key, base } = resolved;
      if (!base.startsWith('String')) return;
      for (const policyString of literalValues(condition)) {
        const { value } = policyString;
        if (hasPolicyVariable(value) || !isImpossibleOrganization(value, condition)) continue;
        yield {
          at: locationInFile(located, policyString.node.span),
          message: `${key.name} never has the value "${value}", ${effectOfImpossibleValue(resolved)}. ${adviceFor(value, resolved)}`,
          fixes: (world) => fixesFor(world, located, policyString, resolved),
        };
      }
    },
  },
};

function adviceFor(value: string, { condition, key }: ResolvedCondition): string {
  const family = key.name.replace(/Org(ID|Paths)$/, '');
  if (isAccountId(value)) return `This is the id of an account, which ${family}Account has; the id of an organization is o- and 10 to 32 `
    + 'lower-case letters and digits.';
  if (ORGANIZATION_PATH_KEYS.has(condition.keyLower)) return 'A path begins with the id of the organization and ends with a slash, as in '
    + 'o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/.';
  if (/^(r-|ou-|o-[^/]*\/)/i.test(value)) return `Roots and organizational units are compared by ${family}OrgPaths, with the whole path, `
    + 'as in o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/.';
  return 'The id of an organization is o- and 10 to 32 lower-case letters and digits, as in o-a1b2c3d4e5.';
}

/**
 * The key that has ids of accounts, where all values are accounts that the workspace names elsewhere, too. Without that the number may be
 * anything. Not safe: the statement then applies to requests.
 */
function fixesForAccounts(world: World, located: DiscoveredPolicy, resolved: ResolvedCondition): readonly Fix[] {
  const { condition, key } = resolved;
  const accountKey = conditionKeyNamed(key.name.replace(/OrgID$/, 'Account').toLowerCase());
  const values = literalValues(condition);
  if (!accountKey || accountKey === key || condition.keyMember.key.placeholders.length > 0 || values.length < condition.values.length
    || !values.every(({ value }) => isAccountId(value) && world.accounts.has(value))) return [];
  return fixCondition(`Compare ${accountKey.name}, which has the id of an account`, located, resolved, { key: accountKey.name });
}

/** Where the value is an id with capitals or blanks, or the ARN of an organization, which ends with its id. */
function fixesFor(world: World, located: DiscoveredPolicy, policyString: PolicyString, resolved: ResolvedCondition): readonly Fix[] {
  const { condition } = resolved;
  const [first = '', ...others] = policyString.value.trim().replace(/^arn:[^:]*:organizations::\d{12}:organization\//, '').split('/');
  const id = first.toLowerCase();
  if (isAccountId(id)) return fixesForAccounts(world, located, resolved);
  if (!ORGANIZATION_ID.test(id) || others.length > 0 && !ORGANIZATION_PATH_KEYS.has(condition.keyLower)) return [];
  return fixBySuggestion(located, policyString, [id, ...others].join('/'));
}
