import type { Declarations } from './declarations';
import type { IdentityDeclaration, IdentityDraft } from './drafts';
import type { Identity, ResourceRegion } from './entities';

type AttachedPolicies = Pick<IdentityDraft, 'attachment' | 'policies'>;

/**
 * Tells where the resources of an identity lie: what is declared for it by its ARN, else what is declared for its account
 * together with its policies.
 */
export function createResourceRegionLookup({ identities }: Declarations): (attached: AttachedPolicies) => Identity['resourceRegions'] {
  const declaring = identities.filter((identity) => identity.resourceRegions && identity.resourceRegions.length > 0);
  if (declaring.length === 0) return () => undefined;
  const byArn = new Map<string, readonly ResourceRegion[]>();
  for (const identity of declaring) {
    if (identity.name) byArn.set(identity.name.arn, distinctRegions([...byArn.get(identity.name.arn) ?? [], ...declaredRegions(identity)]));
  }
  return ({ attachment: { arn, account }, policies }) => {
    const own = arn === undefined ? undefined : byArn.get(arn);
    if (own) return own;
    const targets = policies.flatMap((policy) => policy.policyTargets);
    const ofAccount = distinctRegions(
      targets.flatMap(({ identity }) => (identity?.account && identity.account.value === account ? declaredRegions(identity) : [])),
    );
    return ofAccount.length > 0 ? ofAccount : undefined;
  };
}

function declaredRegions({ manifest, resourceRegions: regions }: IdentityDeclaration): ResourceRegion[] {
  return (regions ?? []).map(({ value, span }) => ({ region: value, at: { uri: manifest.uri, span } }));
}

/** Each Region once, with its first place. */
function distinctRegions(regions: readonly ResourceRegion[]): readonly ResourceRegion[] {
  const byName = new Map<string, ResourceRegion>();
  for (const resourceRegion of regions) if (!byName.has(resourceRegion.region)) byName.set(resourceRegion.region, resourceRegion);
  return [...byName.values()];
}
