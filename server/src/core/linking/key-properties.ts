import { isAwsManagedAlias, isMultiRegionId } from '../aws/key-arn';
import type { KeyFact } from '../discovery/discovery-result';
import type { KeyProperties, KeyDeclaration } from './drafts';
import { valuesAt, appendToList, type LinkIndex, type LinkInput } from './link-index';
import { innermostDeclarations } from '../manifest/manifest-files';

/** What declarations and CLI outputs say about keys, looked up by ARN, or by key id where no ARN is known. */
export interface KeyPropertySources {
  readonly declarationsByName: ReadonlyMap<string, readonly KeyDeclaration[]>;
  readonly factsByName: ReadonlyMap<string, readonly KeyFact[]>;
  /** Ids of keys that CLI outputs tell of without any ARN. */
  readonly keyIdsWithoutArn: readonly string[];
}

export function collectKeyPropertySources(known: LinkIndex, { declarations: declared, keyFacts }: LinkInput): KeyPropertySources {
  const declarations = new Map<string, KeyDeclaration[]>();
  for (const key of declared.keys) if (key.aliases || key.keySpec || key.keyUsage) appendToList(declarations, key.arn.value, key);
  const facts = new Map<string, KeyFact[]>();
  const loose = new Set<string>();
  for (const fact of keyFacts) {
    if (fact.keyArn !== undefined) appendToList(facts, fact.keyArn, fact);
    else if (fact.keyId !== undefined) {
      const [only, other] = valuesAt(known.keysById, fact.keyId);
      // A key id in several Regions: which of them the output is about is not told.
      if (only && other) continue;
      if (!only) loose.add(fact.keyId);
      appendToList(facts, only?.arn ?? fact.keyId, fact);
    }
  }
  return { declarationsByName: declarations, factsByName: facts, keyIdsWithoutArn: [...loose] };
}

/** @param name the ARN, or the key id of a key without ARN */
export function keyProperties(name: string | undefined, keyId: string | undefined, sources: KeyPropertySources): KeyProperties {
  const declared = name === undefined ? undefined : sources.declarationsByName.get(name);
  const facts = name === undefined ? undefined : sources.factsByName.get(name);
  if (!declared && !facts)
    return keyId === undefined
      ? UNKNOWN_PROPERTIES
      : isMultiRegionId(keyId)
      ? UNKNOWN_MULTI_REGION_PROPERTIES
      : UNKNOWN_SINGLE_REGION_PROPERTIES;
  return mergeKeyProperties(declared ?? [], facts ?? [], keyId);
}

function mergeKeyProperties(declared: readonly KeyDeclaration[], facts: readonly KeyFact[], keyId: string | undefined): KeyProperties {
  const aliases = new Set([
    ...declared.flatMap((key) => key.aliases?.map(({ value }) => value) ?? []),
    ...facts.flatMap((fact) => fact.aliases),
  ]);
  return {
    aliases: [...aliases],
    aliasesComplete: declared.some((key) => key.aliases !== undefined) || facts.some((fact) => fact.source === 'list-aliases'),
    keySpec: valueOfNearestManifest(declared, (key) => key.keySpec?.value) ?? firstDefinedValue(facts, (fact) => fact.keySpec),
    keyUsage: valueOfNearestManifest(declared, (key) => key.keyUsage?.value) ?? firstDefinedValue(facts, (fact) => fact.keyUsage),
    multiRegion: firstDefinedValue(facts, (fact) => fact.multiRegion) ?? (keyId === undefined ? undefined : isMultiRegionId(keyId)),
    grants: facts.flatMap((fact) => fact.grants),
    awsManaged: [...aliases].some(isAwsManagedAlias) || facts.some((fact) => fact.manager === 'AWS'),
  };
}

const UNKNOWN_PROPERTIES: KeyProperties = {
  aliases: [], aliasesComplete: false, keySpec: undefined, keyUsage: undefined, multiRegion: undefined, grants: [], awsManaged: false,
};
const UNKNOWN_MULTI_REGION_PROPERTIES: KeyProperties = { ...UNKNOWN_PROPERTIES, multiRegion: true };
const UNKNOWN_SINGLE_REGION_PROPERTIES: KeyProperties = { ...UNKNOWN_PROPERTIES, multiRegion: false };

/** The value that the manifest furthest in says. */
function valueOfNearestManifest(declared: readonly KeyDeclaration[], value: (key: KeyDeclaration) => string | undefined): string
  | undefined {
  const [declaration] = innermostDeclarations(declared.filter((key) => value(key) !== undefined), ({ manifest }) => manifest.folder);
  return declaration && value(declaration);
}

function firstDefinedValue<T, V>(items: readonly T[], value: (item: T) => V | undefined): V | undefined {
  for (const item of items) {
    const found = value(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
