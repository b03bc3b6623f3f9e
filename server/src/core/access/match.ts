import type { ResourcePattern } from '../model/policy';
import type { Key } from '../workspace/world';
import { matchResource } from './match-resource';

export { matchPrincipal, matchPrincipals, type Level, type PrincipalMatch } from './match-principal';
export { arnOfKey, coversAliases, matchOwnKey, matchResource, matchResources, misses } from './match-resource';

/** Whether a resource pattern covers the key, or may cover it once placeholders and variables are filled in. */
export function reachesKey(pattern: ResourcePattern, key: Key): boolean {
  return matchResource(pattern, key, () => undefined) !== 'no';
}
