import { accountOfArn } from '../../aws/arn';
import { type Grantee, accountGrantee, unknownGrantee } from '../../generate/grantee';
import { isRefusal } from '../../generate/counterpart';
import { keyArnWithPlaceholders, findKeyByArn, UNKNOWN_KEY } from '../../generate/key-reference';
import { placeholderMarker } from '../../generate/placeholder-marker';
import { identityPolicyTemplates, keyPolicyTemplates, type StatementTemplate } from '../../generate/statement-templates';
import { externalTargetsInKeyPolicy } from '../../generate/target-choices';
import { parseKeyArn } from '../../aws/key-arn';
import { documentationBlocks, type CompletionCandidate } from './candidate';
import type { PolicyCompletionContext } from './completion-context';
import { WHOLE_DOCUMENT } from '../../discovery/policy-address';
import { policyDocument, type JsonObject } from '../../generate/statement-additions';
import { declaredKindAt } from '../../linking/declared-kinds';
import type { Key } from '../../linking/entities';
import type { Workspace } from '../../workspace/workspace';
import { paragraph } from '../hover/rich-text';

/** Whole statements: for a key policy those of the console and for other accounts, for an IAM policy what the use of a key takes. */
export function statementCandidates(context: PolicyCompletionContext): CompletionCandidate[] {
  const { kind, key } = context;
  const sids = context.policy.policy.statements.flatMap(({ sid }) => sid?.value ?? []);
  const forKeyPolicy = kind === 'identity' ? [] : keyPolicyTemplatesFor(key, granteeForTemplates(context), sids);
  const { key: keyOfTemplates, keyArn, choices } = keyForTemplates(context);
  const forIdentityPolicy = kind === 'key' ? [] : identityPolicyTemplates({ key: keyOfTemplates, keyArn, existingSids: sids });
  return [
    ...forKeyPolicy.map((template) => statementCandidate(template, 0, kind === 'open' ? 'key policy' : undefined)),
    ...forIdentityPolicy.map((template) => ({ ...statementCandidate(template, 2, kind === 'open' ? 'IAM policy' : undefined), choices })),
  ];
}

function statementCandidate({ id, title, description, source, statements }: StatementTemplate, rank: number,
  detail: string | undefined): CompletionCandidate {
  return {
    label: title, kind: 'statement', rank: rank + (PREFERRED_TEMPLATES.has(id) ? 0 : 1), filterText: `${title} ${id} statement`,
    detail: detail ?? (statements.length > 1 ? `${statements.length} statements` : 'statement'),
    documentation: documentationBlocks({ description, href: source }), insertion: { items: statements },
  };
}

const KEY_ARN_PLACEHOLDER = 'KEY_ARN';
/** Nobody chooses from a longer list. */
const MAX_KEY_CHOICES = 20;
const UNKNOWN_KEY_ARN = keyArnWithPlaceholders(UNKNOWN_KEY, undefined);
const PREFERRED_TEMPLATES = new Set(['owner', 'administrators', 'users', 'grants', 'direct']);

/** What is not known of the key becomes a placeholder. */
function keyPolicyTemplatesFor(key: Key | undefined, consumer: Grantee, existingSids: readonly string[]): readonly StatementTemplate[] {
  const account = key?.account ?? placeholderMarker('KEY_ACCOUNT_ID');
  const partition = key?.partition ?? 'aws';
  const role = (name: string): string => `arn:${partition}:iam::${account}:role/${placeholderMarker(name)}`;
  return keyPolicyTemplates({
    key: { ...key ?? UNKNOWN_KEY, account, partition }, administrators: role('ADMINISTRATOR_ROLE'), users: role('USER_ROLE'), consumer,
    existingSids,
  });
}

/** The one account that the key policy lets in, or that the workspace knows besides the owner; else one to fill in. */
function granteeForTemplates({ key, world }: PolicyCompletionContext): Grantee {
  const granteeAccounts = key
    ? externalTargetsInKeyPolicy(key).map((target) => ('account' in target ? target.account : accountOfArn(target.arn)))
    : [];
  const owner = key?.account;
  const knownAccounts = owner === undefined ? [] : [...world.accounts.keys()].filter((account) => account !== owner);
  const account = onlyValueOf(granteeAccounts.length > 0 ? granteeAccounts : knownAccounts);
  const grantee = account === undefined ? undefined : accountGrantee(account, key?.partition);
  return grantee === undefined || isRefusal(grantee) ? unknownGrantee() : grantee;
}

interface KeyForTemplates extends Pick<IdentityTemplateInput, 'key' | 'keyArn'>, Pick<CompletionCandidate, 'choices'> {}

/**
 * The one key that the policy names already, or that the workspace knows in another account; of several keys one is chosen when the
 * statement is there. Else one to fill in.
 */
function keyForTemplates({ world, policy, identities }: PolicyCompletionContext): KeyForTemplates {
  const keyArnsInPolicy = policy.policy.statements.flatMap(({ resource }) => (resource?.patterns ?? []).map(({ text }) => text.value))
    .filter((value) => parseKeyArn(value));
  const identityAccounts = new Set(identities.map(({ account }) => account));
  const otherKeyArns = world.keys.flatMap(({ arn, account, awsManaged }) =>
    (arn === undefined || awsManaged || identityAccounts.has(account) ? [] : [arn]));
  const knownArns = [...new Set(keyArnsInPolicy.length > 0 ? keyArnsInPolicy : otherKeyArns)].slice(0, MAX_KEY_CHOICES);
  if (knownArns.length > 1)
    return { key: { keyId: undefined }, keyArn: placeholderMarker(KEY_ARN_PLACEHOLDER), choices: { [KEY_ARN_PLACEHOLDER]: knownArns } };
  const [keyArn] = knownArns;
  return { key: { keyId: keyArn === undefined ? undefined : parseKeyArn(keyArn)?.keyId }, keyArn: keyArn ?? UNKNOWN_KEY_ARN };
}

type IdentityTemplateInput = Parameters<typeof identityPolicyTemplates>[0];

function onlyValueOf(values: readonly string[]): string | undefined {
  const [value, ...furtherValues] = new Set(values);
  return furtherValues.length > 0 ? undefined : value;
}

/**
 * Whole policies for a file that holds nothing yet: those of the kind that it is declared to hold, else one of each. None where it is to
 * hold no policy of ours.
 */
export function documentCandidates(workspace: Workspace, uri: string): CompletionCandidate[] {
  const settings = workspace.files.get(uri)?.fileSettings;
  if (settings === undefined || settings.context.excluded) return [];
  const kind = declaredKindAt(settings.context, WHOLE_DOCUMENT);
  const declaredKeyArn = settings.policyTargets.flatMap(({ key }) => key?.arn.value ?? []).find((arn) => parseKeyArn(arn));
  return [
    ...kind === undefined || kind === 'key' ? keyPolicyCandidates(workspace, declaredKeyArn) : [],
    ...kind === undefined || kind === 'identity' ? [identityPolicyCandidate()] : [],
  ];
}

function keyPolicyCandidates({ world }: Workspace, declaredKeyArn: string | undefined): CompletionCandidate[] {
  const key = declaredKeyArn === undefined ? undefined : findKeyByArn(world, declaredKeyArn);
  const templates = keyPolicyTemplatesFor(key, unknownGrantee(), []);
  const statementsOf = (...ids: readonly string[]): JsonObject[] =>
    ids.flatMap((id) => templates.find((template) => template.id === id)?.statements ?? []);
  return [
    policyDocumentCandidate('Key policy: default', 0, statementsOf('owner'),
      'The owner\'s account alone: its IAM policies say who uses the key.'),
    policyDocumentCandidate('Key policy: administrators and users', 1, statementsOf('owner', 'administrators', 'users', 'grants'),
      'What the console writes: administrators, users, and grants for AWS services.'),
    policyDocumentCandidate('Key policy: external account', 2, statementsOf('owner', 'direct'),
      'The owner\'s account, and another account that may encrypt and decrypt.'),
  ];
}

function identityPolicyCandidate(): CompletionCandidate {
  const direct = identityPolicyTemplates({ key: UNKNOWN_KEY, keyArn: UNKNOWN_KEY_ARN, existingSids: [] }).find(({ id }) => id === 'direct');
  return policyDocumentCandidate('IAM policy: use a KMS key', 3, direct?.statements ?? [],
    'Lets whoever it is attached to encrypt and decrypt with a key, as far as its key policy allows.');
}

function policyDocumentCandidate(label: string, rank: number, statements: readonly JsonObject[],
  documentation: string): CompletionCandidate {
  return { label, kind: 'statement', rank, documentation: paragraph(documentation), detail: 'whole document',
    insertion: { value: policyDocument(statements) } };
}
