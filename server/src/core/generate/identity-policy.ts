import { CROSS_ACCOUNT_ACTIONS, KEY_ACTIONS, NO_ACTIONS, unionOfActions, actionSetOf } from '../aws/actions';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { useCaseNamed, type UseCase } from '../aws/use-cases';
import type { TemplateFile } from '../discovery/cloudformation/template-file';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { joinWithAnd } from './action-patterns';
import { describeConditionEntry, isAboutGrantsForAwsResources } from './condition-entries';
import { isRefusal, refusal, type Counterpart, type LacksKeyPolicyStatement, type Refusal, type Target } from './counterpart';
import { createCounterpart, leftOutNotes } from './counterpart-draft';
import { CREATE_GRANT, separateCreateGrant } from './grant-permissions';
import { describeGrantee, resolveGrantee, type Grantee } from './grantee';
import { policiesOfGrantee, type GranteePolicies } from './grantee-policies';
import { describeKey, keyArnWithPlaceholders } from './key-reference';
import { manifestDeclarationFor } from './manifest-declaration';
import { keyIdForFileName, newIdentityPolicyUri } from './new-policy-uri';
import { placeholdersAsWords } from './render';
import { templateDestination } from './template-policy';
import { mergePermissions, missingPermissions, restrictPermissions, type RequiredPermission } from './required-permission';
import { policyDocument, statementAdditionsFor, type StatementAddition, type StatementFrame } from './statement-additions';
import { actionsDeniedByIdentityPolicies, describeConditionalDenials, describeContradictions, GRANT_ONLY_ACTIONS, hasOnlyKeyAsResource,
  permissionsInIdentityPolicy, permissionsInKeyPolicy, undecidedConditions, type AccessSubject,
  type StatementPermission } from './statement-permissions';
import { identityPolicyPermissions, isUsableForUseCase, missingActionsText, restrictToUseCase,
  type UseCasePermissions } from './use-case-permissions';

export interface IdentityPolicyRequest {
  readonly world: World;
  /** A key with its policy. */
  readonly key: Key;
  /** An account, user, role or group other than the owner's. */
  readonly target: Target;
  /** A use case (`aws/use-cases.ts`): only its actions. */
  readonly useCase?: string | undefined;
  /** The policy to extend, or a new file; by default what the workspace suggests. */
  readonly policyToExtend?: DiscoveredPolicy | 'new' | undefined;
  /** The template that gets a new policy where none makes the identity; without it a new policy is a file of its own. */
  readonly template?: TemplateFile | undefined;
  /** URIs of files that no new file may replace, besides those that the world knows. */
  readonly existingUris?: readonly string[] | undefined;
  /** `kms-handshake.json` is made where there is none, to declare to whom a new policy is attached. */
  readonly mayCreateManifest?: boolean | undefined;
}

/**
 * The consumer's identity policy for a key: the key's ARN, exactly the actions that the key policy gives and that work across accounts, and
 * the conditions that belong in this policy too. Across accounts both policies are needed (KMS Developer Guide, allowing users in other
 * accounts to use a KMS key).
 */
export function generateIdentityPolicy(request: IdentityPolicyRequest): Counterpart | Refusal {
  const { world, key } = request;
  const grantee = resolveGrantee(world, request.target);
  if (isRefusal(grantee)) return grantee;
  const isOwnIdentity = isInAccountOfKey(key, grantee) && templateDestination(world, grantee) !== undefined;
  // The key policy may leave all actions to IAM policies of its account: that much nobody asked for.
  const useCaseId = request.useCase ?? (isOwnIdentity ? 'direct' : undefined);
  const useCase = useCaseId === undefined ? undefined : useCaseNamed(useCaseId);
  if (useCaseId !== undefined && !useCase) return refusal(`There is no use case "${useCaseId}".`);
  if (typeof request.policyToExtend === 'object' && request.policyToExtend.policy.isFragment)
    return refusal('The policy to add to is a fragment: put "Version" and "Statement" around it first.');
  const subject = { world, key, grantee };
  const granted = permissionsInKeyPolicy(subject);
  const reason = reasonWithoutIdentityPolicy(subject, useCase, isOwnIdentity);
  if (reason !== undefined) return refusal(reason);
  if (granted.length === 0) {
    const refused: LacksKeyPolicyStatement = { lacksKeyPolicyStatement: true,
      ...refusal(`The key policy of ${describeKey(key)} gives ${describeGrantee(grantee)} nothing that works across accounts.`) };
    return refused;
  }
  const { account, partition = key.partition } = grantee;
  const needs = useCase && identityPolicyPermissions(useCase, [{ account, partition }]);
  const permissions = requiredPermissionsFor(granted, needs);
  if (useCase && needs && permissions.length === 0) return refusal(`The key policy gives ${describeGrantee(grantee)} none of what `
    + `"${useCase.title}" needs: ${missingActionsText([], needs)}.`);
  return identityPolicyCounterpart(request, subject, permissions, [
    ...request.useCase !== undefined && useCase && needs ? useCaseNotes(useCase, needs, subject, granted) : [],
    ...identityPolicyNotes(subject, granted),
    ...key.policy ? describeConditionalDenials(key.policy, subject, unionOfActions(permissions)) : [],
  ]);
}

function identityPolicyCounterpart(request: IdentityPolicyRequest, subject: AccessSubject, granted: readonly RequiredPermission[],
  notes: readonly string[]): Counterpart | Refusal {
  const { world, key, grantee } = subject;
  const keyArn = keyArnWithPlaceholders(key, grantee.partition);
  const arn = placeholdersAsWords(keyArn);
  const withArn = { ...subject, key: { ...key, arn } };
  // An ARN with placeholders is not that of the key policy's statements.
  const forEvaluation = arn === key.arn ? withArn : { ...withArn, key: { ...withArn.key, policy: undefined } };
  const { relevantPolicies, policyToExtend } = policiesToExtend(request, withArn);
  const destination = request.policyToExtend === 'new' ? undefined : templateDestination(world, grantee, request.template);
  const permissions = granted.flatMap((permission) =>
    restrictPermissions([permission], ~actionsDeniedByIdentityPolicies(relevantPolicies, forEvaluation, permission.conditions)));
  const denied = unionOfActions(granted) & ~unionOfActions(permissions);
  if (permissions.length === 0)
    return refusal(`Policies of ${describeGrantee(grantee)} deny all that the key policy gives. Change their Deny statement first.`);
  const missing = missingPermissions(permissions, relevantPolicies.flatMap((policy) => permissionsInIdentityPolicy(policy, withArn)));
  const contradictions = describeContradictions(relevantPolicies, forEvaluation, unionOfActions(permissions) & ~unionOfActions(missing));
  if (missing.length === 0 && contradictions.length > 0)
    return refusal(`Both policies allow it, and no request is allowed all the same. ${contradictions.join(' ')}`);
  const additionsTo = (policy: DiscoveredPolicy | undefined, additional: readonly RequiredPermission[]): StatementAddition[] =>
    statementAdditionsFor(additional, policy, (statement) => hasOnlyKeyAsResource(statement, arn), identityPolicyFrame(key, keyArn));
  return createCounterpart({
    policy: policyToExtend,
    additions: additionsTo(policyToExtend, missing),
    completeDocument: policyDocument(additionsTo(undefined, permissions).map(({ statement }) => statement)),
    newUri: () => newIdentityPolicyUri({ world, existingUris: request.existingUris ?? [] }, grantee, key, key.policy),
    template: destination && { destination, keyArn },
    declareInManifest: (uri) => manifestDeclarationFor(world, grantee, uri, request.mayCreateManifest),
    purpose: `${describeGrantee(grantee)} use ${describeKey(key)}`,
    notes: [...notes, ...leftOutNotes(`a Deny statement of ${describeGrantee(grantee)} forbids it`, denied), ...contradictions],
  });
}

function policiesToExtend({ policyToExtend }: IdentityPolicyRequest, subject: AccessSubject): GranteePolicies {
  if (policyToExtend === 'new') return { relevantPolicies: [], policyToExtend: undefined };
  if (!policyToExtend) return policiesOfGrantee(subject);
  return { relevantPolicies: [...new Set([...subject.grantee.identity.policies, policyToExtend])], policyToExtend };
}

function isInAccountOfKey(key: Key, grantee: Grantee): boolean {
  return compareIdentifiers(key.account, grantee.account) === 'same';
}

/** The reason why no identity policy can help, in words; undefined when one can. */
function reasonWithoutIdentityPolicy({ key, grantee }: AccessSubject, useCase: UseCase | undefined,
  isOwnIdentity: boolean): string | undefined {
  if (!key.policy) return `The workspace has no key policy for ${describeKey(key)}, so what it allows is not known.`;
  if (key.awsManaged) return `${capitalizeFirst(describeKey(key))} is an AWS managed key: `
    + 'its key policy cannot be changed and does not allow other accounts. Use a customer managed key.';
  if (isInAccountOfKey(key, grantee) && !isOwnIdentity) return `Account ${grantee.account} owns the key: this is not cross-account access.`;
  if (compareIdentifiers(key.partition, grantee.partition) === 'different') {
    return `The key is in the partition ${key.partition ?? ''} and ${describeGrantee(grantee)} in ${grantee.partition ?? ''}: `
      + 'no access crosses partitions.';
  }
  if (useCase?.servicePrincipal !== undefined && useCase.consumerActions.length === 0)
    return `For "${useCase.title}" the service calls AWS KMS as itself: only the key policy has to allow ${useCase.servicePrincipal}.`;
  return undefined;
}

function requiredPermissionsFor(granted: readonly StatementPermission[], needs: UseCasePermissions | undefined): RequiredPermission[] {
  if (!needs) return mergePermissions(separateCreateGrant(granted));
  const permissions = restrictToUseCase(mergePermissions(granted), needs);
  // Without a grant there is nothing to retire.
  const retiring = (unionOfActions(permissions) & CREATE_GRANT) === NO_ACTIONS ? NO_ACTIONS : needs.directUse.actions & GRANT_ONLY_ACTIONS;
  return mergePermissions(retiring === NO_ACTIONS ? permissions : [...permissions, { ...needs.directUse, actions: retiring }]);
}

function useCaseNotes(useCase: UseCase, needs: UseCasePermissions, { grantee }: AccessSubject,
  granted: readonly StatementPermission[]): string[] {
  const usable = granted.filter((permission) => isUsableForUseCase(permission, needs));
  const lacks = missingActionsText([...usable, { ...needs.directUse, actions: GRANT_ONLY_ACTIONS }], needs);
  return [
    ...lacks === '' ? [] : [`The key policy does not give ${describeGrantee(grantee)} ${lacks}, which "${useCase.title}" needs.`],
    ...useCase.note === undefined ? [] : [useCase.note],
  ];
}

function identityPolicyNotes(subject: AccessSubject, granted: readonly StatementPermission[]): string[] {
  const { key, grantee } = subject;
  // A wildcard seldom means all that it covers.
  const namedActions = actionSetOf(granted.flatMap(({ writtenActions }) => writtenActions.filter((text) => !/[*?]/.test(text))));
  const notes = leftOutNotes('it never works on a key of another account', namedActions & KEY_ACTIONS & ~CROSS_ACCOUNT_ACTIONS);
  const conditions = granted.flatMap(({ statement }) => undecidedConditions(statement, subject)).map(describeConditionEntry);
  if (conditions.length > 0) notes.push(`The key policy also requires of the caller: ${joinWithAnd([...new Set(conditions)])}.`);
  const regions = grantee.identity.resourceRegions?.map(({ region }) => region) ?? [];
  if (key.region !== undefined && regions.length > 0 && !regions.includes(key.region)) {
    notes.push('Services call KMS in their own Region: '
      + `those with resources of ${describeGrantee(grantee)} in ${joinWithAnd(regions)} cannot use this key, which is in ${key.region}.`);
  }
  if (key.account === undefined) notes.push('The workspace does not know who owns the key. '
    + `If that is account ${grantee.account} itself, this is not what it needs.`);
  if (key.arn === undefined) notes.push('The workspace does not know the whole ARN of the key: fill in what is missing.');
  return notes;
}

/** A statement of an identity policy for this key. Its Sid has letters and digits only: identity policies take nothing else. */
export function identityPolicyFrame({ keyId }: Pick<Key, 'keyId'>, resource: string): StatementFrame {
  const shortId = (keyIdForFileName(keyId) ?? '').replace('mrk-', 'Mrk');
  return { sid: ({ conditions }) => `${isAboutGrantsForAwsResources(conditions) ? 'GrantsOn' : 'Use'}KmsKey${shortId}`, resource };
}

function capitalizeFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
