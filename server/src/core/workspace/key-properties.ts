import { isAwsManagedAlias, isMultiRegionId } from '../aws/key-arn';
import type { KeyFact } from '../locate/located';
import type { Declared, KeyDeclaration } from './declared';
import type { KeyDraft } from './drafts';
import { push, type Known } from './known';

/** What declarations and CLI outputs say about keys, looked up by ARN, or by key id where no ARN is known. */
export interface KeySources {
  readonly declared: ReadonlyMap<string, readonly KeyDeclaration[]>;
  readonly facts: ReadonlyMap<string, readonly KeyFact[]>;
  /** Ids of keys that CLI outputs tell of without any ARN. */
  readonly loose: readonly string[];
}

type Properties = Pick<KeyDraft, 'aliases' | 'aliasesComplete' | 'keySpec' | 'keyUsage' | 'multiRegion' | 'grants' | 'awsManaged'>;

export function keySources(known: Known, declared: Declared, keyFacts: readonly KeyFact[]): KeySources {
  const declarations = new Map<string, KeyDeclaration[]>();
  for (const key of declared.keys) push(declarations, key.arn.value, key);
  const facts = new Map<string, KeyFact[]>();
  const loose = new Set<string>();
  for (const fact of keyFacts) {
    if (fact.keyArn !== undefined) push(facts, fact.keyArn, fact);
    else if (fact.keyId !== undefined) {
      const [only, other] = known.keysById.get(fact.keyId) ?? [];
      // A key id in several Regions: which of them the output is about is not told.
      if (only && other) continue;
      if (!only) loose.add(fact.keyId);
      push(facts, only?.arn ?? fact.keyId, fact);
    }
  }
  return { declared: declarations, facts, loose: [...loose] };
}

/** @param name the ARN, or the key id of a key without ARN */
export function keyProperties(name: string | undefined, keyId: string | undefined, sources: KeySources): Properties {
  const declared = (name === undefined ? undefined : sources.declared.get(name)) ?? [];
  const facts = (name === undefined ? undefined : sources.facts.get(name)) ?? [];
  if (declared.length === 0 && facts.length === 0) return { ...NOTHING, multiRegion: multiRegionById(keyId) };
  const aliases = new Set([
    ...declared.flatMap((key) => key.aliases?.map(({ value }) => value) ?? []),
    ...facts.flatMap((fact) => fact.aliases),
  ]);
  return {
    aliases: [...aliases],
    aliasesComplete: declared.some((key) => key.aliases !== undefined) || facts.some((fact) => fact.source === 'list-aliases'),
    keySpec: firstOf(declared, (key) => key.keySpec?.value) ?? firstOf(facts, (fact) => fact.keySpec),
    keyUsage: firstOf(declared, (key) => key.keyUsage?.value) ?? firstOf(facts, (fact) => fact.keyUsage),
    multiRegion: firstOf(facts, (fact) => fact.multiRegion) ?? multiRegionById(keyId),
    grants: facts.flatMap((fact) => fact.grants),
    awsManaged: [...aliases].some(isAwsManagedAlias) || facts.some((fact) => fact.manager === 'AWS'),
  };
}

const NOTHING: Properties = {
  aliases: [], aliasesComplete: false, keySpec: undefined, keyUsage: undefined, multiRegion: undefined, grants: [], awsManaged: false,
};

function multiRegionById(keyId: string | undefined): boolean | undefined {
  return keyId === undefined ? undefined : isMultiRegionId(keyId);
}

function firstOf<T, V>(items: readonly T[], value: (item: T) => V | undefined): V | undefined {
  for (const item of items) {
    const found = value(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
