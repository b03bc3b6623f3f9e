import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import { intendedElement } from '../policy/misspelled-elements';
import { isStringNode, type Member } from '../syntax/tree';
import { fixPolicy, fixValue, type FixOptions } from './shared/fix';
import { hasUnresolvedVariables } from './shared/policy-variables-in-text';
import type { FindingDraft, Rule } from './rule';

const CURRENT_VERSION = '2012-10-17';
const OLD_VERSION = '2008-10-17';

export const version: Rule = {
  code: 'version',
  severity: 'warning',
  summary: 'The Version of the policy is missing or not 2012-10-17',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html',
  check: {
    *malformedInKmsPolicy(element, { policy: located }) {
      const { policy } = located;
      if (element.kind !== 'version' || policy.statements.every(({ isSkeleton }) => isSkeleton)) return;
      const { member } = element;
      // `variable-needs-version` reports a variable that remains plain text because of the version.
      if ((!member || policy.version?.value === OLD_VERSION) && hasUnresolvedVariables(policy)) return;
      yield* member ? wrongVersionDrafts(located, member) : missingVersionDrafts(located);
    },
  },
};

function* missingVersionDrafts(located: DiscoveredPolicy): Iterable<FindingDraft> {
  const { node, statementMember } = located.policy;
  const [first] = node.members;
  if (!node.closed || !statementMember || !first) return;
  // `unknown-element` reports a misspelled name.
  if (node.members.some(({ key }) => intendedElement(key.value, ['Version']) !== undefined)) return;
  yield {
    at: locationInFile(located, first.key.span),
    message: `The policy has no Version and is then read by the rules of ${OLD_VERSION}: `
      + `policy variables such as \${aws:username} are plain text. "${CURRENT_VERSION}" is the current version of the language.`,
    fixes: () => [fixPolicy(`Insert "Version": "${CURRENT_VERSION}"`, located, [
      { edit: 'set-member', object: node, name: 'Version', value: CURRENT_VERSION, first: true },
    ], fixOptionsFor(located))],
  };
}

function* wrongVersionDrafts(located: DiscoveredPolicy, { value: node }: Member): Iterable<FindingDraft> {
  if (!isStringNode(node)) return;
  const policyString = located.policy.version;
  if (!policyString || policyString.placeholders.length > 0) return;
  const old = policyString.value === OLD_VERSION;
  yield {
    at: locationInFile(located, node.span),
    severity: old ? 'warning' : 'error',
    message: old
      ? `Version ${OLD_VERSION} is the old policy language: policy variables such as \${aws:username} are plain text in it. `
        + `AWS recommends "${CURRENT_VERSION}" in new and changed policies.`
      : `AWS rejects the Version "${policyString.value}": there are only "${CURRENT_VERSION}" and "${OLD_VERSION}". `
        + 'It is not the date of the policy.',
    fixes: () => fixValue(`Use "${CURRENT_VERSION}"`, located, policyString, CURRENT_VERSION, fixOptionsFor(located)),
  };
}

/** Not safe where the text contains `${`, which may become a variable. */
function fixOptionsFor({ policy: { node }, layer }: DiscoveredPolicy): FixOptions {
  return { preferred: true, safe: !layer.text.slice(node.span.start, node.span.end).includes('${') };
}
