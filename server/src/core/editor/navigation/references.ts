import { locationInFile } from '../../discovery/discovery-result';
import { spanContainsOffset, type Location } from '../../text/span';
import type { Workspace } from '../../workspace/workspace';
import { locationInName, nameReferencesIn } from '../name-references';
import type { NameReference } from '../parsed-name';
import type { VerdictProvider, PairVerdictIndex } from '../verdict-provider';
import { templateNameAt, templateNamesIn, type TemplateName } from '../template-names';
import { findSyntaxTarget, type SyntaxTarget } from '../syntax-target';
import { namedEntityAt, refersToEntity, locationOfReference, type NamedEntity } from '../named-entity';
import { callerOf } from '../../access/caller';
import { actionNode } from '../../access/text/deciding-location';
import { matchPrincipal } from '../../access/principal-matching';
import type { StatementRef } from '../../access/verdict';
import { ALL_ACTIONS, NO_ACTIONS, type ActionSet } from '../../aws/actions';
import type { Principal, Statement } from '../../policy/policy';

/**
 * On a key, identity or account: every place of policies and manifests that names it. On a statement, or one of its actions:
 * the statements of the other half that rely on it, or that it relies on. On a principal both. Sorted by file and place.
 *
 * @param verdicts asked for only where verdicts are needed
 * @param includeDeclaration the entry in `kms-handshake.json`, or the statement itself, too
 */
export function referencesAt(workspace: Workspace, verdicts: VerdictProvider, uri: string, offset: number,
  includeDeclaration: boolean): readonly Location[] {
  const templateName = templateNameAt(workspace, uri, offset);
  const namedEntity = templateName ? undefined : namedEntityAt(workspace, uri, offset);
  const nameLocations = [
    ...templateName ? locationsOfTemplateName(workspace, uri, templateName, includeDeclaration) : [],
    ...namedEntity ? locationsOfEntity(workspace, namedEntity.entity, includeDeclaration) : [],
  ];
  const syntaxTarget = findSyntaxTarget(workspace.readings.get(uri)?.policies ?? [], offset);
  const kind = syntaxTarget?.policy.policy.kind;
  const statementLocations = syntaxTarget && (kind === 'key' || kind === 'identity')
    ? counterpartLocations(syntaxTarget, verdicts, includeDeclaration && nameLocations.length === 0)
    : [];
  return uniqueSortedLocations([...nameLocations, ...statementLocations]);
}

/** The places of its template, and those of other files that name the key or the identity by its ARN. */
function locationsOfTemplateName(workspace: Workspace, uri: string, { name, kind }: TemplateName, includeDeclaration: boolean): Location[] {
  const places = (templateNamesIn(workspace, uri)?.names ?? []).filter((other) => other.name === name && other.kind === kind)
    .filter(({ isDeclaration }) => includeDeclaration || !isDeclaration).map(({ span }) => ({ uri, span }));
  const { identities, keys } = workspace.world;
  const arns = new Set([...identities, ...keys].filter(({ template }) => template?.uri === uri && template.logicalId === name)
    .flatMap(({ arn }) => arn ?? []));
  const byArn = [...nameReferencesIn(workspace)]
    .filter(({ text, identityArn }) => arns.has(identityArn ?? text.value))
    .map((reference) => locationInName(reference))
    // A reference is in the list already, by the name in it.
    .filter((location) => location.uri !== uri || !places.some(({ span }) => spanContainsOffset(location.span, span.start)));
  return [...places, ...byArn];
}

function locationsOfEntity(workspace: Workspace, namedEntity: NamedEntity, includeDeclaration: boolean): Location[] {
  const locations: Location[] = [];
  for (const nameReference of nameReferencesIn(workspace)) {
    if (refersToEntity(nameReference, namedEntity) && (includeDeclaration || !isDeclarationOf(nameReference, namedEntity)))
      locations.push(locationOfReference(nameReference, namedEntity));
  }
  return locations;
}

/** The entry of a key or identity is none of the account in its ARN. */
function isDeclarationOf({ isDeclaration, arn }: NameReference, { kind }: NamedEntity): boolean {
  return isDeclaration && (arn === undefined) === (kind === 'account');
}

function counterpartLocations({ node, statement, policy }: SyntaxTarget, verdicts: VerdictProvider, includeStatement: boolean): Location[] {
  if (!statement) return [];
  switch (node.kind) {
    case 'action': {
      const actions = node.element.negated ? undefined : node.pattern.actionSet;
      const counterpartStatements = counterpartStatementsOf(verdicts().pairsByIdentity, { statement, actions });
      return [...includeStatement ? [locationInFile(policy, node.pattern.text.node.span)] : [],
        ...counterpartStatements.flatMap(actionLocationsOf)];
    }
    case 'principal': {
      const principal = node.element.negated ? undefined : node.principal;
      return counterpartStatementsOf(verdicts().pairsByIdentity, { statement, principal }).map(locationOfCounterpartStatement);
    }
    case 'sid':
    case 'statement':
    case 'effect':
    case 'element':
      return [...includeStatement ? [locationInFile(policy, (statement.sid?.node ?? statement.node).span)] : [],
        ...counterpartStatementsOf(verdicts().pairsByIdentity, { statement }).map(locationOfCounterpartStatement)];
    default: return [];
  }
}

/** Each place once. */
function uniqueSortedLocations(locations: readonly Location[]): readonly Location[] {
  const unique = new Map(locations.map((location) => [`${location.uri} ${location.span.start} ${location.span.end}`, location]));
  return [...unique.values()].sort((a, b) => (a.uri === b.uri ? a.span.start - b.span.start : a.uri < b.uri ? -1 : 1));
}

/** A statement, or one of its actions or principals. */
export interface StatementPart {
  readonly statement: Statement;
  readonly actions?: ActionSet | undefined;
  readonly principal?: Principal | undefined;
}

/** A statement of the other half with the actions for which it depends on the requested one. */
export interface CounterpartStatement {
  readonly statementRef: StatementRef;
  readonly actions: ActionSet;
}

/**
 * The statements of the other half that work together with the requested one: for an Allow of the key policy the identity policy
 * statements that rely on it, and the other way round, as far as no verdict says no; for a Deny those that it stops.
 */
export function counterpartStatementsOf(pairs: PairVerdictIndex['pairsByIdentity'],
  { statement, actions = ALL_ACTIONS, principal }: StatementPart): readonly CounterpartStatement[] {
  const uses = new Map<Statement, { readonly statementRef: StatementRef; actions: ActionSet }>();
  for (const list of pairs.values()) {
    for (const { identity, verdicts } of list) {
      for (const { actions: verdictActions, verdict } of verdicts) {
        const shared = verdictActions & actions;
        const requestedStatementRef = verdict.decidedBy.find((statementRef) => statementRef.statement === statement);
        if (!requestedStatementRef || shared === NO_ACTIONS || statement.effect === 'Allow' && verdict.outcome === 'denied') continue;
        if (principal && !matchPrincipal(principal, callerOf(identity))) continue;
        for (const statementRef of verdict.decidedBy)
          if (statementRef.gate !== requestedStatementRef.gate) addCounterpartStatement(uses, statementRef, shared);
      }
    }
  }
  return [...uses.values()];
}

function addCounterpartStatement(uses: Map<Statement, { readonly statementRef: StatementRef; actions: ActionSet }>,
  statementRef: StatementRef, actions: ActionSet): void {
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
