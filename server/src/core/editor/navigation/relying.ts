import { callerOf } from '../../access/caller';
import { actionNode } from '../../access/deciding-place';
import { matchPrincipal } from '../../access/match-principal';
import type { Because } from '../../access/verdict';
import { ALL_ACTIONS, NO_ACTIONS, type ActionSet } from '../../aws/actions';
import { placeOf } from '../../locate/located';
import type { Principal, Statement } from '../../model/policy';
import type { Location } from '../../text/span';
import type { Verdicts } from '../verdicts';

/** A statement, or the part of it that is asked about. */
export interface Asked {
  readonly statement: Statement;
  readonly actions?: ActionSet | undefined;
  readonly principal?: Principal | undefined;
}

/** A statement of the other half with the actions that it needs the asked one for. */
export interface Use {
  readonly because: Because;
  readonly actions: ActionSet;
}

/**
 * The statements of the other half that work together with the asked one: for an Allow of the key policy the identity policy
 * statements that rely on it, and the other way round, as far as no verdict says no; for a Deny those that it stops.
 */
export function usesOf(pairs: Verdicts['pairs'], { statement, actions = ALL_ACTIONS, principal }: Asked): readonly Use[] {
  const uses = new Map<Statement, { readonly because: Because; actions: ActionSet }>();
  for (const list of pairs.values()) {
    for (const { identity, verdicts } of list) {
      for (const { actions: judged, verdict } of verdicts) {
        const shared = judged & actions;
        const own = verdict.because.find((one) => one.statement === statement);
        if (!own || shared === NO_ACTIONS || statement.effect === 'Allow' && verdict.outcome === 'denied') continue;
        if (principal && !matchPrincipal(principal, callerOf(identity))) continue;
        for (const because of verdict.because) if (because.half !== own.half) add(uses, because, shared);
      }
    }
  }
  return [...uses.values()];
}

function add(uses: Map<Statement, { readonly because: Because; actions: ActionSet }>, because: Because, actions: ActionSet): void {
  const known = uses.get(because.statement);
  if (known) known.actions |= actions;
  else uses.set(because.statement, { because, actions });
}

/** One place for each use, in a line that tells which statement it is: the Sid, else the first action that is used. */
export function placeOfUse({ because: { policy, statement }, actions }: Use): Location {
  const node = statement.sid?.node ?? actionNode(statement, { name: '', bit: actions }) ?? statement.node;
  return placeOf(policy, node.span);
}

/** The actions of the use as they are written, or patterns that cover them. */
export function actionPlacesOfUse({ because: { policy, statement }, actions }: Use): readonly Location[] {
  const { action } = statement;
  const patterns = action?.negated === false ? action.patterns.filter(({ set }) => (set & actions) !== NO_ACTIONS) : [];
  const nodes = patterns.length > 0 ? patterns.map(({ text }) => text.node) : [action?.member.key ?? statement.node];
  return nodes.map((node) => placeOf(policy, node.span));
}
