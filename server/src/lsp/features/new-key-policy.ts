import { arnResource, generateNewKeyPolicy, isRefusal, newKeyChoices, MANIFEST_VALUE_PATTERNS } from '../../core/index';
import type { Refused } from '../protocol/edits';
import type { Generated } from '../protocol/generate';
import type { NewKeyPolicyChoices, NewKeyPolicyParams } from '../protocol/new-key-policy';
import type { Session } from '../session';
import { describeWrittenFiles } from './generate-outcome';
import { toGenerated, TARGET_PATTERN, toUseCaseItem, withUnusedFileName } from './generate';
import type { EditingSession } from './up-to-date-texts';

/** See `kmsHandshake/newKeyPolicyChoices`. */
export function newKeyPolicyChoices({ analysisHost }: Session): NewKeyPolicyChoices {
  const { world } = analysisHost.workspace();
  const { accounts, identities, regions, useCases } = newKeyChoices(world);
  const { account, identityArn, region } = MANIFEST_VALUE_PATTERNS;
  return {
    accounts,
    regions,
    identities: identities.map(({ arn, account }) => (
      { arn, account, label: arnResource(arn), accountName: world.accounts.get(account) ?? '' }
    )),
    useCases: useCases.map(({ useCase, asksRegion }) => ({ ...toUseCaseItem(useCase), asksRegion })),
    patterns: { account: account.source, identity: identityArn.source, target: TARGET_PATTERN, region: region.source },
  };
}

/** See `kmsHandshake/newKeyPolicy`. */
export async function newKeyPolicy(session: EditingSession, params: NewKeyPolicyParams): Promise<Generated | Refused> {
  const { owner, administrators = [], users = [], useCases = [], region } = params;
  const { world } = session.analysisHost.workspace();
  const [firstFolder] = session.workspaceFolders();
  // Without a folder the file is a document to be saved somewhere.
  const folder = firstFolder === undefined ? 'untitled:' : `${firstFolder.replace(/\/$/, '')}/`;
  const result = await withUnusedFileName(session, (existingUris) => (
    generateNewKeyPolicy({ world, owner, administrators, users, useCases, region, folder, existingUris })
  ));
  return isRefusal(result) ? result : toGenerated(session, result, undefined, ({ changes, manifestChange }) => ({
    outcome: `${describeWrittenFiles(session, changes, manifestChange)}.`, links: [] }));
}
