import { WHOLE_DOCUMENT } from '../../discovery/policy-address';
import { parseKeyArn } from '../../aws/key-arn';
import { keyArnWithPlaceholders, findKeyByArn } from '../../generate/key-reference';
import { placeholderMarker } from '../../generate/placeholder-marker';
import { unknownGrantee } from '../../generate/grantee';
import { identityPolicyTemplates, keyPolicyTemplates, UNKNOWN_KEY } from '../../generate/statement-templates';
import { policyDocument, type JsonObject } from '../../generate/statement-additions';
import { declaredKindAt } from '../../linking/declared-kinds';
import type { Workspace } from '../../workspace/workspace';
import { paragraph } from '../hover/rich-text';
import type { CompletionCandidate } from './candidate';

/** Whole policies for a file that holds nothing yet: those of the kind that it is declared to hold, else one of each. None where it is to hold no policy of ours. */
export function documentCandidates(workspace: Workspace, uri: string): CompletionCandidate[] {
  const place = workspace.files.get(uri)?.place;
  if (place === undefined || place.context.excluded) return [];
  const kind = declaredKindAt(place.context, WHOLE_DOCUMENT);
  const declaredKeyArn = place.targets.flatMap(({ key }) => key?.arn.value ?? []).find((arn) => parseKeyArn(arn));
  return [
    ...kind === undefined || kind === 'key' ? keyPolicyCandidates(workspace, declaredKeyArn) : [],
    ...kind === undefined || kind === 'identity' ? [identityPolicyCandidate()] : [],
  ];
}

function keyPolicyCandidates({ world }: Workspace, declaredKeyArn: string | undefined): CompletionCandidate[] {
  const key = declaredKeyArn === undefined ? undefined : findKeyByArn(world, declaredKeyArn);
  const account = key?.account ?? placeholderMarker('KEY_ACCOUNT_ID');
  const partition = key?.partition ?? 'aws';
  const role = (name: string): string => `arn:${partition}:iam::${account}:role/${placeholderMarker(name)}`;
  const templates = keyPolicyTemplates({
    key: { ...key ?? UNKNOWN_KEY, account, partition }, administrators: role('ADMINISTRATOR_ROLE'), users: role('USER_ROLE'), consumer: unknownGrantee(), existingSids: [],
  });
  const statementsOf = (...ids: readonly string[]): JsonObject[] => ids.flatMap((id) => templates.find((template) => template.id === id)?.statements ?? []);
  return [
    policyDocumentCandidate('Key policy: default', 0, statementsOf('owner'), 'The owner\'s account alone: its IAM policies say who uses the key.'),
    policyDocumentCandidate('Key policy: administrators and users', 1, statementsOf('owner', 'administrators', 'users', 'grants'), 'What the console writes: administrators, users, and grants for AWS services.'),
    policyDocumentCandidate('Key policy: external account', 2, statementsOf('owner', 'direct'), 'The owner\'s account, and another account that may encrypt and decrypt.'),
  ];
}

function identityPolicyCandidate(): CompletionCandidate {
  const direct = identityPolicyTemplates({ key: UNKNOWN_KEY, keyArn: keyArnWithPlaceholders(UNKNOWN_KEY, undefined), existingSids: [] }).find(({ id }) => id === 'direct');
  return policyDocumentCandidate('IAM policy: use a KMS key', 3, direct?.statements ?? [], 'Lets whoever it is attached to encrypt and decrypt with a key, as far as its key policy allows.');
}

function policyDocumentCandidate(label: string, rank: number, statements: readonly JsonObject[], documentation: string): CompletionCandidate {
  return { label, kind: 'statement', rank, documentation: paragraph(documentation), detail: 'whole document', insertion: { value: policyDocument(statements) } };
}
