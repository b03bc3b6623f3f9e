import { CROSS_ACCOUNT_ACTIONS, IAM_ONLY_ACTIONS, KEY_ACTIONS, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { useCaseNamed, type UseCase } from '../aws/use-cases';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { joinWithAnd, actionPatternsFor } from './action-patterns';
import { permissionsRequestedFromKey, permissionsForUseCase } from './requested-permissions';
import { isRefusal, refusal, type Counterpart, type Refusal, type Target } from './counterpart';
import { createCounterpart } from './counterpart-draft';
import { namesKeyInResource, actionsDeniedByKeyPolicy, permissionsInKeyPolicy, explicitKmsActions, describeContradictions,
  describeConditionalDenials } from './statement-permissions';
import { findKeyByArn, describeKey } from './key-reference';
import { actionsOfPermissions, missingPermissions, restrictPermissions, type RequiredPermission } from './required-permission';
import { ALLOW_ALL_IDENTITY_POLICY, withAllowAllStatement } from './allow-all-policies';
import { isDelegationMissing, ownerStatement } from './owner-statement';
import { granteeOfAttachedPolicy, resolveGrantee, principalConditionsFor, keyPolicyPrincipalFor, describeGrantee,
  type Grantee } from './grantee';
import { counterpartKeyPolicyUri } from './new-policy-uri';
import { uniqueSid } from './sid';
import { permissionsByPrincipalText, isStatementForGranteeOnly } from './grantee-statements';
import { isServiceUseCase, allowsServiceUseCase, serviceStatement } from './service-statement';
import { identityPolicyPermissions, missingActionsText } from './use-case-permissions';
import { statementAdditionsFor, statementObject, type StatementAddition, type JsonObject } from './statement-additions';

export interface KeyPolicyRequest {
  readonly world: World;
  /** The identity policy that asks for the key. */
  readonly policy: DiscoveredPolicy;
  /** The full ARN of the key. */
  readonly keyArn: string;
  /** Whom to let in; by default whoever the policy is attached to. */
  readonly target?: Target | undefined;
  /** A use case (`aws/use-cases.ts`): what it needs in place of what the policy asks. */
  readonly useCase?: string | undefined;
  /** The key policy to extend, or a new file; by default the key's own where the workspace has it. */
  readonly policyToExtend?: DiscoveredPolicy | 'new' | undefined;
  /** URIs of files that no new file may replace, besides those that the world knows. */
  readonly existingUris?: readonly string[] | undefined;
}

/** What a request comes to once its names are looked up. `key.policy` is the key policy to extend, if there is one. */
interface ResolvedKeyPolicyRequest {
  readonly request: KeyPolicyRequest;
  readonly key: Key & { readonly account: string; readonly partition: string };
  readonly grantee: Grantee;
  readonly useCase: UseCase | undefined;
}

/**
 * The key policy statement that lets the account or identity in for exactly the kms actions that an identity policy asks
 * of the key by name and that work across accounts; in the key's own account the statement by which the key policy leaves
 * the decision to IAM policies (KMS Developer Guide, default key policy).
 */
export function generateKeyPolicy(request: KeyPolicyRequest): Counterpart | Refusal {
  const subject = resolveKeyPolicyRequest(request);
  if (isRefusal(subject)) return subject;
  const { key, grantee, useCase } = subject;
  if (key.account === grantee.account) return delegationCounterpart(subject);
  const asked = permissionsRequestedFromKey(request.policy, key, grantee, request.world.organizations);
  const requiredPermissions = useCase ? permissionsForUseCase(useCase, [{ account: grantee.account, partition: key.partition }]) : asked;
  if (requiredPermissions.length === 0 && !isServiceUseCase(useCase)) {
    return refusal(`The policy names no kms action for ${describeKey(key)} that works across accounts and that a key policy can give.`);
  }
  return externalAccessCounterpart(subject, requiredPermissions, asked);
}

function resolveKeyPolicyRequest(request: KeyPolicyRequest): ResolvedKeyPolicyRequest | Refusal {
  const { world, policy, keyArn } = request;
  const key = findKeyByArn(world, keyArn);
  if (key?.account === undefined || key.partition === undefined) return refusal(`"${keyArn}" is not the full ARN of one key.`);
  if (key.awsManaged) return refusal(`${keyArn} is an AWS managed key: its key policy cannot be changed. Use a customer managed key.`);
  const into = request.policyToExtend === 'new' ? undefined : request.policyToExtend ?? key.policy;
  const party = request.target ? resolveGrantee(world, request.target) : granteeOfAttachedPolicy(world, policy, { ...key, policy: into });
  if (isRefusal(party)) return party;
  if (party.partition !== undefined && party.partition !== key.partition) {
    return refusal(`The key is in the partition ${key.partition} and ${describeGrantee(party)} in ${party.partition}: `
      + 'no access crosses partitions.');
  }
  const useCase = request.useCase === undefined ? undefined : useCaseNamed(request.useCase);
  if (request.useCase !== undefined && !useCase) return refusal(`There is no use case "${request.useCase}".`);
  if (into?.policy.isFragment) return refusal('The key policy is a fragment: put "Version" and "Statement" around it first.');
  return { request, key: { ...key, account: key.account, partition: key.partition, policy: into }, grantee: party, useCase };
}

function externalAccessCounterpart(subject: ResolvedKeyPolicyRequest, requiredPermissions: readonly RequiredPermission[],
  asked: readonly RequiredPermission[]): Counterpart | Refusal {
  const { key, grantee, useCase } = subject;
  const possible = requiredPermissions.flatMap((requiredPermission) =>
    restrictPermissions([requiredPermission], ~actionsDeniedForPermission(subject, requiredPermission))
  );
  const denied = actionsOfPermissions(requiredPermissions) & ~actionsOfPermissions(possible);
  if (requiredPermissions.length > 0 && possible.length === 0) {
    return refusal(`The key policy denies ${describeGrantee(grantee)} everything that was requested: `
      + `${permissionsText(requiredPermissions)}. Change its Deny statement first.`);
  }
  const given = key.policy
    ? [...permissionsInKeyPolicy(key, grantee, subject.request.world.organizations),
      ...permissionsByPrincipalText(key.policy, grantee, key.partition)]
    : [];
  const missing = missingPermissions(possible, given.map((statementPermissions) => statementPermissions.permission));
  const service = isServiceUseCase(useCase)
    ? [{ statement: serviceStatement(useCase, key, grantee, sidsInPolicy(key.policy)), extendedStatement: undefined }]
    : [];
  const serviceMissing = isServiceUseCase(useCase) && !(key.policy && allowsServiceUseCase(key.policy, useCase, key));
  const contradictions = describeContradictions([subject.request.policy], key, grantee,
    actionsOfPermissions(possible) & ~actionsOfPermissions(missing), subject.request.world.organizations);
  if (missing.length === 0 && !serviceMissing && contradictions.length > 0) {
    return refusal(`Both policies allow it, and no request is allowed all the same. ${contradictions.join(' ')}`);
  }
  return keyPolicyCounterpart(subject, {
    additions: [...keyPolicyAdditions(subject, missing), ...(serviceMissing ? service : [])],
    fresh: [...keyPolicyAdditions({ ...subject, key: { ...key, policy: undefined } }, possible), ...service],
    notes: [...keyPolicyNotes(subject, requiredPermissions, asked, denied), ...contradictions],
  });
}

function keyPolicyAdditions({ key, grantee }: ResolvedKeyPolicyRequest,
  requiredPermissions: readonly RequiredPermission[]): StatementAddition[] {
  return statementAdditionsFor(
    requiredPermissions.map((requiredPermission) => ({ ...requiredPermission,
      conditions: [...requiredPermission.conditions, ...principalConditionsFor(grantee)] })
    ),
    {
      policy: key.policy,
      fits: (statement) => isStatementForGranteeOnly(statement, grantee, key.partition),
      write: (need, taken) => keyPolicyStatement(need, grantee, key.partition, taken),
    },
  );
}

/** The statement of a key policy that gives the party what is needed; its Sid counts as taken from then on. */
export function keyPolicyStatement(requiredPermission: RequiredPermission, grantee: Grantee, partition: string,
  taken: Set<string>): JsonObject {
  return statementObject({
    sid: uniqueSid(keyPolicySid(requiredPermission, grantee), taken),
    principal: { AWS: keyPolicyPrincipalFor(grantee, partition) },
    actions: actionPatternsFor(requiredPermission.actions, requiredPermission.writtenActions),
    resource: '*',
    conditions: requiredPermission.conditions,
  });
}

/** In the key's own account an IAM policy counts once the key policy says so for the account. */
function delegationCounterpart(subject: ResolvedKeyPolicyRequest): Counterpart | Refusal {
  const { request, key, grantee, useCase } = subject;
  const identity = { ...grantee.identity, partition: key.partition };
  const owner = key.policy && isDelegationMissing(request.policy, identity, key, request.world.organizations)
    ? [{ statement: ownerStatement(key, key.policy), extendedStatement: undefined }]
    : [];
  const service = isServiceUseCase(useCase)
    ? [{ statement: serviceStatement(useCase, key, grantee, sidsInPolicy(key.policy)), extendedStatement: undefined }]
    : [];
  const serviceMissing = isServiceUseCase(useCase) && !(key.policy && allowsServiceUseCase(key.policy, useCase, key));
  return keyPolicyCounterpart(subject, {
    additions: [...owner, ...(serviceMissing ? service : [])],
    fresh: service,
    notes: describeContradictions([request.policy], key, grantee, KEY_ACTIONS, request.world.organizations),
  });
}

function keyPolicyCounterpart(
  subject: ResolvedKeyPolicyRequest,
  parts: { readonly additions: readonly StatementAddition[]; readonly fresh: readonly StatementAddition[];
    readonly notes: readonly string[] },
): Counterpart | Refusal {
  const { request, key, grantee } = subject;
  const whole = [{ statement: ownerStatement(key), extendedStatement: undefined }, ...parts.fresh];
  return createCounterpart({
    policy: key.policy,
    additions: key.policy ? parts.additions : whole,
    newFileStatements: whole,
    newUri: () =>
      counterpartKeyPolicyUri({ world: request.world, existingUris: request.existingUris ?? [] }, key, request.policy, grantee.account),
    purpose: `${describeGrantee(grantee)} use ${describeKey(key)}`,
    notes: parts.notes,
  });
}

/** What the key policy would still deny if it let the party in as far as this need goes. */
function actionsDeniedForPermission({ request, key, grantee, useCase }: ResolvedKeyPolicyRequest,
  { conditions }: RequiredPermission): ActionSet {
  return actionsDeniedByKeyPolicy(useCase ? [ALLOW_ALL_IDENTITY_POLICY] : [request.policy], key, grantee, conditions,
    request.world.organizations);
}

function keyPolicyNotes({ request, key, grantee, useCase }: ResolvedKeyPolicyRequest, requiredPermissions: readonly RequiredPermission[],
  asked: readonly RequiredPermission[], denied: ActionSet): string[] {
  const notes: string[] = [];
  const named = request.policy.policy.statements.filter((statement) => namesKeyInResource(statement, key)).reduce(
    (set, statement) => set | explicitKmsActions(statement),
    NO_ACTIONS,
  );
  const local = named & KEY_ACTIONS & ~CROSS_ACCOUNT_ACTIONS;
  if (local !== NO_ACTIONS) notes.push('Left out, since it never works on a key of another account: '
    + `${joinWithAnd(actionPatternsFor(local, []))}.`);
  const granted = named & CROSS_ACCOUNT_ACTIONS & IAM_ONLY_ACTIONS;
  if (granted !== NO_ACTIONS)
    notes.push('Left out, since it has no effect in a key policy: '
      + `${joinWithAnd(actionPatternsFor(granted, []))}.`);
  if (denied !== NO_ACTIONS)
    notes.push('Left out, since a Deny statement of the key policy forbids it: '
      + `${joinWithAnd(actionPatternsFor(denied, []))}.`);
  if (key.policy)
    notes.push(
      ...describeConditionalDenials(key, withAllowAllStatement(key.policy), grantee, actionsOfPermissions(requiredPermissions) & ~denied,
        request.world.organizations),
    );
  if (useCase) notes.push(...keyPolicyUseCaseNotes(useCase, grantee, asked, actionsOfPermissions(requiredPermissions)));
  if (grantee.name === undefined) notes.push('The key policy allows the whole account: '
    + 'its administrators decide which identities use the key.');
  return notes;
}

function keyPolicyUseCaseNotes(useCase: UseCase, grantee: Grantee, asked: readonly RequiredPermission[], needed: ActionSet): string[] {
  const lacks = missingActionsText(asked, identityPolicyPermissions(useCase, [grantee]));
  const beyond = restrictPermissions(asked, ~needed);
  return [
    ...(lacks === '' ? [] : [`The identity policy does not allow ${lacks}, which "${useCase.title}" needs.`]),
    ...(beyond.length === 0 ? [] : [`Left out, since "${useCase.title}" does not need it: ${permissionsText(beyond)}.`]),
    ...(useCase.note === undefined ? [] : [useCase.note]),
  ];
}

function sidsInPolicy(policy: DiscoveredPolicy | undefined): Set<string> {
  return new Set(policy?.policy.statements.map(({ sid }) => sid?.value ?? ''));
}

function permissionsText(requiredPermissions: readonly RequiredPermission[]): string {
  return joinWithAnd(
    actionPatternsFor(actionsOfPermissions(requiredPermissions), requiredPermissions.flatMap((requiredPermission) =>
      requiredPermission.writtenActions
    )),
  );
}

/** Key policies take blanks in a Sid; the word "external" tells readers that this is not the owner's statement. */
function keyPolicySid(requiredPermission: RequiredPermission, grantee: Grantee): string {
  const who = grantee.name === undefined
    ? `external account ${grantee.account}`
    : `${grantee.kind} ${grantee.name} of external account ${grantee.account}`;
  const grants = requiredPermission.conditions.some((condition) => condition.key.toLowerCase() === 'kms:grantisforawsresource');
  return `Allow ${who} to ${grants ? 'have AWS services make grants on' : 'use'} this key`;
}

