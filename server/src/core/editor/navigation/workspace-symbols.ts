import { arnResource } from '../../aws/arn';
import { placeOf } from '../../locate/located';
import type { Location } from '../../text/span';
import type { Workspace } from '../../workspace/workspace';
import { identityTargets, keyTargets, type Destination } from './definition';
import { statementName, whose } from './document-symbols';

/** Something of the workspace that can be looked up by name. */
export interface NamedPlace {
  readonly what: 'key' | 'identity' | 'statement';
  readonly name: string;
  /** Whose it is: the account, or the policy of a statement. */
  readonly container: string;
  readonly at: Location;
}

/** More than this nobody reads, and each editor narrows the list down further. */
const MOST = 256;

/**
 * Keys (by each alias, or by id), identities and statements that have a Sid, whose name has the letters of the query in their
 * order, or whose ARN has the query in it, in any case. An empty query finds everything; keys come before identities, identities
 * before statements.
 */
export function findInWorkspace(workspace: Workspace, query: string): readonly NamedPlace[] {
  const found: NamedPlace[] = [];
  for (const place of everything(workspace, (name, arn) => isWithin(query, name) || arn?.toLowerCase().includes(query.trim().toLowerCase()) === true)) {
    if (found.push(place) >= MOST) break;
  }
  return found;
}

type Wanted = (name: string, arn?: string) => boolean;

function* everything({ world, readings }: Workspace, wanted: Wanted): Generator<NamedPlace> {
  for (const key of world.keys) {
    const { arn, keyId, aliases, account = '' } = key;
    const names = aliases.length > 0 ? aliases : [keyId ?? 'key'];
    for (const name of names.filter((one) => wanted(one, arn ?? keyId))) {
      const at = placeOfTarget(keyTargets(world, [key]));
      if (at) yield { what: 'key', name, container: [name === keyId ? undefined : keyId, account].filter(Boolean).join(' · '), at };
    }
  }
  for (const identity of world.identities) {
    const { arn, account = '', link } = identity;
    if (arn === undefined || !wanted(arnResource(arn), arn)) continue;
    const at = placeOfTarget(identityTargets(world, [identity])) ?? link.at;
    if (at) yield { what: 'identity', name: arnResource(arn), container: account, at };
  }
  for (const { policies } of readings.values()) {
    for (const policy of policies) {
      if (policy.policy.kind !== 'key' && policy.policy.kind !== 'identity') continue;
      for (const statement of policy.policy.statements) {
        const { sid } = statement;
        if (sid?.value.trim() && wanted(sid.value)) yield { what: 'statement', name: statementName(statement), container: whose(world, policy), at: placeOf(policy, sid.node.span) };
      }
    }
  }
}

function placeOfTarget([first]: readonly Destination[]): Location | undefined {
  return first && { uri: first.at.uri, span: first.mark };
}

/** The letters of the query stand in the text in their order, with others between them. */
function isWithin(query: string, text: string): boolean {
  let at = 0;
  const lower = text.toLowerCase();
  for (const letter of query.toLowerCase()) {
    if (letter === ' ') continue;
    at = lower.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
