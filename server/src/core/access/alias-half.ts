import type { ActionInfo } from '../aws/actions';
import { mayBeAlias, variablesIn, type Aliases } from './alias-statements';
import type { Case } from './case';
import type { Circumstances } from './context';
import { encodeText } from './encode';
import { matchPattern, type Match } from './glob';
import type { Because } from './verdict';
import type { Way } from './way';
import { applies, costOf, failingOf, isCertain, type Weighed } from './weigh';

/** An Allow on an alias, and the Deny statements that may take this alias away again. */
interface AliasChoice {
  readonly allow: Weighed;
  readonly denies: readonly Weighed[];
}

function choicesOf(accessCase: Case, action: ActionInfo): readonly AliasChoice[] {
  const { allows, denies } = accessCase.aliases();
  return allows.filter(({ weighed }) => applies(weighed, action.bit)).map(({ aliases, weighed }) => ({
    allow: weighed, denies: denies.filter((deny) => applies(deny, action.bit)).flatMap((deny) => denyOn(deny, aliases, accessCase) ?? []),
  }));
}

/** The ways with an alias that is allowed too, those that ask less first; for other actions the ways themselves. */
export function waysWithAlias(accessCase: Case, action: ActionInfo, ways: readonly Way[]): readonly Way[] {
  if (!action.resourceTypes.includes('alias')) return ways;
  const choices = choicesOf(accessCase, action).filter(({ denies }) => !denies.some(isCertain));
  return ways.flatMap((way) => choices.map(({ allow, denies }): Way => ({
    ...way, parts: [...way.parts, allow], denies,
    sure: way.sure && allow.sure && denies.every(({ sure }) => sure),
    cost: [allow, ...denies].reduce((cost, part) => cost + costOf(part), way.cost),
  }))).sort((a, b) => a.cost - b.cost);
}

/** Why no alias is allowed: the Deny statements that take each away, and the Allow statements that are under false conditions. */
export function aliasRefusal(accessCase: Case, action: ActionInfo): { readonly denied: readonly Because[]; readonly failing: readonly Weighed[] } {
  const denied = choicesOf(accessCase, action).flatMap(({ allow, denies }) => [...denies.filter(isCertain), allow].map(({ because }) => because));
  return { denied, failing: failingOf(accessCase.aliases().allows.map(({ weighed }) => weighed), action.bit) };
}

/** The Deny as it stands for these aliases; undefined where it leaves the caller one of them. */
function denyOn(deny: Weighed, aliases: Aliases, circumstances: Circumstances): Weighed | undefined {
  const match = coversAll(deny.because, aliases, circumstances);
  if (match === 'no' || match === 'unknown' && aliases.several) return undefined;
  return match === 'yes' ? deny : { ...deny, sure: false };
}

function coversAll(because: Because, { arn }: Aliases, circumstances: Circumstances): Match {
  const { resource } = because.statement;
  if (!resource) return 'no';
  const variables = variablesIn(because, circumstances);
  const matches = resource.patterns.map(({ form, text }) => {
    const pattern = encodeText(text, { wildcards: true, variables });
    return form === 'any' ? 'yes' : mayBeAlias(pattern, pattern.split(':'), arn) ? matchPattern(pattern, arn) : 'no';
  });
  const match: Match = matches.includes('yes') ? 'yes' : matches.includes('unknown') ? 'unknown' : 'no';
  if (!resource.negated) return match;
  return match === 'yes' ? 'no' : match === 'no' ? 'yes' : 'unknown';
}
