import { ALIAS_ACTIONS, NO_ACTIONS, type ActionInfo, type ActionSet } from '../aws/actions';
import type { LocatedPolicy } from '../locate/located';
import type { ResourcePattern } from '../model/policy';
import type { Key } from '../workspace/world';
import type { Case } from './case';
import { variablesOf, type Circumstances } from './context';
import { encodeText, type Variables } from './encode';
import { entriesOf, type Entry } from './entries';
import { ANY_ONE, ANY_RUN, hasUnknown, matchPattern, UNKNOWN_RUN, type Match } from './glob';
import { aliasArn, coversEveryAlias, matchResources } from './match-resource';
import type { Because } from './verdict';
import type { Way } from './way';
import { applies, costOf, failingOf, isCertain, weighEntry, type Weighed } from './weigh';

/** Aliases of the key's account and Region that a value of Resource covers. */
interface Aliases {
  /** The ARN of any of them, with unknown parts. */
  readonly arn: string;
  /** There are several, of which the caller chooses one. */
  readonly several: boolean;
  /** False while account or Region hang on a placeholder. */
  readonly sure: boolean;
}

interface AliasAllow {
  readonly aliases: Aliases;
  readonly weighed: Weighed;
}

/** What the identity policies of a case say about aliases: operations on aliases need it besides the key (docs/aws-rules.md 3.4). */
export interface AliasStatements {
  readonly allows: readonly AliasAllow[];
  /** Those that cover every alias, or the key, are among all other Deny statements. */
  readonly denies: readonly Weighed[];
}

/** @param only weighs them for this action only; for all actions when undefined */
export function aliasStatementsOf(policies: readonly LocatedPolicy[], only: ActionSet | undefined, circumstances: Circumstances): AliasStatements {
  const allows: AliasAllow[] = [];
  const denies: Weighed[] = [];
  const scope = only === undefined ? ALIAS_ACTIONS : only & ALIAS_ACTIONS;
  for (const policy of policies) {
    const entries = entriesOf(policy, 'identity-policy');
    for (const entry of entries.allows) {
      if (!isAbout(entry, scope)) continue;
      for (const aliases of aliasesOf(entry.because, circumstances)) {
        const weighedEntry: Weighed[] = [];
        weighEntry(entry, { only, means: undefined, resource: aliases.sure ? 'yes' : 'unknown', scope }, circumstances, weighedEntry);
        allows.push(...weighedEntry.map((weighed) => ({ aliases, weighed })));
      }
    }
    for (const entry of entries.denies) {
      const { statement } = entry.because;
      if (!isAbout(entry, scope) || coversEveryAlias(statement, circumstances.key)) continue;
      if (matchResources(statement, circumstances.key, variablesIn(entry.because, circumstances)) === 'yes') continue;
      weighEntry(entry, { only, means: undefined, resource: 'yes', scope }, circumstances, denies);
    }
  }
  return { allows, denies };
}

function isAbout({ sure, possible }: Entry, scope: ActionSet): boolean {
  return ((sure | possible) & scope) !== NO_ACTIONS;
}

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

function variablesIn({ policy }: Because, circumstances: Circumstances): Variables | undefined {
  return policy.policy.variables ? variablesOf(circumstances) : undefined;
}

function aliasesOf(because: Because, circumstances: Circumstances): readonly Aliases[] {
  const { key } = circumstances;
  const { resource } = because.statement;
  if (!resource || resource.patterns.length === 0) return [];
  const all: Aliases = { arn: aliasArn(key), several: true, sure: true };
  if (!resource.negated) return resource.patterns.flatMap((pattern) => (pattern.form === 'any' ? all : aliasesOfPattern(pattern, key, variablesIn(because, circumstances)) ?? []));
  return coversEveryAlias({ ...because.statement, resource: { ...resource, negated: false } }, key) ? [] : [all];
}

function aliasesOfPattern({ form, text }: ResourcePattern, key: Key, variables: Variables | undefined): Aliases | undefined {
  if (form !== 'alias' && form !== 'kms' && form !== 'unknown') return undefined;
  const encoded = encodeText(text, { wildcards: true, variables });
  const fields = encoded.split(':');
  if (!mayBeAlias(encoded, fields, aliasArn(key))) return undefined;
  const name = fields.slice(5).join(':');
  const several = !name.startsWith('alias/') || name.includes(ANY_RUN) || name.includes(ANY_ONE);
  return {
    arn: aliasArn(key, name.startsWith('alias/') ? name.slice('alias/'.length).split(ANY_RUN).join(UNKNOWN_RUN).split(ANY_ONE).join(UNKNOWN_RUN) : UNKNOWN_RUN),
    // Whatever a placeholder in its name is, there is such an alias.
    several, sure: !hasUnknown(fields.length > 5 ? fields.slice(0, 5).join(':') : encoded),
  };
}

/** Field by field where all are written: else the name of an alias, which may have colons, could hold an account. */
function mayBeAlias(pattern: string, fields: readonly string[], arn: string): boolean {
  if (matchPattern(pattern, arn) === 'no') return false;
  return fields.length < 6 || hasUnknown(pattern) || fields.slice(0, 5).every((field, i) => matchPattern(field, arn.split(':')[i] ?? '') !== 'no');
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
  const matches = resource.patterns.map(({ form, text }) => (form === 'any' ? 'yes' : matchPattern(encodeText(text, { wildcards: true, variables }), arn)));
  const match: Match = matches.includes('yes') ? 'yes' : matches.includes('unknown') ? 'unknown' : 'no';
  if (!resource.negated) return match;
  return match === 'yes' ? 'no' : match === 'no' ? 'yes' : 'unknown';
}
