import { arnResource, generateNewKeyPolicy, isRefusal, newKeyChoices, PATTERNS } from '../../core/index';
import type { Refused } from '../protocol/edits';
import type { Generated } from '../protocol/generate';
import type { NewKeyPolicyChoices, NewKeyPolicyParams } from '../protocol/new-key-policy';
import type { Session } from '../session';
import { offer, TARGET_PATTERN, useCaseItem, withFreePlace } from './generate';
import type { EditingSession } from './ground';

/** See `kmsHandshake/newKeyPolicyChoices`. */
export function newKeyPolicyChoices({ knowledge }: Session): NewKeyPolicyChoices {
  const { world } = knowledge.workspace();
  const { accounts, identities, regions, useCases } = newKeyChoices(world);
  return {
    accounts, regions,
    identities: identities.map(({ arn, account }) => ({ arn, account, label: arnResource(arn), accountName: world.accounts.get(account) ?? '' })),
    useCases: useCases.map(({ useCase, asksRegion }) => ({ ...useCaseItem(useCase), asksRegion })),
    patterns: { account: PATTERNS.account.source, identity: PATTERNS.identityArn.source, target: TARGET_PATTERN, region: PATTERNS.region.source },
  };
}

/** See `kmsHandshake/newKeyPolicy`. */
export async function newKeyPolicy(session: EditingSession, params: NewKeyPolicyParams): Promise<Generated | Refused> {
  const { owner, administrators = [], users = [], useCases = [], region } = params;
  const [first] = session.folders();
  // Without a folder the file is a document to be saved somewhere.
  const folder = first === undefined ? 'untitled:' : `${first.replace(/\/$/, '')}/`;
  const result = await withFreePlace(session, (existing) => (
    generateNewKeyPolicy({ world: session.knowledge.workspace().world, owner, administrators, users, useCases, region, folder, existing })));
  return isRefusal(result) ? result : offer(session, result, undefined);
}
