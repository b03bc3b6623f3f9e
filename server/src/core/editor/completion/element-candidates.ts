import { elementNamed } from '../../aws/element-info';
import type { JsonValue } from '../../syntax/tree-edit';
import { code, line, paragraph, type Line } from '../hover/rich-text';
import { OMITTED_VALUE, TYPED_STRING, UNQUOTED_VALUE } from '../../syntax/syntax';
import { documentationBlocks, valueCandidate, type CompletionCandidate } from './candidate';
import { memberNamesIn, type PolicyCompletionContext } from './completion-context';
import type { ExpectedSyntax } from './completion-target';

/** What the element is written with. */
const INITIAL_ELEMENT_VALUES: Readonly<Record<string, JsonValue>> = {
  Version: '2012-10-17', Statement: [UNQUOTED_VALUE], Principal: { AWS: TYPED_STRING }, NotPrincipal: { AWS: TYPED_STRING },
  Action: [TYPED_STRING], NotAction: [TYPED_STRING], Condition: { [TYPED_STRING]: OMITTED_VALUE },
};
/** With these the next list is asked for at once. */
const ELEMENTS_WITH_SUGGESTIONS = new Set([
  'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition', 'AWS', 'Service', 'Statement',
]);
/** No statement has both. */
const EXCLUSIVE_ELEMENTS = [['Principal', 'NotPrincipal'], ['Action', 'NotAction'], ['Resource', 'NotResource']] as const;
/** Elements that are seldom right come last. */
const UNCOMMON_ELEMENTS = new Set(['NotPrincipal', 'NotAction', 'NotResource', 'Id']);

/** The elements of the document, the statement or the Principal object that are missing, by the kind of the policy. */
export function elementCandidates(context: PolicyCompletionContext,
  expected: Extract<ExpectedSyntax, { kind: 'document-element' | 'statement-element' | 'principal-key' }>): CompletionCandidate[] {
  const present = memberNamesIn(expected.object);
  const excluded = new Set(EXCLUSIVE_ELEMENTS.flatMap((pair): readonly string[] => (pair.some((name) => present.has(name)) ? pair : [])));
  return elementNamesFor(context, expected.kind).filter((name) => !present.has(name) && !excluded.has(name))
    .map((name) => elementCandidate(context, name));
}

function elementNamesFor({ kind }: PolicyCompletionContext,
  expectedKind: 'document-element' | 'statement-element' | 'principal-key'): readonly string[] {
  if (expectedKind === 'principal-key') return ['AWS', 'Service'];
  if (expectedKind === 'document-element') return kind === 'identity' ? ['Version', 'Statement'] : ['Version', 'Id', 'Statement'];
  const principals = kind === 'identity' ? [] : ['Principal', ...kind === 'key' ? ['NotPrincipal'] : []];
  return ['Sid', 'Effect', ...principals, 'Action', 'NotAction', 'Resource', ...kind === 'key' ? [] : ['NotResource'], 'Condition'];
}

function elementCandidate({ kind, token }: PolicyCompletionContext, name: string): CompletionCandidate {
  const info = elementNamed(name);
  const inKeyPolicy = name === 'Resource' && kind === 'key';
  const value = inKeyPolicy ? '*' : INITIAL_ELEMENT_VALUES[name] ?? TYPED_STRING;
  return {
    label: name, kind: 'element', rank: UNCOMMON_ELEMENTS.has(name) ? 1 : 0,
    detail: kind === 'open' && (name === 'Principal' || name === 'Id') ? 'key policies only' : undefined,
    documentation: info && documentationBlocks(info,
      ...paragraph(inKeyPolicy ? 'In a key policy "*" means the key that the policy belongs to.' : '')),
    insertion: token.valueFollows ? { value: name } : { name, value },
    triggersSuggestions: !token.valueFollows && !inKeyPolicy && ELEMENTS_WITH_SUGGESTIONS.has(name),
  };
}

/** The values of `Version` and `Effect`. */
export function elementValueCandidates(element: string): CompletionCandidate[] {
  const candidate = (value: string, rank: number, ...documentation: Line): CompletionCandidate =>
    valueCandidate(value, rank, { documentation: paragraph(...documentation) });
  switch (element) {
    case 'Version':
      return [candidate('2012-10-17', 0,
        ...line`The current version of the policy language: variables such as ${code('${aws:username}')} count.`)];
    case 'Effect':
      return [
        candidate('Allow', 0, 'The statement gives what it says, unless a Deny statement takes it away.'),
        candidate('Deny', 1, 'The statement forbids what it says, whatever other statements allow.'),
      ];
    default: return [];
  }
}
