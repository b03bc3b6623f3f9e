import { conditionKeyNamed, CONDITION_KEYS, type ConditionKeyInfo } from '../aws/condition-keys';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import { nearestWord } from '../text/nearest-word';
import { hasForbiddenCharacter } from './shared/forbidden-characters';
import { fixCondition } from './shared/condition-edits';
import { effectOfMissingConditionKey, type ConditionInStatement } from './shared/kms-conditions';
import type { FindingDraft, Rule } from './rule';

export const unknownConditionKey: Rule = {
  code: 'unknown-condition-key',
  severity: 'error',
  summary: 'AWS has no condition key of that name',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html',
  check: {
    *condition(conditionInStatement, { policy: located }) {
      const { key: node } = conditionInStatement.condition.keyMember;
      if (node.placeholders.length > 0 || conditionKeyNamed(node.value) || hasForbiddenCharacter(node.value)) return;
      const draft = draftOfCondition(located, conditionInStatement);
      if (draft) yield draft;
    },
  },
};

function draftOfCondition(located: DiscoveredPolicy, conditionInStatement: ConditionInStatement): FindingDraft | undefined {
  const { key, keyMember } = conditionInStatement.condition;
  const service = /^(kms|aws):/i.exec(key)?.[1]?.toLowerCase();
  // Other services and identity providers have condition keys too.
  if (service === undefined && key.includes(':')) return undefined;
  const unnamed = prefixedKeyWithoutName(key);
  const suggestion = unnamed ? undefined : suggestConditionKey(key);
  // AWS adds global keys: only a name that is similar to one of them is reported.
  if (service === 'aws' && suggestion === undefined && !unnamed) return undefined;
  const better = suggestion === undefined ? '' : ` Did you mean ${suggestion}?`;
  return {
    at: locationInFile(located, keyMember.key.span),
    severity: service === 'aws' ? 'warning' : 'error',
    message: `${unnamed ? messageWithoutName(key, unnamed) : explanationOf(key, service)}: `
      + `no request has it, ${effectOfMissingConditionKey(conditionInStatement)}.${better}`,
    fixes: () => suggestion === undefined ? []
      : fixCondition(`Replace ${key} with ${suggestion}`, located, conditionInStatement, { key: suggestion }, { preferred: true }),
  };
}

function explanationOf(key: string, service: string | undefined): string {
  if (service === undefined) return `"${key}" is not a condition key, since it does not start with a service`;
  return service === 'kms' ? `KMS has no condition key ${key}` : `${key} is not a global condition key`;
}

/** `kms:EncryptionContext` or `aws:PrincipalTag` without the name that has to follow. */
function prefixedKeyWithoutName(key: string): ConditionKeyInfo | undefined {
  const lower = key.toLowerCase();
  return PREFIXED_KEYS.find(({ prefix }) => prefix === lower || prefix === `${lower}:` || prefix === `${lower}/`);
}

function messageWithoutName(key: string, { name }: ConditionKeyInfo): string {
  return `${key} is not a condition key unless a name follows (${name.replace('${', '').replace('}', '')})`;
}

/** The key with another prefix, or with a prefix at all, else the most similar one. A name after `:` or `/` is kept. */
function suggestConditionKey(key: string): string | undefined {
  const bare = key.replace(/^(kms|aws):/i, '');
  for (const prefix of ['kms:', 'aws:']) {
    const info = conditionKeyNamed(prefix + bare);
    if (info) return info.prefix === undefined ? info.name : prefix + bare;
  }
  if (bare === key) return undefined;
  return nearestPrefixedKey(key) ?? nearestWord(key, UNPREFIXED_KEY_NAMES);
}

/** `kms:EncryptionContxt:App`, `aws:PrincipalTag:Team`. */
function nearestPrefixedKey(key: string): string | undefined {
  const [, head, name] = /^([^:]+:[^:/]+)[:/](.+)$/.exec(key) ?? [];
  if (head === undefined || name === undefined) return undefined;
  const heads = new Map(PREFIXED_KEYS.filter(({ range }) => !range).map((info) => [info.name.slice(0, info.name.indexOf('${') - 1), info]));
  const near = nearestWord(head, heads.keys());
  const info = near === undefined ? undefined : heads.get(near);
  return info && info.name.slice(0, info.name.indexOf('${')) + name;
}

const PREFIXED_KEYS = CONDITION_KEYS.filter(({ prefix }) => prefix !== undefined);
const UNPREFIXED_KEY_NAMES = CONDITION_KEYS.filter(({ prefix }) => prefix === undefined).map(({ name }) => name);
