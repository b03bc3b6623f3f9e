import { isRefusal, type Counterpart, type Refusal } from '../../generate/counterpart';
import type { Fix } from './finding';
import { fixFiles, type FixOptions } from './fix';

/** A generated half as a fix; none when it cannot be written, or is there already. */
export function counterpartFix(title: string, result: Counterpart | Refusal, options: FixOptions = {}): Fix[] {
  return isRefusal(result) || result.nothingToDo ? [] : [fixFiles(title, result.manifestChange ? [...result.changes, result.manifestChange] : result.changes, options)];
}
