import {
  CROSS_ACCOUNT_ACTIONS, IAM_ONLY_ACTIONS, KEY_ACTIONS, NO_ACTIONS, unionOfActions, unionOfSets, type ActionSet,
} from '../aws/actions';
import { useCaseNamed, type UseCase } from '../aws/use-cases';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { describeActionSet } from './action-patterns';
import { ALLOW_ALL_IDENTITY_POLICY, withAllowAllStatement } from './allow-all-policies';
import { isAboutGrantsForAwsResources } from './condition-entries';
import { isRefusal, refusal, type Counterpart, type Refusal, type Target } from './counterpart';
import { createCounterpart, leftOutNotes } from './counterpart-draft';
import { separateCreateGrant } from './grant-permissions';
import { describeGrantee, granteeOfAttachedPolicy, resolveGrantee, type Grantee } from './grantee';
import { keyPolicyAdditions, permissionsByPrincipalText } from './grantee-statements';
import { describeKey, findKeyByArn } from './key-reference';
import { counterpartKeyPolicyUri } from './new-policy-uri';
import { isDelegationMissing, ownerStatement } from './owner-statement';
import { mergePermissions, missingPermissions, restrictPermissions, type RequiredPermission } from './required-permission';
import { allowsServiceUseCase, isServiceUseCase, serviceStatement } from './service-statement';
import { sidsOf, type StatementAddition, type StatementFrame } from './statement-additions';
import { actionsDeniedByKeyPolicy, describeConditionalDenials, describeContradictions, explicitKmsActions, namesKeyInResource,
  permissionsInIdentityPolicy, permissionsInKeyPolicy, type AccessSubject } from './statement-permissions';
import { identityPolicyPermissions, missingActionsText, permissionsForUseCase } from './use-case-permissions';

export interface KeyPolicyRequest {
  readonly world: World;
  /** The identity policy that requires the key. */
  readonly policy: DiscoveredPolicy;
  /** The full ARN of the key. */
  readonly keyArn: string;
  /** Whom to allow; by default whoever the policy is attached to. */
  readonly target?: Target | undefined;
  /** A use case (`aws/use-cases.ts`): what it needs in place of what the policy requires. */
  readonly useCase?: string | undefined;
  /** In the account of the key: a statement for an identity of the same template, in place of one for the account as a whole. */
  readonly namesIdentity?: boolean | undefined;
  /** The key policy to extend, or a new file; by default the key's own where the workspace has it. */
  readonly policyToExtend?: DiscoveredPolicy | 'new' | undefined;
  /** URIs of files that no new file may replace, besides those that the world knows. */
  readonly existingUris?: readonly string[] | undefined;
}

/** A request whose names are looked up. `key.policy` is the key policy to extend, if there is one. */
interface KeyPolicySubject extends AccessSubject {
  readonly key: Key & { readonly account: string; readonly partition: string };
  readonly identityPolicy: DiscoveredPolicy;
  readonly useCase: UseCase | undefined;
  readonly existingUris: readonly string[];
}

/**
 * The key policy statement that allows the account or identity exactly the kms actions that an identity policy requires of the key by name
 * and that work across accounts; in the key's own account the statement by which the key policy leaves the decision to IAM policies (KMS
 * Developer Guide, default key policy).
 */
export function generateKeyPolicy(request: KeyPolicyRequest): Counterpart | Refusal {
  const subject = resolveKeyPolicyRequest(request);
  if (isRefusal(subject)) return subject;
  const { key, grantee, useCase } = subject;
  const requested = permissionsRequestedFromKey(subject);
  if (key.account === grantee.account)
    return namesOwnIdentity(request, subject) ? externalAccessCounterpart(subject, requested, requested) : delegationCounterpart(subject);
  const permissions = useCase ? permissionsForUseCase(useCase, [{ account: grantee.account, partition: key.partition }]) : requested;
  if (permissions.length === 0 && !isServiceUseCase(useCase))
    return refusal(`The policy names no kms action for ${describeKey(key)} that works across accounts and that a key policy can give.`);
  return externalAccessCounterpart(subject, permissions, requested);
}

/** What only the account of a key may do is left to the account. */
function namesOwnIdentity({ namesIdentity }: KeyPolicyRequest, subject: KeyPolicySubject): boolean {
  const { key, grantee, identityPolicy, useCase } = subject;
  const { template } = grantee.identity;
  const statements = identityPolicy.policy.statements.filter((statement) => namesKeyInResource(statement, key));
  return namesIdentity === true && !useCase && template !== undefined && template.uri === key.policy?.uri
    && (grantee.kind === 'role' || grantee.kind === 'user') && isDelegationMissing(identityPolicy, subject)
    && (unionOfSets(statements.map(explicitKmsActions)) & KEY_ACTIONS & ~CROSS_ACCOUNT_ACTIONS) === NO_ACTIONS;
}

function resolveKeyPolicyRequest(request: KeyPolicyRequest): KeyPolicySubject | Refusal {
  const { world, policy: identityPolicy, keyArn, policyToExtend } = request;
  const key = findKeyByArn(world, keyArn);
  if (key?.account === undefined || key.partition === undefined) return refusal(`"${keyArn}" is not the full ARN of one key.`);
  if (key.awsManaged) return refusal(`${keyArn} is an AWS managed key: its key policy cannot be changed. Use a customer managed key.`);
  const policy = policyToExtend === 'new' ? undefined : policyToExtend ?? key.policy;
  const grantee = request.target
    ? resolveGrantee(world, request.target)
    : granteeOfAttachedPolicy(world, identityPolicy, { ...key, policy });
  if (isRefusal(grantee)) return grantee;
  if (grantee.partition !== undefined && grantee.partition !== key.partition) {
    return refusal(`The key is in the partition ${key.partition} and ${describeGrantee(grantee)} in ${grantee.partition}: `
      + 'no access crosses partitions.');
  }
  const useCase = request.useCase === undefined ? undefined : useCaseNamed(request.useCase);
  if (request.useCase !== undefined && !useCase) return refusal(`There is no use case "${request.useCase}".`);
  if (policy?.policy.isFragment) return refusal('The key policy is a fragment: put "Version" and "Statement" around it first.');
  return { world, key: { ...key, account: key.account, partition: key.partition, policy }, grantee, identityPolicy, useCase,
    existingUris: request.existingUris ?? [] };
}

/** What the identity policy requires of the key by name. */
function permissionsRequestedFromKey(subject: KeyPolicySubject): RequiredPermission[] {
  const permissions = permissionsInIdentityPolicy(subject.identityPolicy, subject).map((permission) =>
    ({ ...permission, actions: permission.actions & explicitKmsActions(permission.statement) & KEY_ACTIONS }));
  return mergePermissions(separateCreateGrant(permissions));
}

function externalAccessCounterpart(subject: KeyPolicySubject, permissions: readonly RequiredPermission[],
  requested: readonly RequiredPermission[]): Counterpart | Refusal {
  const { key, grantee, identityPolicy, useCase } = subject;
  const identityPolicies = useCase ? [ALLOW_ALL_IDENTITY_POLICY] : [identityPolicy];
  const possible = permissions.flatMap((permission) =>
    restrictPermissions([permission], ~actionsDeniedByKeyPolicy(identityPolicies, subject, permission.conditions)));
  const denied = unionOfActions(permissions) & ~unionOfActions(possible);
  if (permissions.length > 0 && possible.length === 0) {
    return refusal(`The key policy denies ${describeGrantee(grantee)} everything that was requested: `
      + `${describePermissions(permissions)}. Change its Deny statement first.`);
  }
  const granted = key.policy ? [...permissionsInKeyPolicy(subject), ...permissionsByPrincipalText(key.policy, grantee, key.partition)] : [];
  const missing = missingPermissions(possible, granted);
  const service = serviceAdditions(subject);
  const contradictions = describeContradictions([identityPolicy], subject, unionOfActions(possible) & ~unionOfActions(missing));
  if (missing.length === 0 && service.missing.length === 0 && contradictions.length > 0)
    return refusal(`Both policies allow it, and no request is allowed all the same. ${contradictions.join(' ')}`);
  const sid = key.account === grantee.account ? ownIdentitySid(grantee) : keyPolicySid(grantee);
  return keyPolicyCounterpart(subject, {
    missing: [...keyPolicyAdditions(key.policy, grantee, key.partition, missing, sid), ...service.missing],
    complete: [...keyPolicyAdditions(undefined, grantee, key.partition, possible, sid), ...service.complete],
    notes: [...keyPolicyNotes(subject, permissions, requested, denied), ...contradictions],
  });
}

/** In the key's own account an IAM policy counts once the key policy says so for the account. */
function delegationCounterpart(subject: KeyPolicySubject): Counterpart | Refusal {
  const { key, identityPolicy } = subject;
  const delegation = key.policy && isDelegationMissing(identityPolicy, subject) ? [{ statement: ownerStatement(key, key.policy) }] : [];
  const service = serviceAdditions(subject);
  return keyPolicyCounterpart(subject, {
    missing: [...delegation, ...service.missing], complete: service.complete,
    notes: describeContradictions([identityPolicy], subject, KEY_ACTIONS),
  });
}

/** Additions to the key policy, and all statements beside the owner's that a new one needs. */
interface KeyPolicyParts {
  readonly missing: readonly StatementAddition[];
  readonly complete: readonly StatementAddition[];
}

/** The statement for a service that calls as itself, where the use case has one. */
function serviceAdditions({ key, grantee, useCase }: KeyPolicySubject): KeyPolicyParts {
  if (!isServiceUseCase(useCase)) return { missing: [], complete: [] };
  const complete = [{ statement: serviceStatement(useCase, key, grantee, sidsOf(key.policy)) }];
  return { complete, missing: key.policy && allowsServiceUseCase(key.policy, useCase, key) ? [] : complete };
}

function keyPolicyCounterpart(subject: KeyPolicySubject,
  { missing, complete, notes }: KeyPolicyParts & { readonly notes: readonly string[] }): Counterpart | Refusal {
  const { world, key, grantee, identityPolicy, existingUris } = subject;
  return createCounterpart({
    policy: key.policy,
    additions: key.policy ? missing : [{ statement: ownerStatement(key) }, ...complete],
    newUri: () => counterpartKeyPolicyUri({ world, existingUris }, key, identityPolicy, grantee.account),
    purpose: `${describeGrantee(grantee)} use ${describeKey(key)}`,
    notes,
  });
}

function keyPolicyNotes(subject: KeyPolicySubject, permissions: readonly RequiredPermission[], requested: readonly RequiredPermission[],
  denied: ActionSet): string[] {
  const { key, grantee, identityPolicy, useCase } = subject;
  const statements = identityPolicy.policy.statements.filter((statement) => namesKeyInResource(statement, key));
  const namedActions = unionOfSets(statements.map(explicitKmsActions));
  return [
    ...leftOutNotes('it never works on a key of another account', namedActions & KEY_ACTIONS & ~CROSS_ACCOUNT_ACTIONS),
    ...leftOutNotes('it has no effect in a key policy', namedActions & CROSS_ACCOUNT_ACTIONS & IAM_ONLY_ACTIONS),
    ...leftOutNotes('a Deny statement of the key policy forbids it', denied),
    ...key.policy ? describeConditionalDenials(withAllowAllStatement(key.policy), subject, unionOfActions(permissions) & ~denied) : [],
    ...useCase ? useCaseNotes(useCase, grantee, requested, unionOfActions(permissions)) : [],
    ...grantee.name === undefined
      ? ['The key policy allows the whole account: its administrators decide which identities use the key.']
      : [],
  ];
}

function useCaseNotes(useCase: UseCase, grantee: Grantee, requested: readonly RequiredPermission[], needed: ActionSet): string[] {
  const lacks = missingActionsText(requested, identityPolicyPermissions(useCase, [grantee]));
  const unneeded = restrictPermissions(requested, ~needed);
  return [
    ...lacks === '' ? [] : [`The identity policy does not allow ${lacks}, which "${useCase.title}" needs.`],
    ...unneeded.length === 0 ? [] : [`Left out, since "${useCase.title}" does not need it: ${describePermissions(unneeded)}.`],
    ...useCase.note === undefined ? [] : [useCase.note],
  ];
}

function describePermissions(permissions: readonly RequiredPermission[]): string {
  return describeActionSet(unionOfActions(permissions), permissions.flatMap(({ writtenActions }) => writtenActions));
}

function ownIdentitySid({ kind, name, identity: { template } }: Grantee): StatementFrame['sid'] {
  return () => `Allow ${kind} ${template?.logicalId ?? name ?? ''} to use this key`;
}

/** Key policies take blanks in a Sid; the word "external" tells readers that this is not the owner's statement. */
export function keyPolicySid({ account, kind, name }: Grantee): StatementFrame['sid'] {
  const granteeText = name === undefined ? `external account ${account}` : `${kind} ${name} of external account ${account}`;
  return ({ conditions }) =>
    `Allow ${granteeText} to ${isAboutGrantsForAwsResources(conditions) ? 'have AWS services make grants on' : 'use'} this key`;
}
