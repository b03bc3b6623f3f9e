/** The id of an organization (AWS Organizations API Reference, Organization). */
export const ORGANIZATION_ID = /^o-[a-z0-9]{10,32}$/;

const MIN_ID_LENGTH = 'o-'.length + 10;
const MAX_ID_LENGTH = 'o-'.length + 32;

/** Condition keys whose value is the id of an organization, in lower case (IAM User Guide, AWS global condition context keys). */
export const ORGANIZATION_ID_KEYS: ReadonlySet<string> = new Set(['aws:principalorgid', 'aws:resourceorgid', 'aws:sourceorgid',
  'aws:vpceorgid']);
/** Condition keys whose values are paths that begin with the id of an organization: `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/` (same page). */
export const ORGANIZATION_PATH_KEYS: ReadonlySet<string> = new Set(['aws:principalorgpaths', 'aws:resourceorgpaths', 'aws:sourceorgpaths',
  'aws:vpceorgpaths']);

/** Whether the id of an organization can match the pattern, in which `*` and `?` are wildcards. */
export function matchesOrganizationId(pattern: string): boolean {
  if (!/[*?]/.test(pattern)) return ORGANIZATION_ID.test(pattern);
  // How many characters of an id the part of the pattern that was read can stand for.
  let lengths = [0];
  for (const character of pattern) {
    const [shortest] = lengths;
    if (shortest === undefined) return false;
    if (character === '*') lengths = Array.from({ length: MAX_ID_LENGTH - shortest + 1 }, (_, more) => shortest + more);
    else lengths = lengths.filter((length) => length < MAX_ID_LENGTH && isCharacterOfId(character, length)).map((length) => length + 1);
  }
  return lengths.some((length) => length >= MIN_ID_LENGTH);
}

function isCharacterOfId(character: string, at: number): boolean {
  return character === '?' || (at < 2 ? character === 'o-'.charAt(at) : /^[a-z0-9]$/.test(character));
}

/** Whether a path can begin as the pattern does. A wildcard may run past the slash behind the id. */
export function matchesOrganizationPath(pattern: string): boolean {
  const [first = ''] = pattern.split('/');
  const wildcard = first.search(/[*?]/);
  return matchesOrganizationId(wildcard < 0 ? first : `${first.slice(0, wildcard)}*`);
}
