import { placeOf, type LocatedPolicy } from '../locate/located';
import { meantElement } from '../model/elements';
import { DOCUMENT_ELEMENTS, STATEMENT_ELEMENTS } from '../parse/elements';
import { jsonOf } from '../parse/json-value';
import { memberOf, type Member, type ObjectNode } from '../parse/tree';
import type { Fix } from './finding';
import { fixPolicy } from './fix';
import { realStatements } from './judgements/skeleton';
import { isAboutKms } from './judgements/statements';
import type { Draft, PolicySubject, RuleFor } from './rule';

/** `Actions`, `effect`, `Sid` beside `Statement`: AWS knows no such element and rejects the policy. */
export const unknownElement: RuleFor<'policy', PolicySubject> = {
  scope: 'policy',
  meta: {
    code: 'unknown-element',
    severity: 'error',
    summary: 'The policy language has no element of this name here',
    href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html',
    fixable: true,
  },
  needs: ['unusualForm'],
  *check({ policy: located }) {
    const { policy } = located;
    const statements = realStatements(policy);
    const strangers = [
      ...(policy.fragment || statements.some(({ node }) => !node.closed) ? [] : strangersIn(policy.node, DOCUMENT_ELEMENTS)),
      ...statements.flatMap(({ node }) => strangersIn(node, STATEMENT_ELEMENTS)),
    ];
    if (strangers.length === 0 || !isAboutKms(located)) return;
    for (const stranger of strangers) yield draft(located, stranger);
  },
};

interface Stranger {
  readonly object: ObjectNode;
  readonly member: Member;
  readonly elements: readonly string[];
}

/**
 * What a template fills in, and what is still being typed, may become any element. A name with a colon at its end lacks a quote, and
 * behind an element without a value a brace is missing: `json-syntax` says so.
 */
function strangersIn(object: ObjectNode, elements: readonly string[]): Stranger[] {
  const unfinished = object.members.some(({ value }) => value === undefined);
  return object.members
    .filter(({ key, value }) => value !== undefined && !elements.includes(key.value) && key.holes.length === 0 && !/^(Ref|Fn::)|:\s*$/.test(key.value)
      && !(unfinished && meantElement(key.value, elements) === undefined))
    .map((member) => ({ object, member, elements }));
}

function draft(located: LocatedPolicy, stranger: Stranger): Draft {
  const { member, elements } = stranger;
  const name = member.key.value;
  const meant = meantElement(name, elements);
  const elsewhere = elements === STATEMENT_ELEMENTS ? DOCUMENT_ELEMENTS : STATEMENT_ELEMENTS;
  return {
    at: placeOf(located, member.key.span),
    message: meant === undefined && elsewhere.includes(name)
      ? `"${name}" is an element of ${elsewhere === STATEMENT_ELEMENTS ? 'a statement, not of the document around' : 'the document, not of a statement'}. AWS rejects the policy.`
      : `The policy language has no element "${name}" here, so AWS rejects the policy. ${meant === undefined ? `It has ${elements.join(', ')}, and no place for notes.` : `Did you mean "${meant}"? Names are case-sensitive.`}`,
    fixes: () => fixesFor(located, stranger, meant),
  };
}

function fixesFor(located: LocatedPolicy, { object, member, elements }: Stranger, meant: string | undefined): readonly Fix[] {
  const name = member.key.value;
  const remove = fixPolicy(`Remove "${name}"`, located, [{ edit: 'remove-member', object, member }]);
  const better = meant ?? (name === 'Sid' && elements === DOCUMENT_ELEMENTS && located.policy.kind === 'key' ? 'Id' : undefined);
  if (better === undefined || memberOf(object, better)) return [remove];
  // Only other capitals can be read in one way, and nothing that lets everyone in is made unasked.
  const safe = better.toLowerCase() === name.toLowerCase() && isOnlyOne(object, better) && !(better.endsWith('Principal') && namesEveryone(member));
  return [fixPolicy(`Rename to "${better}"`, located, [{ edit: 'rename-member', member, name: better }], { preferred: true, safe }), remove];
}

function isOnlyOne({ members }: ObjectNode, element: string): boolean {
  return members.filter(({ key }) => key.value.toLowerCase() === element.toLowerCase()).length === 1;
}

function namesEveryone({ value }: Member): boolean {
  return value !== undefined && JSON.stringify(jsonOf(value)).includes('"*"');
}
