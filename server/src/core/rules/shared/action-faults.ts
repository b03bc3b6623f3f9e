import { actionNamed, ACTIONS, expandAction, NO_ACTIONS } from '../../aws/actions';
import type { ActionPattern } from '../../policy/policy';
import { nearestWord } from '../../text/nearest-word';
import { hasForbiddenCharacter } from './forbidden-characters';
import { hasStrayCharacters, placeholderFault } from './value-faults';
import { withoutTrailingCharacters } from '../../text/trailing-characters';

/**
 * What is wrong with an `Action` value, the first that applies (docs/aws-rules.md 8.2). `prefix`: no `service:` before the
 * name; `unknown-action`: spelled `kms:`, and no KMS action fits. Rules about what an action does look only at values without a fault.
 */
export type ActionFault = 'unknown' | 'placeholder' | 'character' | 'prefix' | 'whitespace' | 'unknown-action';

export function actionFault(pattern: ActionPattern): ActionFault | undefined {
  const { text: policyString, service, actionSet } = pattern;
  // Nearly every value: a name or a pattern that covers something.
  if (actionSet !== NO_ACTIONS) return undefined;
  const { value } = policyString;
  const hole = placeholderFault(policyString);
  if (hole) return hole;
  if (hasForbiddenCharacter(value)) return 'character';
  if (lacksPrefix(value)) return 'prefix';
  if (hasStrayCharacters(value) && /kms/i.test(value)) return 'whitespace';
  return service === 'kms' ? 'unknown-action' : undefined;
}

/** No colon, or one with a blank behind it; `*` alone is fine, and so are the zero-width characters that `arn-whitespace` finds. */
function lacksPrefix(value: string): boolean {
  if (!value.includes(':')) return !/^\*+$/.test(value);
  return /^[\w-]+:[ \t\u00a0]+[^\s]/.test(value);
}

const ACTION_NAMES = ACTIONS.map(({ name }) => name.slice('kms:'.length));
/** `Create`, `Describe`: what stands before the `*` of a pattern. */
const ACTION_VERBS = [...new Set(ACTION_NAMES.map((name) => /^[A-Z][a-z]+/.exec(name)?.[0] ?? name))];
/** The operation of the API, which takes two actions: there is none of its name. */
const RE_ENCRYPT = 'ReEncrypt';

/** The action or pattern that a value without prefix, or with a name that does not exist, is most likely meant for; undefined when none is near. */
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
