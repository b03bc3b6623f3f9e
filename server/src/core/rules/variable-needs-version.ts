import { conditionKeyNamed } from '../aws/condition-keys';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import { intendedElement } from '../policy/misspelled-elements';
import type { Policy, Statement } from '../policy/policy';
import { hasSubstitutedPlaceholder, type PolicyString } from '../policy/policy-string';
import { memberOf, valueSpan } from '../syntax/tree';
import type { Fix } from './shared/finding';
import { fixPolicy } from './shared/fix';
import { principalProblem } from './shared/principal-form';
import { isKmsPolicy } from './shared/kms-statements';
import { mayHavePolicyVariables, textsAllowingVariables, policyVariablesIn } from './shared/policy-variables-in-text';
import type { FindingDraft, PolicySubject, RuleFor } from './rule';

/** `${aws:username}` where AWS takes it for these very characters. */
export const variableNeedsVersion: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'variable-needs-version',
    severity: 'warning',
    summary: 'A policy variable is used where AWS does not fill it in',
    href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html',
    fixable: true,
  },
  needs: ['variables'],
  *check({ policy: located }) {
    const { policy } = located;
    for (const statement of policy.statements) {
      if (!mayHavePolicyVariables(statement) || !isKmsPolicy(policy)) continue;
      for (const policyString of textsNotAllowingVariables(statement)) yield* variableDrafts(located, policyString, 'Principal and Action cannot contain policy variables');
      for (const text of textsAllowingVariables(statement)) {
        if (!policy.hasPolicyVariables && hasOldVersion(policy)) yield* variableDrafts(located, text, 'Without "Version": "2012-10-17" a '
          + 'policy has no variables', () => setVersionFixes(located));
        else if (policy.hasPolicyVariables) yield* variableDrafts(located, text, 'A key with several values in a request cannot '
          + 'be a variable', undefined, true);
      }
    }
  },
};

/** AWS takes no policy with another version, or with that element misspelled, which is said of the element itself. */
function hasOldVersion({ node, version }: Policy): boolean {
  if (memberOf(node, 'Version')) return version?.value === '2008-10-17';
  return !node.members.some(({ key }) => intendedElement(key.value, ['Version']));
}

function textsNotAllowingVariables({ principal, action }: Statement): PolicyString[] {
  // A principal that KMS rejects for it is the finding of another rule.
  const principals = principal?.principals.filter((each) => principalProblem(each) === undefined) ?? [];
  return [...principals, ...(action?.patterns ?? []).filter(({ service }) => service !== 'other')].map(({ text: policyString }) => policyString);
}

function* variableDrafts(located: DiscoveredPolicy, policyString: PolicyString, reason: string, fixes: () => Fix[] = () => [], onlyLists = false): Iterable<FindingDraft> {
  for (const { sourceText, start, conditionKey } of policyVariablesIn(policyString)) {
    if (onlyLists && conditionKeyNamed(conditionKey)?.multiValued !== true) continue;
    const filled = hasSubstitutedPlaceholder(policyString);
    yield {
      at: locationInFile(located, filled ? policyString.node.content : valueSpan(policyString.node, start, start + sourceText.length)),
      message: `${reason}: AWS reads ${sourceText} as plain text, which matches nothing.`,
      fixes,
    };
  }
}

function setVersionFixes(located: DiscoveredPolicy): Fix[] {
  const { node, version } = located.policy;
  // A template's value is not here to change.
  if (version && version.value !== version.node.value) return [];
  const known = memberOf(node, 'Version');
  return [fixPolicy('Set "Version" to "2012-10-17"', located, [
    known?.value ? { edit: 'replace', node: known.value, value: '2012-10-17' } : { edit: 'set-member', object: node, name: 'Version', value: '2012-10-17', first: true },
  ], { preferred: true })];
}
