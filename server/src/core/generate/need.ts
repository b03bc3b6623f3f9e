import { NO_ACTIONS, type ActionSet } from '../aws/actions';
import { asksNoMore, conditionMark, type CarriedCondition } from './carried-conditions';

/** What one statement has to allow, or allows: these actions under these conditions. */
export interface Need {
  readonly actions: ActionSet;
  readonly conditions: readonly CarriedCondition[];
  /** How the other half writes the actions: patterns and names, in its order. */
  readonly written: readonly string[];
}

/** One need for each row of conditions. An action that is needed with fewer conditions is not asked for again with more. */
export function gatherNeeds(needs: readonly Need[]): Need[] {
  const gathered = new Map<string, Need>();
  for (const need of needs) {
    const mark = conditionMark(need.conditions);
    const known = gathered.get(mark);
    gathered.set(mark, known ? { ...known, actions: known.actions | need.actions, written: [...known.written, ...need.written] } : need);
  }
  const rows = [...gathered.values()];
  return rows
    .map((row) => withoutActions(row, rows.filter((other) => other !== row)))
    .filter((row) => row.actions !== NO_ACTIONS);
}

/** What is left of the needs where this much is allowed already. */
export function lacking(needs: readonly Need[], allowed: readonly Need[]): Need[] {
  return needs.map((need) => withoutActions(need, allowed)).filter((need) => need.actions !== NO_ACTIONS);
}

/** The needs for these actions only. */
export function narrowed(needs: readonly Need[], actions: ActionSet): Need[] {
  return needs.map((need) => ({ ...need, actions: need.actions & actions })).filter((need) => need.actions !== NO_ACTIONS);
}

export function actionsOf(needs: readonly Need[]): ActionSet {
  return needs.reduce((set, need) => set | need.actions, NO_ACTIONS);
}

function withoutActions(need: Need, others: readonly Need[]): Need {
  const covered = actionsOf(others.filter((other) => asksNoMore(other.conditions, need.conditions)));
  return { ...need, actions: need.actions & ~covered };
}
