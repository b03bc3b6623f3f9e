import type { LocatedPolicy } from '../locate/located';
import type { Condition } from '../model/policy';
import type { Text } from '../model/text';
import type { Manifest } from '../workspace/manifest';
import type { Workspace } from '../workspace/workspace';
import { manifestSpots, plainText, type ManifestSpot } from './manifest-spots';
import { readName, type Mention } from './names';
import type { Spot } from './spot';

/** Every text of policies and manifests that names something. Policies of all kinds count: what is renamed in one half of a workspace only is broken. */
export function* mentionsIn({ readings, world }: Workspace): Generator<Mention> {
  for (const { policies } of readings.values()) for (const policy of policies) yield* inPolicy(policy);
  for (const manifest of world.manifests) yield* inManifest(manifest);
}

function* inPolicy(policy: LocatedPolicy): Generator<Mention> {
  if (policy.policy.kind === 'ignore') return;
  const { uri, layer } = policy;
  for (const [text, mayBeAccount] of textsOf(policy)) {
    const name = readName(text, mayBeAccount);
    if (name) yield { ...name, uri, layer, declares: false };
  }
}

/** The texts that can be names, and whether digits in them are an account. */
function* textsOf({ policy: { statements } }: LocatedPolicy): Generator<readonly [Text, boolean]> {
  for (const { principal, resource, conditions } of statements) {
    for (const { text } of principal?.principals ?? []) yield [text, true];
    for (const { text } of resource?.patterns ?? []) yield [text, false];
    for (const condition of conditions) for (const value of condition.values) yield [value, comparesAccounts(condition)];
  }
}

/** `kms:CallerAccount`, `aws:SourceAccount`, …; what a tag or an encryption context calls so may be anything. */
export function comparesAccounts({ keyLower }: Condition): boolean {
  return /^[a-z0-9-]+:(?:\w*account|sourceowner)$/.test(keyLower);
}

function* inManifest(manifest: Manifest): Generator<Mention> {
  for (const spot of manifestSpots(manifest)) {
    const mention = mentionOfSpot(manifest, spot);
    if (mention) yield mention;
  }
}

export function mentionOfSpot({ uri, layer }: Manifest, { what, node, declares }: ManifestSpot): Mention | undefined {
  if (what === 'path' || what === 'alias' || what === 'sid') return undefined;
  const name = readName(plainText(node), what !== 'key');
  return name && { ...name, uri, layer, declares };
}

/** What is named at a spot of a policy: by a principal, a resource or the value of a condition. */
export function mentionAt({ policy: { uri, layer }, named }: Spot): Mention | undefined {
  const name = nameOf(named);
  return name && { ...name, uri, layer, declares: false };
}

function nameOf(named: Spot['named']): ReturnType<typeof readName> {
  switch (named.what) {
    case 'principal': return readName(named.principal.text, true);
    case 'resource': return readName(named.pattern.text, false);
    case 'condition-value': return readName(named.value, comparesAccounts(named.condition));
    default: return undefined;
  }
}
