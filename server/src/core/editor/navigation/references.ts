import { locationInFile } from '../../discovery/discovery-result';
import type { Location } from '../../text/span';
import type { Workspace } from '../../workspace/workspace';
import { nameReferencesIn } from '../name-references';
import type { NameReference } from '../parsed-name';
import type { VerdictProvider } from '../verdict-provider';
import { actionLocationsOf, locationOfCounterpartStatement, counterpartStatementsOf } from './counterpart-statements';
import { findSyntaxTarget, type SyntaxTarget } from '../syntax-target';
import { namedEntityAt, refersToEntity, locationOfReference, type NamedEntity } from '../named-entity';

/**
 * On a key, identity or account: every place of policies and manifests that names it. On a statement, or one of its actions:
 * the statements of the other half that rely on it, or that it relies on. On a principal both. Sorted by file and place.
 *
 * @param verdicts asked for only where verdicts are needed
 * @param includeDeclaration the entry in `kms-handshake.json`, or the statement itself, too
 */
export function referencesAt(workspace: Workspace, verdicts: VerdictProvider, uri: string, offset: number, includeDeclaration: boolean): readonly Location[] {
  const namedEntity = namedEntityAt(workspace, uri, offset);
  const entityLocations = namedEntity ? locationsOfEntity(workspace, namedEntity.entity, includeDeclaration) : [];
  const syntaxTarget = findSyntaxTarget(workspace.readings.get(uri)?.policies ?? [], offset);
  const kind = syntaxTarget?.policy.policy.kind;
  const statementLocations = syntaxTarget && (kind === 'key' || kind === 'identity') ? counterpartLocations(syntaxTarget, verdicts, includeDeclaration && !namedEntity) : [];
  return uniqueSortedLocations([...entityLocations, ...statementLocations]);
}

function locationsOfEntity(workspace: Workspace, namedEntity: NamedEntity, includeDeclaration: boolean): Location[] {
  const locations: Location[] = [];
  for (const nameReference of nameReferencesIn(workspace)) {
    if (refersToEntity(nameReference, namedEntity) && (includeDeclaration || !isDeclarationOf(nameReference, namedEntity))) locations.push(locationOfReference(nameReference, namedEntity));
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
      const counterpartStatements = counterpartStatementsOf(verdicts().pairsByIdentity, { statement, ...(node.element.negated ? {} : { actions: node.pattern.actionSet }) });
      return [...includeStatement ? [locationInFile(policy, node.pattern.text.node.span)] : [], ...counterpartStatements.flatMap(actionLocationsOf)];
    }
    case 'principal':
      return counterpartStatementsOf(verdicts().pairsByIdentity, { statement, ...(node.element.negated ? {} : { principal: node.principal }) }).map(locationOfCounterpartStatement);
    case 'sid': case 'statement': case 'effect': case 'element':
      return [...includeStatement ? [locationInFile(policy, (statement.sid?.node ?? statement.node).span)] : [], ...counterpartStatementsOf(verdicts().pairsByIdentity, { statement }).map(locationOfCounterpartStatement)];
    default:
      return [];
  }
}

/** Each place once. */
function uniqueSortedLocations(locations: readonly Location[]): readonly Location[] {
  const unique = new Map(locations.map((location) => [`${location.uri} ${location.span.start} ${location.span.end}`, location]));
  return [...unique.values()].sort((a, b) => (a.uri === b.uri ? a.span.start - b.span.start : a.uri < b.uri ? -1 : 1));
}
