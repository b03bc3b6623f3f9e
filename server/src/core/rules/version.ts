import { placeOf, type LocatedPolicy } from '../locate/located';
import { meantElement } from '../model/elements';
import { isString, memberOf, type Member } from '../parse/tree';
import type { Fix } from './finding';
import { fixPolicy } from './fix';
import { realStatements } from './judgements/skeleton';
import { isJudged } from './judgements/statements';
import { hasUnfilledVariables } from './judgements/variables';
import type { Draft, PolicySubject, RuleFor } from './rule';

const CURRENT = '2012-10-17';
const OLD = '2008-10-17';

/** The version of the policy language: `2012-10-17`, no date to keep up to date. */
export const version: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'version',
    severity: 'warning',
    summary: 'The Version of the policy is missing or not 2012-10-17',
    href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html',
    fixable: true,
  },
  needs: ['judged', 'unusualForm'],
  *check({ policy: located }) {
    const { policy } = located;
    if (policy.fragment || policy.version?.value === CURRENT || !isJudged(policy) || realStatements(policy).length === 0) return;
    const member = memberOf(policy.node, 'Version');
    // Of a variable that stays plain text by it, what is wrong is said there.
    if ((!member || policy.version?.value === OLD) && hasUnfilledVariables(policy)) return;
    const drafts = member ? wrong(located, member) : missing(located);
    yield* drafts;
  },
};

function* missing(located: LocatedPolicy): Iterable<Draft> {
  const { node, statementMember } = located.policy;
  const [first] = node.members;
  if (!node.closed || !statementMember || !first) return;
  // In other capitals it is there, and that is the fault.
  if (node.members.some(({ key }) => meantElement(key.value, ['Version']) !== undefined)) return;
  yield {
    at: placeOf(located, first.key.span),
    message: `The policy has no Version and is then read by the rules of ${OLD}: policy variables such as \${aws:username} are plain text. "${CURRENT}" is the current version of the language.`,
    fixes: () => [fixPolicy(`Insert "Version": "${CURRENT}"`, located, [{ edit: 'set-member', object: node, name: 'Version', value: CURRENT, first: true }], optionsFor(located))],
  };
}

function* wrong(located: LocatedPolicy, { value: node }: Member): Iterable<Draft> {
  if (!isString(node)) return;
  const text = located.policy.version;
  if (!text || text.holes.length > 0) return;
  const old = text.value === OLD;
  yield {
    at: placeOf(located, node.span),
    severity: old ? 'warning' : 'error',
    message: old
      ? `Version ${OLD} is the old policy language: policy variables such as \${aws:username} are plain text in it. AWS recommends "${CURRENT}" in new and changed policies.`
      : `The policy language has the versions "${CURRENT}" and "${OLD}" only: AWS rejects "${text.value}". It is not the date of the policy.`,
    fixes: (): Fix[] => text.value === node.value ? [fixPolicy(`Use "${CURRENT}"`, located, [{ edit: 'replace', node, value: CURRENT }], optionsFor(located))] : [],
  };
}

/** Text with `${` in it may begin to mean something by the change. */
function optionsFor({ policy: { node }, layer }: LocatedPolicy): { preferred: true; safe: boolean } {
  return { preferred: true, safe: !layer.text.slice(node.span.start, node.span.end).includes('${') };
}
