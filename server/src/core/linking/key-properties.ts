import { isAwsManagedAlias, isMultiRegionId } from '../aws/key-arn';
import type { KeyFact } from '../discovery/discovery-result';
import type { KeyProperties, KeyDeclaration } from './drafts';
import { allOf, push, type Known, type LinkInput } from './link-index';
import { innermost } from '../manifest/manifest-files';

/** What declarations and CLI outputs say about keys, looked up by ARN, or by key id where no ARN is known. */
export interface KeySources {
  readonly declared: ReadonlyMap<string, readonly KeyDeclaration[]>;
  readonly facts: ReadonlyMap<string, readonly KeyFact[]>;
  /** Ids of keys that CLI outputs tell of without any ARN. */
  readonly loose: readonly string[];
}

export function keySources(known: Known, { declared, keyFacts }: LinkInput): KeySources {
  const declarations = new Map<string, KeyDeclaration[]>();
  for (const key of declared.keys) if (key.aliases || key.keySpec || key.keyUsage) push(declarations, key.arn.value, key);
  const facts = new Map<string, KeyFact[]>();
  const loose = new Set<string>();
  for (const fact of keyFacts) {
    if (fact.keyArn !== undefined) push(facts, fact.keyArn, fact);
    else if (fact.keyId !== undefined) {
      const [only, other] = allOf(known.keysById, fact.keyId);
      // A key id in several Regions: which of them the output is about is not told.
      if (only && other) continue;
      if (!only) loose.add(fact.keyId);
      push(facts, only?.arn ?? fact.keyId, fact);
    }
  }
  return { declared: declarations, facts, loose: [...loose] };
}

/** @param name the ARN, or the key id of a key without ARN */
export function keyProperties(name: string | undefined, keyId: string | undefined, sources: KeySources): KeyProperties {
  const declared = name === undefined ? undefined : sources.declared.get(name);
  const facts = name === undefined ? undefined : sources.facts.get(name);
  if (!declared && !facts) return keyId === undefined ? NOTHING : isMultiRegionId(keyId) ? NOTHING_MULTI_REGION : NOTHING_SINGLE_REGION;
  return gathered(declared ?? [], facts ?? [], keyId);
}

function gathered(declared: readonly KeyDeclaration[], facts: readonly KeyFact[], keyId: string | undefined): KeyProperties {
  const aliases = new Set([
    ...declared.flatMap((key) => key.aliases?.map(({ value }) => value) ?? []),
    ...facts.flatMap((fact) => fact.aliases),
  ]);
  return {
    aliases: [...aliases],
    aliasesComplete: declared.some((key) => key.aliases !== undefined) || facts.some((fact) => fact.source === 'list-aliases'),
    keySpec: nearest(declared, (key) => key.keySpec?.value) ?? firstOf(facts, (fact) => fact.keySpec),
    keyUsage: nearest(declared, (key) => key.keyUsage?.value) ?? firstOf(facts, (fact) => fact.keyUsage),
    multiRegion: firstOf(facts, (fact) => fact.multiRegion) ?? (keyId === undefined ? undefined : isMultiRegionId(keyId)),
    grants: facts.flatMap((fact) => fact.grants),
    awsManaged: [...aliases].some(isAwsManagedAlias) || facts.some((fact) => fact.manager === 'AWS'),
  };
}

const NOTHING: KeyProperties = {
  aliases: [], aliasesComplete: false, keySpec: undefined, keyUsage: undefined, multiRegion: undefined, grants: [], awsManaged: false,
};
const NOTHING_MULTI_REGION: KeyProperties = { ...NOTHING, multiRegion: true };
const NOTHING_SINGLE_REGION: KeyProperties = { ...NOTHING, multiRegion: false };

/** The value that the manifest furthest in says. */
function nearest(declared: readonly KeyDeclaration[], value: (key: KeyDeclaration) => string | undefined): string | undefined {
  const [declaration] = innermost(declared.filter((key) => value(key) !== undefined), ({ manifest }) => manifest.folder);
  return declaration && value(declaration);
}

function firstOf<T, V>(items: readonly T[], value: (item: T) => V | undefined): V | undefined {
  for (const item of items) {
    const found = value(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
