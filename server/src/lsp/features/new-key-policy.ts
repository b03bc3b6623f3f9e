import {
  arnResource, containsSymbol, emptyTemplateFile, generateNewKeyPolicy, isRefusal, newKeyChoices, MANIFEST_VALUE_PATTERNS,
  type TemplateFile,
} from '../../core/index';
import { canonicalUri } from '../../host/host';
import type { Refused } from '../protocol/edits';
import type { Generated } from '../protocol/generate';
import type { NewKeyPolicyChoices, NewKeyPolicyChoicesParams, NewKeyPolicyParams } from '../protocol/new-key-policy';
import type { Session } from '../session';
import { describeWrittenFiles } from './generate-outcome';
import { toGenerated, TARGET_PATTERN, toUseCaseItem, withUnusedFileName } from './generate';
import type { EditingSession } from './up-to-date-texts';

/** See `kmsHandshake/newKeyPolicyChoices`. */
export function newKeyPolicyChoices(session: Session, { activeUri }: NewKeyPolicyChoicesParams = {}): NewKeyPolicyChoices {
  const { world } = session.analysisHost.workspace();
  const { accounts, identities, regions, useCases } = newKeyChoices(world);
  const { account, identityArn, region } = MANIFEST_VALUE_PATTERNS;
  return {
    accounts,
    regions,
    identities: identities.map(({ arn, account }) => (
      { arn, account, label: arnResource(arn), accountName: world.accounts.get(account) ?? '' }
    )),
    useCases: useCases.map(({ useCase, asksRegion }) => ({ ...toUseCaseItem(useCase), asksRegion })),
    templates: templatesFor(session, activeUri).map(({ template: { uri, fileName }, references }) =>
      ({ owner: references.account, label: fileName, isNew: !world.templates.has(uri) })),
    patterns: { account: account.source, identity: identityArn.source, target: TARGET_PATTERN, region: region.source },
  };
}

/** The template of the active editor, and a new one in the first folder. */
function templatesFor(session: Session, activeUri: string | undefined): readonly TemplateFile[] {
  const { world } = session.analysisHost.workspace();
  const active = activeUri === undefined ? undefined : world.templates.get(canonicalUri(activeUri));
  return [active, newTemplate(session, [])].filter((file) => file !== undefined);
}

function newTemplate(session: Session, existingUris: readonly string[]): TemplateFile | undefined {
  const existingNames = new Set([...session.analysisHost.workspace().files.keys(), ...existingUris]);
  const folder = folderForNewFiles(session);
  let uri = `${folder}kms-key.yaml`;
  for (let number = 2; existingNames.has(uri); number++) uri = `${folder}kms-key-${number}.yaml`;
  return emptyTemplateFile(uri);
}

/** Without a folder the file is a document to be saved somewhere. */
function folderForNewFiles(session: Session): string {
  const [firstFolder] = session.workspaceFolders();
  return firstFolder === undefined ? 'untitled:' : `${firstFolder.replace(/\/$/, '')}/`;
}

/** See `kmsHandshake/newKeyPolicy`. */
export async function newKeyPolicy(session: EditingSession, params: NewKeyPolicyParams): Promise<Generated | Refused> {
  const { owner, administrators = [], users = [], useCases = [], region } = params;
  const { world } = session.analysisHost.workspace();
  const isOwner = ({ references }: TemplateFile): boolean => references.account === owner;
  const result = await withUnusedFileName(session, (existingUris) => {
    const openTemplate = [...world.templates.values()].find(isOwner);
    // The name of a new template may be taken meanwhile: then the owner is the account of one that is not offered any more.
    const template = openTemplate ?? (containsSymbol(owner) ? newTemplate(session, existingUris) : undefined);
    return generateNewKeyPolicy({ world, owner: template?.references.account ?? owner, administrators, users, useCases, region, template,
      folder: folderForNewFiles(session), existingUris });
  });
  return isRefusal(result) ? result : toGenerated(session, result, undefined, ({ changes, manifestChange }) => ({
    outcome: `${describeWrittenFiles(session, changes, manifestChange)}.`, links: [] }));
}
