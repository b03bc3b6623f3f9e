import { elementNamed } from '../../aws/elements';
import type { JsonValue } from '../../parse/edit';
import { code, line, paragraph } from '../hover/rich';
import { BARE, HERE, HOLLOW, page, plain, type Candidate } from './candidate';
import { namesIn, type Place } from './place';
import type { Wanted } from './slot';

/** What the element is written with. */
const VALUES: Readonly<Record<string, JsonValue>> = {
  Version: '2012-10-17', Id: HERE, Statement: [BARE],
  Sid: HERE, Effect: HERE, Principal: { AWS: HERE }, NotPrincipal: { AWS: HERE }, Action: [HERE], NotAction: [HERE], Resource: HERE, NotResource: HERE,
  Condition: { [HERE]: HOLLOW },
  AWS: HERE, Service: HERE,
};
/** With these the next list is asked for at once. */
const LISTED = new Set(['Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition', 'AWS', 'Service', 'Statement']);
/** No statement has both. */
const PAIRS: readonly (readonly [string, string])[] = [['Principal', 'NotPrincipal'], ['Action', 'NotAction'], ['Resource', 'NotResource']];
/** Elements that are seldom right come last. */
const SELDOM = new Set(['NotPrincipal', 'NotAction', 'NotResource', 'Id']);

/** The elements of the document, the statement or the Principal object that are missing, by the kind of the policy. */
export function elementCandidates(place: Place, wants: Extract<Wanted, { what: 'document-element' | 'statement-element' | 'principal-key' }>): Candidate[] {
  const present = namesIn(wants.object);
  return namesFor(place, wants.what)
    .filter((name) => !present.has(name) && !PAIRS.some((pair) => pair.includes(name) && pair.some((one) => present.has(one))))
    .map((name) => candidate(place, name));
}

function namesFor({ kind }: Place, what: 'document-element' | 'statement-element' | 'principal-key'): readonly string[] {
  if (what === 'principal-key') return ['AWS', 'Service'];
  if (what === 'document-element') return kind === 'identity' ? ['Version', 'Statement'] : ['Version', 'Id', 'Statement'];
  const principals = kind === 'identity' ? [] : ['Principal', ...kind === 'key' ? ['NotPrincipal'] : []];
  return ['Sid', 'Effect', ...principals, 'Action', 'NotAction', 'Resource', ...kind === 'key' ? [] : ['NotResource'], 'Condition'];
}

function candidate({ kind, token }: Place, name: string): Candidate {
  const info = elementNamed(name);
  const inKeyPolicy = name === 'Resource' && kind === 'key';
  const value = inKeyPolicy ? '*' : VALUES[name] ?? HERE;
  return {
    label: name, kind: 'element', rank: SELDOM.has(name) ? 1 : 0,
    ...kind === 'open' && (name === 'Principal' || name === 'Id') ? { detail: 'key policies only' } : {},
    ...info ? { documentation: page(info, ...paragraph(inKeyPolicy ? 'In a key policy "*" means the key that the policy belongs to.' : '')) } : {},
    writes: token.colonFollows ? { value: name } : { name, value },
    goesOn: !token.colonFollows && !inKeyPolicy && LISTED.has(name),
  };
}

/** The values of `Version` and `Effect`. */
export function elementValueCandidates(element: string): Candidate[] {
  switch (element) {
    case 'Version':
      return [plain('2012-10-17', 0, { documentation: paragraph(line`The current version of the policy language: variables such as ${code('${aws:username}')} count.`) })];
    case 'Effect':
      return [
        plain('Allow', 0, { documentation: paragraph('The statement gives what it says, unless a Deny statement takes it away.') }),
        plain('Deny', 1, { documentation: paragraph('The statement forbids what it says, whatever other statements allow.') }),
      ];
    default: return [];
  }
}
