import texts from './data/condition-key-texts.json';
import globalData from './data/global-condition-keys.json';
import kmsData from './data/kms-condition-keys.json';
import { documentationFor, type Documentation } from './documentation';
import { ALL_ACTIONS, actionSetOf, actionsWhere, NO_ACTIONS, type ActionSet } from './actions';

/** What AWS documents about one condition key, and what it holds. */
export interface ConditionKeyInfo extends Documentation {
  /** As AWS spells it, the variable part as `${TagKey}`. */
  readonly name: string;
  /** For keys with a variable part: all before it, in lower case. */
  readonly prefix: string | undefined;
  readonly type: 'String' | 'ARN' | 'Bool' | 'Numeric' | 'Date' | 'IPAddress' | 'ArrayOfString';
  /** More than one value in a request: needs `ForAllValues` or `ForAnyValue`. */
  readonly multiValued: boolean;
  /** The KMS actions whose requests can carry the key; all of them for a global key. */
  readonly actions: ActionSet;
  readonly policyTypes: readonly string[];
  /** The values that AWS takes; undefined where they are free. */
  readonly values: readonly string[] | undefined;
  /** Smallest and largest number: of the value, or of the N in the name. */
  readonly range: readonly [number, number] | undefined;
  readonly valueFormat: string | undefined;
  readonly note: string | undefined;
  /** Deprecated in favour of this key. */
  readonly replacement: string | undefined;
  /** A key of IAM (`aws:`), or of another service in requests to all, that KMS does not list among its own. */
  readonly isGlobal: boolean;
}

interface RawConditionKey {
  readonly key: string;
  readonly type: string;
  readonly valueType: string;
  readonly actions?: readonly string[];
  readonly policyTypes?: readonly string[];
  readonly values?: readonly string[];
  readonly range?: readonly number[];
  readonly valueFormat?: string;
  readonly note?: string;
  readonly replacement?: string;
}

/** The keys of KMS: Service Authorization Reference and KMS Developer Guide, conditions-kms (docs/aws-rules.md 4.1). */
export const KMS_CONDITION_KEYS: readonly ConditionKeyInfo[] = kmsData.map((raw: RawConditionKey) => conditionKeyInfoOf(raw, false));
/** IAM User Guide, AWS global condition context keys (docs/aws-rules.md 4.2). */
export const GLOBAL_CONDITION_KEYS: readonly ConditionKeyInfo[] = globalData.keys.map((raw: RawConditionKey) =>
  conditionKeyInfoOf(raw, true)
);
export const CONDITION_KEYS: readonly ConditionKeyInfo[] = [...KMS_CONDITION_KEYS, ...GLOBAL_CONDITION_KEYS];

const keysByName = new Map(CONDITION_KEYS.filter((key) => !key.prefix).map((key) => [key.name.toLowerCase(), key]));
const keysWithVariablePart = CONDITION_KEYS.filter((key) => key.prefix !== undefined);

/** The key of that name. Case does not count, in the variable part neither (IAM User Guide, IAM JSON policy elements: Condition). */
export function conditionKeyNamed(name: string): ConditionKeyInfo | undefined {
  const lower = name.toLowerCase();
  return keysByName.get(lower)
    ?? keysWithVariablePart.find((key) => key.prefix !== undefined && matchesVariablePart(key, key.prefix, lower));
}

const ACCOUNT_CONDITION_KEYS: ReadonlySet<string> = new Set([
  'kms:calleraccount', 'aws:principalaccount', 'aws:sourceaccount', 'aws:resourceaccount', 'aws:vpceaccount',
]);

/** Whether the values of the key are account ids. */
export function isAccountConditionKey(name: string): boolean {
  return ACCOUNT_CONDITION_KEYS.has(name.toLowerCase());
}

/** What stands in place of the variable part: `App` of `kms:EncryptionContext:App`. */
export function variablePart(key: ConditionKeyInfo, name: string): string | undefined {
  return key.prefix === undefined ? undefined : name.slice(key.prefix.length);
}

/**
 * The actions whose requests can carry the key. A `kms:` key that AWS does not have is in no request; an `aws:` key or one
 * of another service that we do not know may be in any.
 */
export function actionsWithKey(name: string): ActionSet {
  const key = conditionKeyNamed(name);
  if (key) return key.actions;
  return /^kms:/i.test(name) ? NO_ACTIONS : ALL_ACTIONS;
}

function matchesVariablePart(key: ConditionKeyInfo, prefix: string, lower: string): boolean {
  if (!lower.startsWith(prefix) || lower.length === prefix.length) return false;
  if (!key.range) return true;
  const number = lower.slice(prefix.length);
  return /^\d+$/.test(number) && Number(number) >= key.range[0] && Number(number) <= key.range[1];
}

function conditionKeyInfoOf(raw: RawConditionKey, global: boolean): ConditionKeyInfo {
  const variable = raw.key.indexOf('${');
  const [from, to] = raw.range ?? [];
  return {
    name: raw.key,
    prefix: variable < 0 ? undefined : raw.key.slice(0, variable).toLowerCase(),
    type: raw.type as ConditionKeyInfo['type'],
    multiValued: raw.valueType === 'multi',
    actions: raw.actions ? actionSetOf(raw.actions) | actionsListingKey(raw.key) : ALL_ACTIONS,
    policyTypes: raw.policyTypes ?? ['key-policy', 'iam-policy'],
    values: raw.values,
    range: from === undefined || to === undefined ? undefined : [from, to],
    valueFormat: raw.valueFormat,
    note: raw.note,
    replacement: raw.replacement,
    isGlobal: global,
    ...documentationFor(texts, raw.key),
  };
}

/** The two data files come from different pages; what either says of a key and an action counts (docs/aws-rules.md 3.2). */
function actionsListingKey(name: string): ActionSet {
  return actionsWhere((action) => action.conditionKeys.includes(name));
}
