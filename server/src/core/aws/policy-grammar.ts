/** The elements of a policy document and of a statement, in AWS's spelling (IAM User Guide, reference_policies_grammar). */
export const DOCUMENT_ELEMENTS: readonly string[] = ['Version', 'Id', 'Statement'];
export const STATEMENT_ELEMENTS: readonly string[] = [
  'Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition',
];

/** The policy language as a parser needs it to mend a broken text (`DocumentHints` of the syntax). */
export const POLICY_HINTS = {
  documentMembers: DOCUMENT_ELEMENTS,
  itemList: 'Statement',
  itemMembers: STATEMENT_ELEMENTS,
  firstItemMember: 'Sid',
  membersWithObject: ['Principal', 'NotPrincipal', 'Condition'],
  // Elements, principal types and condition keys.
  namesOfLists: /^(?:Not)?(?:Action|Resource)$|^(?:AWS|Service)$|^[a-z][\w-]*:\w/,
  proseMembers: ['Sid', 'Id', 'Description'],
};
