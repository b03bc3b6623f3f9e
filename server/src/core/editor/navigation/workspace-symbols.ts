import { arnResource } from '../../aws/arn';
import { locationInFile } from '../../discovery/discovery-result';
import type { Location } from '../../text/span';
import type { Workspace } from '../../workspace/workspace';
import { identityDestinations, keyDestinations, type Destination } from './definition';
import { statementName, policyOwnerText } from './document-symbols';

/** Something of the workspace that can be looked up by name. */
export interface WorkspaceSymbolMatch {
  readonly kind: 'key' | 'identity' | 'statement';
  readonly name: string;
  /** Whose it is: the account, or the policy of a statement. */
  readonly container: string;
  readonly location: Location;
}

/** More than this nobody reads, and each editor narrows the list down further. */
const MAX_WORKSPACE_SYMBOLS = 256;

/**
 * Keys (by each alias, or by id), identities and statements that have a Sid, whose name has the letters of the query in their
 * order, or whose ARN has the query in it, in any case. An empty query finds everything; keys come before identities, identities
 * before statements.
 */
export function findWorkspaceSymbols(workspace: Workspace, query: string): readonly WorkspaceSymbolMatch[] {
  const symbols: WorkspaceSymbolMatch[] = [];
  for (const symbol of matchingSymbols(workspace,
    (name, arn) => isSubsequence(query, name) || arn?.toLowerCase().includes(query.trim().toLowerCase()) === true)) {
    if (symbols.push(symbol) >= MAX_WORKSPACE_SYMBOLS) break;
  }
  return symbols;
}

type SymbolFilter = (name: string, arn?: string) => boolean;

function* matchingSymbols({ world, readings }: Workspace, symbolFilter: SymbolFilter): Generator<WorkspaceSymbolMatch> {
  for (const key of world.keys) {
    const { arn, keyId, aliases, account = '' } = key;
    const names = aliases.length > 0 ? aliases : [keyId ?? 'key'];
    for (const name of names.filter((candidate) => symbolFilter(candidate, arn ?? keyId))) {
      const location = locationOfDestination(keyDestinations(world, [key]));
      if (location)
        yield { kind: 'key', name, container: [name === keyId ? undefined : keyId, account].filter(Boolean).join(' · '), location };
    }
  }
  for (const identity of world.identities) {
    const { arn, account = '', link } = identity;
    if (arn === undefined || !symbolFilter(arnResource(arn), arn)) continue;
    const location = locationOfDestination(identityDestinations(world, [identity])) ?? link.at;
    if (location) yield { kind: 'identity', name: arnResource(arn), container: account, location };
  }
  for (const { policies } of readings.values()) {
    for (const policy of policies) {
      if (policy.policy.kind !== 'key' && policy.policy.kind !== 'identity') continue;
      for (const statement of policy.policy.statements) {
        const { sid } = statement;
        if (sid?.value.trim() && symbolFilter(sid.value))
          yield { kind: 'statement', name: statementName(statement), container: policyOwnerText(world, policy),
            location: locationInFile(policy, sid.node.span) };
      }
    }
  }
}

function locationOfDestination([first]: readonly Destination[]): Location | undefined {
  return first && { uri: first.location.uri, span: first.selectionSpan };
}

/** The letters of the query stand in the text in their order, with others between them. */
function isSubsequence(query: string, text: string): boolean {
  let position = 0;
  const lower = text.toLowerCase();
  for (const letter of query.toLowerCase()) {
    if (letter === ' ') continue;
    position = lower.indexOf(letter, position) + 1;
    if (position === 0) return false;
  }
  return true;
}
