import texts from './data/action-texts.json';
import data from './data/kms-actions.json';
import { matchesWildcards } from '../text/glob';
import { documentationFor, type Documentation } from './documentation';

/** The name of a KMS action as AWS spells it, with its prefix: `kms:Decrypt`. */
export type ActionName = `kms:${string}`;

/** A set of KMS actions, one bit for each in the order of `ACTIONS`: set algebra is plain `&`, `|` and `& ~`. */
export type ActionSet = bigint;

/** What AWS documents about one action, and what it does; the fields are those of `data/kms-actions.json` and `data/action-texts.json`. */
export interface ActionInfo extends Documentation {
  readonly name: ActionName;
  /** Position in `ACTIONS`. */
  readonly index: number;
  readonly bit: ActionSet;
  readonly accessLevel: string;
  /** `cryptographic`, `administration`, `grant`, `metadata`, `custom-key-store`. */
  readonly category: string;
  /** `key`, `alias`; empty when the action takes no resource and needs `"*"`. */
  readonly resourceTypes: readonly string[];
  readonly crossAccount: boolean;
  /** `iam-policy` means: without effect in a key policy. */
  readonly policyType: string;
  /** Condition keys with their variable part as `${TagKey}`. */
  readonly conditionKeys: readonly string[];
  /** An operation that a grant can give. */
  readonly grantOperation: boolean;
  readonly keyTypes: readonly string[];
}

export const ACTIONS: readonly ActionInfo[] = data.map((entry, index) => ({
  name: entry.action as ActionName,
  index,
  bit: 1n << BigInt(index),
  accessLevel: entry.accessLevel,
  category: entry.category,
  resourceTypes: entry.resourceTypes,
  crossAccount: entry.crossAccount,
  policyType: entry.policyType,
  conditionKeys: entry.conditionKeys,
  grantOperation: entry.grantOperation,
  keyTypes: entry.keyTypes,
  ...documentationFor(texts, entry.action),
}));

export const NO_ACTIONS: ActionSet = 0n;
export const ALL_ACTIONS: ActionSet = (1n << BigInt(ACTIONS.length)) - 1n;
/** The actions that work on a key of another account (AWS's own table, KMS permissions reference). */
export const CROSS_ACCOUNT_ACTIONS: ActionSet = actionsWhere((action) => action.crossAccount);
/** The actions without effect in a key policy. */
export const IAM_ONLY_ACTIONS: ActionSet = actionsWhere((action) => action.policyType === 'iam-policy');
/** The actions that take a key as resource. */
export const KEY_RESOURCE_ACTIONS: ActionSet = actionsWhere((action) => action.resourceTypes.includes('key'));
/** Those of them that a key policy can give. */
export const KEY_ACTIONS: ActionSet = KEY_RESOURCE_ACTIONS & ~IAM_ONLY_ACTIONS;
/** The actions that take no resource: a statement for them needs `"Resource": "*"`. */
export const STAR_ONLY_ACTIONS: ActionSet = actionsWhere((action) => action.resourceTypes.length === 0);
/** The actions that take an alias besides its key. */
export const ALIAS_ACTIONS: ActionSet = actionsWhere((action) => action.resourceTypes.includes('alias'));
export const PUT_KEY_POLICY: ActionSet = actionsWhere((action) => action.name === 'kms:PutKeyPolicy');

const actionsByName = new Map(ACTIONS.map((action) => [action.name.toLowerCase(), action]));
const expansions = new Map<string, ActionSet>();
/** Bounds the memory for patterns that appear only while somebody types. */
const MAX_EXPANSIONS = 4096;

export function actionsWhere(test: (action: ActionInfo) => boolean): ActionSet {
  return ACTIONS.reduce((set, action) => (test(action) ? set | action.bit : set), NO_ACTIONS);
}

/** The action of that name; case does not count (IAM User Guide, IAM JSON policy elements: Action). */
export function actionNamed(name: string): ActionInfo | undefined {
  return actionsByName.get(name.toLowerCase());
}

/**
 * Whether a value without service prefix is meant as a KMS action: `Decrypt`, `kms.Decrypt`, `kms=Decrypt`. Every service has
 * actions for tags, so their names alone say nothing.
 */
export function isKmsWithoutPrefix(value: string): boolean {
  if (value.includes(':')) return false;
  return /^\s*kms[^\w*?]/i.test(value) || (actionsByName.get(`kms:${value.trim().toLowerCase()}`)?.accessLevel ?? 'Tagging') !== 'Tagging';
}

/** The KMS actions that an `Action` pattern covers; empty for other services. `*` and `kms:*` cover all. */
export function expandAction(pattern: string): ActionSet {
  const lower = pattern.toLowerCase();
  const cachedExpansion = expansions.get(lower);
  if (cachedExpansion !== undefined) return cachedExpansion;
  const set = matchActions(lower);
  if (expansions.size >= MAX_EXPANSIONS) expansions.clear();
  expansions.set(lower, set);
  return set;
}

function matchActions(lower: string): ActionSet {
  const exact = actionsByName.get(lower);
  if (exact) return exact.bit;
  if (!/[*?]/.test(lower)) return NO_ACTIONS;
  // A wildcard in the service part is no valid action, but "*" alone is.
  if (lower !== '*' && !lower.startsWith('kms:')) return NO_ACTIONS;
  return actionsWhere((action) => matchesWildcards(lower, action.name.toLowerCase()));
}

export function actionsIn(set: ActionSet): ActionInfo[] {
  return ACTIONS.filter((action) => (set & action.bit) !== NO_ACTIONS);
}

/** The first of them in the order of `ACTIONS`. */
export function firstAction(set: ActionSet): ActionInfo | undefined {
  // The lowest bit alone is a power of two, which a float holds exactly.
  return set === NO_ACTIONS ? undefined : ACTIONS[Math.log2(Number(set & -set))];
}

export function hasAction(set: ActionSet, action: ActionInfo): boolean {
  return (set & action.bit) !== NO_ACTIONS;
}

export function unionOfSets(sets: readonly ActionSet[]): ActionSet {
  return sets.reduce((union, set) => union | set, NO_ACTIONS);
}

export function unionOfActions(groups: readonly { readonly actions: ActionSet }[]): ActionSet {
  return unionOfSets(groups.map(({ actions }) => actions));
}

/** The actions that any of the names and patterns covers. */
export function actionSetOf(patterns: readonly string[]): ActionSet {
  return unionOfSets(patterns.map(expandAction));
}

export function countActions(set: ActionSet): number {
  let count = 0;
  for (let rest = set; rest !== NO_ACTIONS; rest &= rest - 1n) count++;
  return count;
}
