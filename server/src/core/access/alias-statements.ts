import { ALIAS_ACTIONS, NO_ACTIONS, type ActionSet } from '../aws/actions';
import type { LocatedPolicy } from '../locate/located';
import type { ResourcePattern } from '../model/policy';
import type { Key } from '../workspace/world';
import { variablesOf, type Circumstances } from './context';
import { encodeText, type Variables } from './encode';
import { entriesOf, type Entry } from './entries';
import { ANY_ONE, ANY_RUN, hasUnknown, matchPattern, UNKNOWN_RUN } from './glob';
import { aliasArn, coversEveryAlias, matchResources } from './match-resource';
import type { Because } from './verdict';
import { weighEntry, type Weighed } from './weigh';

/** Aliases of the key's account and Region that a value of Resource covers. */
export interface Aliases {
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

/** The values of policy variables, where the policy has them. */
export function variablesIn({ policy }: Because, circumstances: Circumstances): Variables | undefined {
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

/** Whether the pattern may cover the alias: field by field where all are written, else the name of an alias, which may have colons, could hold an account or a key. */
export function mayBeAlias(pattern: string, fields: readonly string[], arn: string): boolean {
  if (matchPattern(pattern, arn) === 'no') return false;
  const subject = arn.split(':');
  return fields.length < 6 || hasUnknown(pattern)
    || fields.slice(0, 5).every((field, i) => matchPattern(field, subject[i] ?? '') !== 'no') && matchPattern(fields.slice(5).join(':'), subject.slice(5).join(':')) !== 'no';
}
