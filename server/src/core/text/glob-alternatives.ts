/** Far more than a pattern for paths needs. */
const MAX_PATTERN_LENGTH = 1024;
/** Of a pattern whose groups are written out: what one match costs grows in line with it. */
const MAX_EXPANDED_LENGTH = 16 * 1024;

/** Why a glob cannot be used, as the end of a sentence about it; undefined for one that can. */
export function globProblem(pattern: string): string | undefined {
  if (pattern.length > MAX_PATTERN_LENGTH) return `is longer than ${MAX_PATTERN_LENGTH} characters`;
  if (expandedSize(pattern).length <= MAX_EXPANDED_LENGTH) return undefined;
  return `stands for more than ${MAX_EXPANDED_LENGTH} characters when the alternatives in { } are written out`;
}

/** The globs without groups that a glob with `{a,b}` stands for. Their number is bounded by `globFault`. */
export function globAlternatives(pattern: string): string[] {
  const braceGroup = firstBraceGroup(pattern);
  if (!braceGroup) return [pattern];
  const rest = globAlternatives(pattern.slice(braceGroup.end));
  const heads = braceGroup.alternatives.flatMap(globAlternatives).map((alternative) => pattern.slice(0, braceGroup.start) + alternative);
  return heads.flatMap((head) => rest.map((tail) => head + tail));
}

/** How many globs a pattern stands for, and how long they are together. */
function expandedSize(pattern: string): { readonly count: number; readonly length: number } {
  const braceGroup = firstBraceGroup(pattern);
  if (!braceGroup) return { count: 1, length: pattern.length };
  const inside = braceGroup.alternatives.map(expandedSize);
  const count = inside.reduce((sum, alternative) => sum + alternative.count, 0);
  const length = inside.reduce((sum, alternative) => sum + alternative.length, 0);
  const rest = expandedSize(pattern.slice(braceGroup.end));
  return { count: count * rest.count, length: (braceGroup.start * count + length) * rest.count + rest.length * count };
}

interface BraceGroup {
  readonly start: number;
  readonly end: number;
  readonly alternatives: readonly string[];
}

/** Braces that hold no comma, or are not closed, are characters of a name. */
function firstBraceGroup(pattern: string): BraceGroup | undefined {
  const open: { readonly start: number; readonly commas: number[] }[] = [];
  let firstGroup: BraceGroup | undefined;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === '\\') at++;
    else if (character === '{') open.push({ start: at, commas: [] });
    else if (character === ',') open.at(-1)?.commas.push(at);
    else if (character === '}') {
      const group = open.pop();
      // An outer group ends after its inner ones, and takes their place.
      if (group && group.commas.length > 0 && (!firstGroup || group.start < firstGroup.start))
        firstGroup = braceGroupOf(pattern, group.start, group.commas, at);
      if (firstGroup && open.length === 0) return firstGroup;
    }
  }
  return firstGroup;
}

function braceGroupOf(pattern: string, start: number, commas: readonly number[], close: number): BraceGroup {
  const bounds = [start, ...commas, close];
  return { start, end: close + 1, alternatives: bounds.slice(1).map((end, i) => pattern.slice((bounds[i] ?? start) + 1, end)) };
}
