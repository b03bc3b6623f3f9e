import { placeOf } from '../../locate/located';
import type { Location } from '../../text/span';
import type { Workspace } from '../../workspace/workspace';
import { mentionsIn } from '../mentions';
import type { Mention } from '../names';
import type { AskVerdicts } from '../verdicts';
import { actionPlacesOfUse, placeOfUse, usesOf } from './relying';
import { spotAt, type Spot } from '../spot';
import { namedAt, names, placeNaming, type Subject } from '../subject';

/**
 * On a key, identity or account: every place of policies and manifests that names it. On a statement, or one of its actions:
 * the statements of the other half that rely on it, or that it relies on. On a principal both. Sorted by file and place.
 *
 * @param verdicts asked for only where verdicts are needed
 * @param includeDeclaration the entry in `kms-handshake.json`, or the statement itself, too
 */
export function referencesAt(workspace: Workspace, verdicts: AskVerdicts, uri: string, offset: number, includeDeclaration: boolean): readonly Location[] {
  const named = namedAt(workspace, uri, offset);
  const places = named ? placesNaming(workspace, named.subject, includeDeclaration) : [];
  const spot = spotAt(workspace.readings.get(uri)?.policies ?? [], offset);
  const kind = spot?.policy.policy.kind;
  const uses = spot && (kind === 'key' || kind === 'identity') ? placesOfUses(spot, verdicts, includeDeclaration && !named) : [];
  return sorted([...places, ...uses]);
}

function placesNaming(workspace: Workspace, subject: Subject, includeDeclaration: boolean): Location[] {
  const places: Location[] = [];
  for (const mention of mentionsIn(workspace)) {
    if (names(mention, subject) && (includeDeclaration || !isDeclaration(mention, subject))) places.push(placeNaming(mention, subject));
  }
  return places;
}

/** The entry of a key or identity is none of the account in its ARN. */
function isDeclaration({ declares, arn }: Mention, { what }: Subject): boolean {
  return declares && (arn === undefined) === (what === 'account');
}

function placesOfUses({ named, statement, policy }: Spot, verdicts: AskVerdicts, includeStatement: boolean): Location[] {
  if (!statement) return [];
  switch (named.what) {
    case 'action': {
      const uses = usesOf(verdicts().pairs, { statement, ...(named.element.negated ? {} : { actions: named.pattern.set }) });
      return [...includeStatement ? [placeOf(policy, named.pattern.text.node.span)] : [], ...uses.flatMap(actionPlacesOfUse)];
    }
    case 'principal':
      return usesOf(verdicts().pairs, { statement, ...(named.element.negated ? {} : { principal: named.principal }) }).map(placeOfUse);
    case 'sid': case 'statement': case 'effect': case 'element':
      return [...includeStatement ? [placeOf(policy, (statement.sid?.node ?? statement.node).span)] : [], ...usesOf(verdicts().pairs, { statement }).map(placeOfUse)];
    default:
      return [];
  }
}

/** Each place once. */
function sorted(places: readonly Location[]): readonly Location[] {
  const unique = new Map(places.map((place) => [`${place.uri} ${place.span.start} ${place.span.end}`, place]));
  return [...unique.values()].sort((a, b) => (a.uri === b.uri ? a.span.start - b.span.start : a.uri < b.uri ? -1 : 1));
}
