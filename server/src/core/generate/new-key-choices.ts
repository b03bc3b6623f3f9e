import { REGIONS } from '../aws/regions';
import { USE_CASES, type UseCase } from '../aws/use-cases';
import type { World } from '../workspace/world';

/** What a person can choose from for the policy of a new key. */
export interface NewKeyChoices {
  /** Known accounts, those that own keys first. */
  readonly accounts: readonly { readonly id: string; readonly name: string }[];
  /** Known users and roles. */
  readonly identities: readonly { readonly arn: string; readonly account: string }[];
  /** The Regions of known keys first. */
  readonly regions: readonly { readonly region: string; readonly name: string }[];
  readonly useCases: readonly { readonly useCase: UseCase; readonly asksRegion: boolean }[];
}

export function newKeyChoices(world: World): NewKeyChoices {
  const owners = new Set(world.keys.flatMap(({ account, policy }) => (policy && account !== undefined ? [account] : [])));
  const regionsOfKeys = new Set(world.keys.flatMap(({ region }) => region ?? []));
  return {
    accounts: withMatchesFirst(Array.from(world.accounts, ([id, name]) => ({ id, name })), ({ id }) => owners.has(id)),
    identities: world.identities.flatMap(({ arn, account, kind }) =>
      (arn !== undefined && account !== undefined && (kind === 'user' || kind === 'role') ? [{ arn, account }] : [])),
    regions: withMatchesFirst(REGIONS.map(({ region, name }) => ({ region, name })), ({ region }) => regionsOfKeys.has(region)),
    useCases: USE_CASES.map((useCase) => ({ useCase, asksRegion: useCase.servicePrincipal?.includes('REGION') === true })),
  };
}

function withMatchesFirst<T>(items: readonly T[], isFirst: (item: T) => boolean): T[] {
  return [...items.filter(isFirst), ...items.filter((item) => !isFirst(item))];
}
