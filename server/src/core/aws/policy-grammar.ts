/** The elements of a policy document and of a statement, in AWS's spelling (IAM User Guide, reference_policies_grammar). */
export const DOCUMENT_ELEMENTS: readonly string[] = ['Version', 'Id', 'Statement'];
export const STATEMENT_ELEMENTS: readonly string[] = [
  'Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition',
];
