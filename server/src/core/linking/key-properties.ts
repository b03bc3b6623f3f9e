import { ALWAYS } from '../policy/presence';
import { isAwsManagedAlias, isMultiRegionId } from '../aws/key-arn';
import type { KeyDeclaration, KeyProperties, LinkKeyFact } from './drafts';
import { groupBy } from './group-by';
import type { LinkIndex, LinkInput } from './link-index';
import { innermostDeclarations } from '../manifest/manifest-files';

/** What declarations and CLI outputs say about keys, looked up by ARN, or by key id where no ARN is known. */
export interface KeyPropertySources {
  readonly declarationsByName: ReadonlyMap<string, readonly KeyDeclaration[]>;
  readonly factsByName: ReadonlyMap<string, readonly LinkKeyFact[]>;
  /** Ids of keys in CLI outputs for which there is no ARN. */
  readonly keyIdsWithoutArn: readonly string[];
}

export function collectKeyPropertySources({ keysById }: LinkIndex, { declarations, keyFacts }: LinkInput): KeyPropertySources {
  return {
    declarationsByName: groupBy(declarations.keys,
      ({ arn, aliases, keySpec, keyUsage }) => (aliases ?? keySpec ?? keyUsage ? [arn.value] : [])),
    factsByName: groupBy(keyFacts, ({ keyArn, keyId }) => {
      if (keyArn !== undefined || keyId === undefined) return keyArn === undefined ? [] : [keyArn];
      const [key, ...furtherKeys] = keysById.get(keyId) ?? [];
      // A key id in several Regions: the output does not tell which of them it is about.
      return furtherKeys.length > 0 ? [] : [key?.arn ?? keyId];
    }),
    keyIdsWithoutArn: [...new Set(keyFacts.flatMap(({ keyArn, keyId }) => (
      keyArn === undefined && keyId !== undefined && !keysById.has(keyId) ? keyId : [])))],
  };
}

/** @param name the ARN, or the key id of a key without ARN */
export function keyProperties(name: string | undefined, keyId: string | undefined, sources: KeyPropertySources): KeyProperties {
  const multiRegion = keyId === undefined ? undefined : isMultiRegionId(keyId);
  const declarations = sources.declarationsByName.get(name ?? '') ?? [];
  const facts = sources.factsByName.get(name ?? '') ?? [];
  if (declarations.length + facts.length === 0) return { ...UNKNOWN_PROPERTIES, multiRegion };
  const aliases = [...new Set([
    ...declarations.flatMap((key) => key.aliases?.map(({ value }) => value) ?? []),
    ...facts.flatMap((fact) => fact.aliases),
  ])];
  return {
    aliases,
    aliasesComplete: declarations.some((key) => key.aliases !== undefined) || facts.some((fact) => fact.source === 'list-aliases'),
    keySpec: valueOfNearestManifest(declarations, (key) => key.keySpec?.value) ?? firstDefinedValue(facts, (fact) => fact.keySpec),
    keyUsage: valueOfNearestManifest(declarations, (key) => key.keyUsage?.value) ?? firstDefinedValue(facts, (fact) => fact.keyUsage),
    multiRegion: firstDefinedValue(facts, (fact) => fact.multiRegion) ?? multiRegion,
    grants: facts.flatMap((fact) => fact.grants),
    template: templateOf(facts.find(({ logicalId }) => logicalId !== undefined)),
    awsManaged: aliases.some(isAwsManagedAlias) || facts.some((fact) => fact.manager === 'AWS'),
  };
}

function templateOf(fact: LinkKeyFact | undefined): KeyProperties['template'] {
  return fact?.logicalId === undefined ? undefined
    : { uri: fact.templateUri ?? fact.uri, logicalId: fact.logicalId, at: fact.anchor, presence: fact.presence ?? ALWAYS };
}

const UNKNOWN_PROPERTIES: KeyProperties = {
  aliases: [], aliasesComplete: false, keySpec: undefined, keyUsage: undefined, multiRegion: undefined, grants: [], awsManaged: false,
  template: undefined,
};

function valueOfNearestManifest(declarations: readonly KeyDeclaration[],
  valueOf: (key: KeyDeclaration) => string | undefined): string | undefined {
  const withValue = declarations.filter((key) => valueOf(key) !== undefined);
  return firstDefinedValue(innermostDeclarations(withValue, ({ manifest }) => manifest.folder), valueOf);
}

function firstDefinedValue<T, V>(items: readonly T[], valueOf: (item: T) => V | undefined): V | undefined {
  return items.map(valueOf).find((value) => value !== undefined);
}
