import type { CursorToken, SourceLayer } from '../syntax';
import type { TagMembers } from './builder';

export function yamlTokenAt(_layer: SourceLayer, _offset: number, _tagMembers: TagMembers): CursorToken | undefined {
  return undefined;
}
