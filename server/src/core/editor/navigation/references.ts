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
  const named = namedEntityAt(workspace, uri, offset);
  const places = named ? locationsOfEntity(workspace, named.entity, includeDeclaration) : [];
  const spot = findSyntaxTarget(workspace.readings.get(uri)?.policies ?? [], offset);
  const kind = spot?.policy.policy.kind;
  const uses = spot && (kind === 'key' || kind === 'identity') ? counterpartLocations(spot, verdicts, includeDeclaration && !named) : [];
  return uniqueSortedLocations([...places, ...uses]);
}

function locationsOfEntity(workspace: Workspace, subject: NamedEntity, includeDeclaration: boolean): Location[] {
  const places: Location[] = [];
  for (const mention of nameReferencesIn(workspace)) {
    if (refersToEntity(mention, subject) && (includeDeclaration || !isDeclarationOf(mention, subject))) places.push(locationOfReference(mention, subject));
  }
  return places;
}

/** The entry of a key or identity is none of the account in its ARN. */
function isDeclarationOf({ isDeclaration: declares, arn }: NameReference, { kind: what }: NamedEntity): boolean {
  return declares && (arn === undefined) === (what === 'account');
}

function counterpartLocations({ node: named, statement, policy }: SyntaxTarget, verdicts: VerdictProvider, includeStatement: boolean): Location[] {
  if (!statement) return [];
  switch (named.kind) {
    case 'action': {
      const uses = counterpartStatementsOf(verdicts().pairsByIdentity, { statement, ...(named.element.negated ? {} : { actions: named.pattern.actionSet }) });
      return [...includeStatement ? [locationInFile(policy, named.pattern.text.node.span)] : [], ...uses.flatMap(actionLocationsOf)];
    }
    case 'principal':
      return counterpartStatementsOf(verdicts().pairsByIdentity, { statement, ...(named.element.negated ? {} : { principal: named.principal }) }).map(locationOfCounterpartStatement);
    case 'sid': case 'statement': case 'effect': case 'element':
      return [...includeStatement ? [locationInFile(policy, (statement.sid?.node ?? statement.node).span)] : [], ...counterpartStatementsOf(verdicts().pairsByIdentity, { statement }).map(locationOfCounterpartStatement)];
    default:
      return [];
  }
}

/** Each place once. */
function uniqueSortedLocations(places: readonly Location[]): readonly Location[] {
  const unique = new Map(places.map((place) => [`${place.uri} ${place.span.start} ${place.span.end}`, place]));
  return [...unique.values()].sort((a, b) => (a.uri === b.uri ? a.span.start - b.span.start : a.uri < b.uri ? -1 : 1));
}
