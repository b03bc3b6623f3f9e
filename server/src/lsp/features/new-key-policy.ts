import { arnResource, generateNewKeyPolicy, isRefusal, newKeyChoices, MANIFEST_VALUE_PATTERNS } from '../../core/index';
import type { Refused } from '../protocol/edits';
import type { Generated } from '../protocol/generate';
import type { NewKeyPolicyChoices, NewKeyPolicyParams } from '../protocol/new-key-policy';
import type { Session } from '../session';
import { toGenerated, TARGET_PATTERN, toUseCaseItem, withUnusedFileName } from './generate';
import type { EditingSession } from './up-to-date-texts';

/** See `kmsHandshake/newKeyPolicyChoices`. */
export function newKeyPolicyChoices({ analysisHost }: Session): NewKeyPolicyChoices {
  const { world } = analysisHost.workspace();
  const { accounts, identities, regions, useCases } = newKeyChoices(world);
  return {
    accounts,
    regions,
    identities: identities.map(({ arn, account }) => ({ arn, account, label: arnResource(arn),
      accountName: world.accounts.get(account) ?? '' })
    ),
    useCases: useCases.map(({ useCase, asksRegion }) => ({ ...toUseCaseItem(useCase), asksRegion })),
    patterns: { account: MANIFEST_VALUE_PATTERNS.account.source, identity: MANIFEST_VALUE_PATTERNS.identityArn.source,
      target: TARGET_PATTERN, region: MANIFEST_VALUE_PATTERNS.region.source },
  };
}

/** See `kmsHandshake/newKeyPolicy`. */
export async function newKeyPolicy(session: EditingSession, params: NewKeyPolicyParams): Promise<Generated | Refused> {
  const { owner, administrators = [], users = [], useCases = [], region } = params;
  const [first] = session.workspaceFolders();
  // Without a folder the file is a document to be saved somewhere.
  const folder = first === undefined ? 'untitled:' : `${first.replace(/\/$/, '')}/`;
  const result = await withUnusedFileName(session, (existing) => (
    generateNewKeyPolicy({ world: session.analysisHost.workspace().world, owner, administrators, users, useCases, region, folder,
      existingUris: existing })
  ));
  return isRefusal(result) ? result : toGenerated(session, result, undefined);
}
