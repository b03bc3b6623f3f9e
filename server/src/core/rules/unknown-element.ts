import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { UnknownElement } from '../policy/policy';
import { intendedElement } from '../policy/misspelled-elements';
import { DOCUMENT_ELEMENTS, STATEMENT_ELEMENTS } from '../aws/policy-grammar';
import { nodeToJson } from '../syntax/canonical-value';
import { memberOf, type Member, type ObjectNode } from '../syntax/tree';
import { fixPolicy, type Fix } from './shared/fix';
import { mentionsKmsInText } from './shared/kms-statements';
import type { Rule } from './rule';

export const unknownElement: Rule = {
  code: 'unknown-element',
  severity: 'error',
  summary: 'The policy language has no element of this name here',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html',
  suppressible: false,
  check: {
    *malformed(element, { policy: located }) {
      if (element.kind !== 'unknown-element' || !mentionsKmsInText(located)) return;
      const { member, elements } = element;
      const name = member.key.value;
      const suggestion = intendedElement(name, elements);
      const otherElements = elements === STATEMENT_ELEMENTS ? DOCUMENT_ELEMENTS : STATEMENT_ELEMENTS;
      yield {
        at: locationInFile(located, member.key.span),
        message: suggestion === undefined && otherElements.includes(name)
          ? `"${name}" is an element of `
            + `${otherElements === STATEMENT_ELEMENTS ? 'a statement, not of the document around' : 'the document, not of a statement'}. `
            + 'AWS rejects the policy.'
          : `The policy language has no element "${name}" here, so AWS rejects the policy. `
            + (suggestion === undefined ? `It has ${elements.join(', ')}, and no place for notes.` : `Did you mean "${suggestion}"? `
              + 'Names are case-sensitive.'),
        fixes: () => fixesFor(located, element, suggestion),
      };
    },
  },
};

function fixesFor(located: DiscoveredPolicy, { object, member, elements }: UnknownElement, suggestion: string | undefined): readonly Fix[] {
  const name = member.key.value;
  const remove = fixPolicy(`Remove "${name}"`, located, [{ edit: 'remove-member', object, member }]);
  const better = suggestion ?? (name === 'Sid' && elements === DOCUMENT_ELEMENTS && located.policy.kind === 'key' ? 'Id' : undefined);
  if (better === undefined || memberOf(object, better)) return [remove];
  // Safe where only capitals differ, but not where the fix would allow everyone.
  const safe = better.toLowerCase() === name.toLowerCase() && isOnlyElement(object, better)
    && !(better.endsWith('Principal') && isEveryonePrincipal(member));
  const rename = fixPolicy(`Rename to "${better}"`, located, [{ edit: 'rename-member', member, name: better }], { preferred: true, safe });
  return [rename, remove];
}

function isOnlyElement({ members }: ObjectNode, element: string): boolean {
  return members.filter(({ key }) => key.value.toLowerCase() === element.toLowerCase()).length === 1;
}

function isEveryonePrincipal({ value }: Member): boolean {
  return value !== undefined && JSON.stringify(nodeToJson(value)).includes('"*"');
}
