import { ACTIONS, expandAction, KEY_ACTIONS, NO_ACTIONS, type ActionInfo, type ActionSet } from '../aws/actions';
import type { LocatedPolicy } from '../locate/located';
import type { ActionElement } from '../model/policy';
import { maskHoles, UNKNOWN_CHARACTER } from '../model/read-text';
import type { Resources } from './resource-index';
import type { Because, Half } from './verdict';

/** A statement with the actions that it is about. */
export interface Entry {
  readonly because: Because;
  /** The actions that it covers whatever its placeholders are. */
  readonly sure: ActionSet;
  /** Further ones that it may cover. */
  readonly possible: ActionSet;
}

export function resourcesOfEntry({ because: { statement } }: Entry): Resources {
  return [statement.resource];
}

/** The statements of a policy by effect, as a whole and for each action. */
export interface Entries {
  readonly allows: readonly Entry[];
  readonly denies: readonly Entry[];
  /** By the index of the action; filled when first asked for. */
  readonly byAction: (ByEffect | undefined)[];
}

export interface ByEffect {
  readonly allows: readonly Entry[];
  readonly denies: readonly Entry[];
}

const NOTHING: Entries = { allows: [], denies: [], byAction: ACTIONS.map(() => ({ allows: [], denies: [] })) };
const indexed = new WeakMap<LocatedPolicy, Entries>();

/** The statements of a policy that count in its half; worked out once for each policy. */
export function entriesOf(policy: LocatedPolicy | undefined, half: Half): Entries {
  if (!policy || half === 'identity-policy' && policy.policy.kind !== 'identity') return NOTHING;
  const known = indexed.get(policy);
  if (known) return known;
  const allows: Entry[] = [];
  const denies: Entry[] = [];
  for (const statement of policy.policy.statements) {
    const { action, effect, openEffect } = statement;
    if (!action || !effect && !openEffect) continue;
    const entry = entryOf({ half, policy, statement }, action);
    if ((entry.sure | entry.possible) === NO_ACTIONS) continue;
    if (effect !== 'Deny') allows.push(entry);
    if (effect !== 'Allow') denies.push(entry);
  }
  const entries: Entries = { allows, denies, byAction: [] };
  indexed.set(policy, entries);
  return entries;
}

/** The entries that are, or may be, about one action. */
export function entriesFor(entries: Entries, action: ActionInfo): ByEffect {
  const known = entries.byAction[action.index];
  if (known) return known;
  const about = ({ sure, possible }: Entry): boolean => ((sure | possible) & action.bit) !== NO_ACTIONS;
  const found = { allows: entries.allows.filter(about), denies: entries.denies.filter(about) };
  entries.byAction[action.index] = found;
  return found;
}

/** What takes no key, or works by identity policies alone, a key policy neither gives nor takes (docs/aws-rules.md 3.1). */
function entryOf(because: Because, action: ActionElement): Entry {
  const scope = because.half === 'key-policy' ? KEY_ACTIONS : ~NO_ACTIONS;
  const sure = action.unknown && action.negated ? NO_ACTIONS : action.set & scope;
  return { because, sure, possible: action.unknown ? possibleActions(action) & scope & ~sure : NO_ACTIONS };
}

/** The actions that an element with placeholders may cover. */
function possibleActions(action: ActionElement): ActionSet {
  if (action.negated) return action.set;
  return action.patterns.reduce((set, pattern) => set | (pattern.text.holes.length > 0 ? widest(maskHoles(pattern.text)) : pattern.set), NO_ACTIONS);
}

function widest(masked: string): ActionSet {
  const pattern = masked.split(UNKNOWN_CHARACTER).join('*').replace(/\*+/g, '*');
  // `${service}:Decrypt` may well be kms:Decrypt, which no pattern can say.
  return pattern.startsWith('*') ? expandAction(`kms:*${pattern.slice(pattern.lastIndexOf(':') + 1)}`) : expandAction(pattern);
}
