import { actionNamed, ACTIONS, expandAction, NO_ACTIONS } from '../../aws/actions';
import type { ActionPattern } from '../../policy/policy';
import { nearestWord } from '../../text/nearest-word';
import { hasForbiddenCharacter } from './forbidden-characters';
import { hasStrayCharacters, placeholderFault } from './value-faults';
import { withoutTrailingCharacters } from '../../text/trailing-characters';

/**
 * What is wrong with an `Action` value, the first that applies (docs/aws-rules.md 8.2). `prefix`: no `service:` before the
 * name; `unknown-action`: spelled `kms:`, but no KMS action matches. Rules about what an action does look only at values without a fault.
 */
export type ActionFault = 'unknown' | 'placeholder' | 'character' | 'prefix' | 'whitespace' | 'unknown-action';

export function actionFault(pattern: ActionPattern): ActionFault | undefined {
  const { text, service, actionSet } = pattern;
  if (actionSet !== NO_ACTIONS) return undefined;
  const { value } = text;
  const fault = placeholderFault(text);
  if (fault) return fault;
  if (hasForbiddenCharacter(value)) return 'character';
  if (lacksPrefix(value)) return 'prefix';
  if (hasStrayCharacters(value) && /kms/i.test(value)) return 'whitespace';
  return service === 'kms' ? 'unknown-action' : undefined;
}

/** No colon, or a colon followed by a blank. `*` alone is valid; the zero-width characters are left to `arn-whitespace`. */
function lacksPrefix(value: string): boolean {
  if (!value.includes(':')) return !/^\*+$/.test(value);
  return /^[\w-]+:[ \t\u00a0]+[^\s]/.test(value);
}

const ACTION_NAMES = ACTIONS.map(({ name }) => name.slice('kms:'.length));
/** `Create`, `Describe`: what stands before the `*` of a pattern. */
const ACTION_VERBS = [...new Set(ACTION_NAMES.map((name) => /^[A-Z][a-z]+/.exec(name)?.[0] ?? name))];
/** An operation of the API without an action of its name: it needs two actions. */
const RE_ENCRYPT = 'ReEncrypt';

/**
 * The action or pattern that a value without a prefix, or with a name that does not exist, most likely means; undefined when none is
 * similar.
 */
export function suggestAction(value: string): string | undefined {
  const name = value.trim().replace(/^kms(?![A-Za-z])[^A-Za-z*?]*/i, '').trim();
  if (name.toLowerCase() === RE_ENCRYPT.toLowerCase()) return `kms:${RE_ENCRYPT}*`;
  if (name === '' || name.includes(':')) return undefined;
  const covered = expandAction(`kms:${name}`);
  if (covered !== NO_ACTIONS) return actionNamed(`kms:${name}`)?.name ?? `kms:${name}`;
  const stem = withoutTrailingCharacters(name, /\*/);
  if (/[*?]/.test(stem)) return undefined;
  const isPattern = stem !== name;
  const near = nearestWord(stem, isPattern ? [...ACTION_NAMES, RE_ENCRYPT, ...ACTION_VERBS] : [...ACTION_NAMES, RE_ENCRYPT]);
  if (near === undefined) return undefined;
  return isPattern || near === RE_ENCRYPT ? `kms:${near}*` : `kms:${near}`;
}
