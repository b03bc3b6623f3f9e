import { parseKeyArn } from '../../aws/key-arn';
import { keyArnOf, keyNamed } from '../../generate/key-name';
import { placeholder } from '../../generate/placeholder';
import { unknownParty } from '../../generate/party';
import { consumerTemplates, keyPolicyTemplates, NO_KEY } from '../../generate/statements';
import { policyDocument, type JsonObject } from '../../generate/write-statements';
import { declaredKindAt } from '../../workspace/declared-kinds';
import type { Workspace } from '../../workspace/workspace';
import { paragraph } from '../hover/rich';
import type { Candidate } from './candidate';

/** Whole policies for a file that holds nothing yet: those of the kind that it is declared to hold, else one of each. None where it is to hold no policy of ours. */
export function documentCandidates(workspace: Workspace, uri: string): Candidate[] {
  const place = workspace.files.get(uri)?.place;
  if (place === undefined || place.context.excluded) return [];
  const kind = declaredKindAt(place.context, '');
  const declared = place.targets.flatMap(({ key }) => key?.arn.value ?? []).find((arn) => parseKeyArn(arn));
  return [
    ...kind === undefined || kind === 'key' ? keyPolicies(workspace, declared) : [],
    ...kind === undefined || kind === 'identity' ? [iamPolicy()] : [],
  ];
}

function keyPolicies({ world }: Workspace, declared: string | undefined): Candidate[] {
  const known = declared === undefined ? undefined : keyNamed(world, declared);
  const account = known?.account ?? placeholder('KEY_ACCOUNT_ID');
  const partition = known?.partition ?? 'aws';
  const role = (name: string): string => `arn:${partition}:iam::${account}:role/${placeholder(name)}`;
  const templates = keyPolicyTemplates({
    key: { ...known ?? NO_KEY, account, partition }, administrators: role('ADMINISTRATOR_ROLE'), users: role('USER_ROLE'), consumer: unknownParty(), taken: [],
  });
  const of = (...ids: readonly string[]): JsonObject[] => ids.flatMap((id) => templates.find((template) => template.id === id)?.statements ?? []);
  return [
    candidate('Key policy: default', 0, of('owner'), 'The owner\'s account alone: its IAM policies say who uses the key.'),
    candidate('Key policy: administrators and users', 1, of('owner', 'administrators', 'users', 'grants'), 'What the console writes: administrators, users, and grants for AWS services.'),
    candidate('Key policy: external account', 2, of('owner', 'direct'), 'The owner\'s account, and another account that may encrypt and decrypt.'),
  ];
}

function iamPolicy(): Candidate {
  const direct = consumerTemplates({ key: NO_KEY, keyArn: keyArnOf(NO_KEY, undefined), taken: [] }).find(({ id }) => id === 'direct');
  return candidate('IAM policy: use a KMS key', 3, direct?.statements ?? [], 'Lets whoever it is attached to encrypt and decrypt with a key, as far as its key policy allows.');
}

function candidate(label: string, rank: number, statements: readonly JsonObject[], documentation: string): Candidate {
  return { label, kind: 'statement', rank, documentation: paragraph(documentation), detail: 'whole document', writes: { value: policyDocument(statements) } };
}
