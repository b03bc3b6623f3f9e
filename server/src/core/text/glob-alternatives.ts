/** Far more than a pattern for paths needs. */
const LONGEST_PATTERN = 1024;
/** Of a pattern whose groups are written out: what one match costs grows in line with it. */
const LONGEST_WRITTEN_OUT = 16 * 1024;

/** Why a glob cannot be used, as the end of a sentence about it; undefined for one that can. */
export function globFault(pattern: string): string | undefined {
  if (pattern.length > LONGEST_PATTERN) return `is longer than ${LONGEST_PATTERN} characters`;
  if (writtenOut(pattern).length <= LONGEST_WRITTEN_OUT) return undefined;
  return `stands for more than ${LONGEST_WRITTEN_OUT} characters when the alternatives in { } are written out`;
}

/** The globs without groups that a glob with `{a,b}` stands for. Their number is bounded by `globFault`. */
export function globAlternatives(pattern: string): string[] {
  const group = firstGroup(pattern);
  if (!group) return [pattern];
  const rest = globAlternatives(pattern.slice(group.end));
  const heads = group.alternatives.flatMap(globAlternatives).map((alternative) => pattern.slice(0, group.start) + alternative);
  return heads.flatMap((head) => rest.map((tail) => head + tail));
}

/** How many globs a pattern stands for, and how long they are together. */
function writtenOut(pattern: string): { readonly count: number; readonly length: number } {
  const group = firstGroup(pattern);
  if (!group) return { count: 1, length: pattern.length };
  const inside = group.alternatives.map(writtenOut);
  const count = inside.reduce((sum, alternative) => sum + alternative.count, 0);
  const length = inside.reduce((sum, alternative) => sum + alternative.length, 0);
  const rest = writtenOut(pattern.slice(group.end));
  return { count: count * rest.count, length: (group.start * count + length) * rest.count + rest.length * count };
}

interface Group {
  readonly start: number;
  readonly end: number;
  readonly alternatives: readonly string[];
}

/** Braces that hold no comma, or are not closed, are characters of a name. */
function firstGroup(pattern: string): Group | undefined {
  const open: { readonly start: number; readonly commas: number[] }[] = [];
  let found: Group | undefined;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === '\\') at++;
    else if (character === '{') open.push({ start: at, commas: [] });
    else if (character === ',') open.at(-1)?.commas.push(at);
    else if (character === '}') {
      const group = open.pop();
      // An outer group ends after its inner ones, and takes their place.
      if (group && group.commas.length > 0 && (!found || group.start < found.start)) found = groupOf(pattern, group.start, group.commas, at);
      if (found && open.length === 0) return found;
    }
  }
  return found;
}

function groupOf(pattern: string, start: number, commas: readonly number[], close: number): Group {
  const bounds = [start, ...commas, close];
  return { start, end: close + 1, alternatives: bounds.slice(1).map((end, i) => pattern.slice((bounds[i] ?? start) + 1, end)) };
}
