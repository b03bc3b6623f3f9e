import { conditionKeyNamed } from '../aws/condition-keys';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import { intendedElement } from '../policy/misspelled-elements';
import type { Policy, Statement } from '../policy/policy';
import { hasSubstitutedPlaceholder, type PolicyString } from '../policy/policy-string';
import { memberOf, valueSpan } from '../syntax/tree';
import type { TreeEdit } from '../syntax/tree-edit';
import { fixPolicy, type Fix } from './shared/fix';
import { principalProblem } from './shared/principal-form';
import { isKmsPolicy } from './shared/kms-statements';
import { mayHavePolicyVariables, textsAllowingVariables, policyVariablesIn } from './shared/policy-variables-in-text';
import type { FindingDraft, Rule } from './rule';

export const variableNeedsVersion: Rule = {
  code: 'variable-needs-version',
  severity: 'warning',
  summary: 'A policy variable is used where AWS does not fill it in',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html',
  check: {
    *statement(statement, { policy: located }) {
      const { policy } = located;
      if (!mayHavePolicyVariables(statement) || !isKmsPolicy(policy)) return;
      for (const policyString of valuesNotAllowingVariables(statement)) {
        yield* variableDrafts(located, policyString, 'Principal and Action cannot contain policy variables');
      }
      for (const policyString of textsAllowingVariables(statement)) {
        if (policy.hasPolicyVariables) {
          const reason = 'A key with several values in a request cannot be a variable';
          yield* variableDrafts(located, policyString, reason, undefined, isMultiValued);
        } else if (hasOldVersion(policy)) {
          const reason = 'Without "Version": "2012-10-17" a policy has no variables';
          yield* variableDrafts(located, policyString, reason, () => setVersionFixes(located));
        }
      }
    },
  },
};

/** AWS rejects other versions, and a misspelled element, which other rules report. */
function hasOldVersion({ node, version }: Policy): boolean {
  if (memberOf(node, 'Version')) return version?.value === '2008-10-17';
  return !node.members.some(({ key }) => intendedElement(key.value, ['Version']));
}

function valuesNotAllowingVariables({ principal, action }: Statement): PolicyString[] {
  // Another rule reports a principal that KMS rejects.
  const principals = principal?.principals.filter((candidate) => principalProblem(candidate) === undefined) ?? [];
  return [...principals, ...(action?.patterns ?? []).filter(({ service }) => service !== 'other')].map(({ text }) => text);
}

function isMultiValued(conditionKey: string): boolean {
  return conditionKeyNamed(conditionKey)?.multiValued === true;
}

function* variableDrafts(
  located: DiscoveredPolicy, policyString: PolicyString, reason: string, fixes: () => Fix[] = () => [],
  concerns: (conditionKey: string) => boolean = () => true,
): Iterable<FindingDraft> {
  const { node } = policyString;
  for (const { sourceText, start, conditionKey } of policyVariablesIn(policyString)) {
    if (!concerns(conditionKey)) continue;
    const span = hasSubstitutedPlaceholder(policyString) ? node.content : valueSpan(node, start, start + sourceText.length);
    yield {
      at: locationInFile(located, span),
      message: `${reason}: AWS reads ${sourceText} as plain text, which matches nothing.`,
      fixes,
    };
  }
}

function setVersionFixes(located: DiscoveredPolicy): Fix[] {
  const { node, version } = located.policy;
  if (version && hasSubstitutedPlaceholder(version)) return [];
  const value = '2012-10-17';
  const member = memberOf(node, 'Version');
  const edit: TreeEdit = member?.value
    ? { edit: 'replace', node: member.value, value }
    : { edit: 'set-member', object: node, name: 'Version', value, first: true };
  return [fixPolicy(`Set "Version" to "${value}"`, located, [edit], { preferred: true })];
}
