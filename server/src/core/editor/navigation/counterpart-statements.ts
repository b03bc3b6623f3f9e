import { callerOf } from '../../access/caller';
import { actionNode } from '../../access/text/deciding-location';
import { matchPrincipal } from '../../access/principal-matching';
import type { StatementRef } from '../../access/verdict';
import { ALL_ACTIONS, NO_ACTIONS, type ActionSet } from '../../aws/actions';
import { locationInFile } from '../../discovery/discovery-result';
import type { Principal, Statement } from '../../policy/policy';
import type { Location } from '../../text/span';
import type { PairVerdictIndex } from '../verdict-provider';

/** A statement, or the part of it that is asked about. */
export interface StatementPart {
  readonly statement: Statement;
  readonly actions?: ActionSet | undefined;
  readonly principal?: Principal | undefined;
}

/** A statement of the other half with the actions that it needs the asked one for. */
export interface CounterpartStatement {
  readonly statementRef: StatementRef;
  readonly actions: ActionSet;
}

/**
 * The statements of the other half that work together with the asked one: for an Allow of the key policy the identity policy
 * statements that rely on it, and the other way round, as far as no verdict says no; for a Deny those that it stops.
 */
export function counterpartStatementsOf(pairs: PairVerdictIndex['pairsByIdentity'], { statement, actions = ALL_ACTIONS, principal }: StatementPart): readonly CounterpartStatement[] {
  const uses = new Map<Statement, { readonly statementRef: StatementRef; actions: ActionSet }>();
  for (const list of pairs.values()) {
    for (const { identity, verdicts } of list) {
      for (const { actions: verdictActions, verdict } of verdicts) {
        const shared = verdictActions & actions;
        const ownStatementRef = verdict.decidedBy.find((statementRef) => statementRef.statement === statement);
        if (!ownStatementRef || shared === NO_ACTIONS || statement.effect === 'Allow' && verdict.outcome === 'denied') continue;
        if (principal && !matchPrincipal(principal, callerOf(identity))) continue;
        for (const statementRef of verdict.decidedBy) if (statementRef.gate !== ownStatementRef.gate) addCounterpartStatement(uses, statementRef, shared);
      }
    }
  }
  return [...uses.values()];
}

function addCounterpartStatement(uses: Map<Statement, { readonly statementRef: StatementRef; actions: ActionSet }>, statementRef: StatementRef, actions: ActionSet): void {
  const counterpart = uses.get(statementRef.statement);
  if (counterpart) counterpart.actions |= actions;
  else uses.set(statementRef.statement, { statementRef, actions });
}

/** One place for each use, in a line that tells which statement it is: the Sid, else the first action that is used. */
export function locationOfCounterpartStatement({ statementRef: { policy, statement }, actions }: CounterpartStatement): Location {
  const node = statement.sid?.node ?? actionNode(statement, { name: '', bit: actions }) ?? statement.node;
  return locationInFile(policy, node.span);
}

/** The actions of the use as they are written, or patterns that cover them. */
export function actionLocationsOf({ statementRef: { policy, statement }, actions }: CounterpartStatement): readonly Location[] {
  const { action } = statement;
  const patterns = action?.negated === false ? action.patterns.filter(({ actionSet }) => (actionSet & actions) !== NO_ACTIONS) : [];
  const nodes = patterns.length > 0 ? patterns.map(({ text: policyString }) => policyString.node) : [action?.member.key ?? statement.node];
  return nodes.map((node) => locationInFile(policy, node.span));
}
