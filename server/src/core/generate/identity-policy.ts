import { CROSS_ACCOUNT_ACTIONS, KEY_ACTIONS, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { useCaseNamed, type UseCase } from '../aws/use-cases';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Statement } from '../policy/policy';
import type { Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { joinWithAnd, actionPatternsFor } from './action-patterns';
import { describeConditionEntry } from './condition-entries';
import { isRefusal, refusal, type Counterpart, type Refusal, type Target } from './counterpart';
import { manifestDeclarationFor } from './manifest-declaration';
import { createCounterpart } from './counterpart-draft';
import { CREATE_GRANT, separateCreateGrant } from './grant-permissions';
import { permissionsInIdentityPolicy, actionsDeniedByIdentityPolicies, GRANT_ONLY_ACTIONS, permissionsInKeyPolicy, hasOnlyKeyAsResource,
  undecidedConditions, describeContradictions, describeConditionalDenials, type StatementPermissions } from './statement-permissions';
import { policiesOfGrantee, type GranteePolicies } from './grantee-policies';
import { keyArnWithPlaceholders, describeKey } from './key-reference';
import { actionsOfPermissions, mergePermissions, missingPermissions, restrictPermissions,
  type RequiredPermission } from './required-permission';
import { resolveGrantee, describeGrantee, type Grantee } from './grantee';
import { newIdentityPolicyUri, keyIdForFileName } from './new-policy-uri';
import { placeholdersAsWords } from './render';
import { identityPolicyPermissions, missingActionsText, restrictToUseCase, isUsableForUseCase,
  type UseCasePermissions } from './use-case-permissions';
import { uniqueSid } from './sid';
import { statementAdditionsFor, statementObject, type JsonObject } from './statement-additions';

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
  /** URIs of files that no new file may replace, besides those that the world knows. */
  readonly existingUris?: readonly string[] | undefined;
}

/**
 * The consumer's identity policy for a key: the key's ARN, exactly the actions that the key policy gives and that work
 * across accounts, and the conditions that belong on this side too. Across accounts both halves are needed (KMS Developer
 * Guide, allowing users in other accounts to use a KMS key).
 */
export function generateIdentityPolicy(request: IdentityPolicyRequest): Counterpart | Refusal {
  const { world, key } = request;
  const party = resolveGrantee(world, request.target);
  if (isRefusal(party)) return party;
  const useCase = request.useCase === undefined ? undefined : useCaseNamed(request.useCase);
  if (request.useCase !== undefined && !useCase) return refusal(`There is no use case "${request.useCase}".`);
  if (typeof request.policyToExtend === 'object' && request.policyToExtend.policy.isFragment)
    return refusal('The policy to add to is a fragment: put "Version" and "Statement" around it first.');
  const given = permissionsInKeyPolicy(key, party, world.organizations);
  const reason = reasonWithoutIdentityPolicy(key, party, given, useCase);
  if (reason !== undefined) return refusal(reason);
  const row = useCase && identityPolicyPermissions(useCase, [{ account: party.account, partition: party.partition ?? key.partition }]);
  const requiredPermissions = requiredPermissionsFor(given, row);
  if (useCase && row && requiredPermissions.length === 0) return refusal(`The key policy gives ${describeGrantee(party)} none of what `
    + `"${useCase.title}" needs: ${missingActionsText([], row)}.`);
  return identityPolicyCounterpart(request, party, requiredPermissions, [
    ...(useCase && row ? identityPolicyUseCaseNotes(useCase, row, party, given) : []),
    ...identityPolicyNotes(key, party, given, world.organizations),
    ...key.policy ? describeConditionalDenials(key, key.policy, party, actionsOfPermissions(requiredPermissions), world.organizations) : [],
  ]);
}

function identityPolicyCounterpart(request: IdentityPolicyRequest, grantee: Grantee, wanted: readonly RequiredPermission[],
  notes: readonly string[]): Counterpart | Refusal {
  const { world, key } = request;
  const keyArn = keyArnWithPlaceholders(key, grantee.partition);
  const named = { ...key, arn: placeholdersAsWords(keyArn) };
  const { relevantPolicies, policyToExtend } = policiesToExtend(request, grantee, named);
  // An ARN with placeholders is not that of the key policy's statements.
  const judged = named.arn === key.arn ? named : { ...named, policy: undefined };
  const requiredPermissions = wanted.flatMap((requiredPermission) =>
    restrictPermissions([requiredPermission],
      ~actionsDeniedByIdentityPolicies(relevantPolicies, judged, grantee, requiredPermission.conditions, world.organizations))
  );
  const denied = actionsOfPermissions(wanted) & ~actionsOfPermissions(requiredPermissions);
  if (requiredPermissions.length === 0)
    return refusal(`Policies of ${describeGrantee(grantee)} deny all that the key policy gives. `
      + 'Change their Deny statement first.');
  const allowed = relevantPolicies.flatMap((policy) =>
    permissionsInIdentityPolicy(policy, named, grantee, world.organizations).map((statementPermissions) => statementPermissions.permission)
  );
  const additions = (policy: DiscoveredPolicy | undefined, missing: readonly RequiredPermission[]) =>
    statementAdditionsFor(missing, {
      policy,
      fits: (statement: Statement) => hasOnlyKeyAsResource(statement, named.arn),
      write: (need, taken) => identityPolicyStatement(need, key, keyArn, taken),
    });
  const missing = missingPermissions(requiredPermissions, allowed);
  const contradictions = describeContradictions(relevantPolicies, judged, grantee,
    actionsOfPermissions(requiredPermissions) & ~actionsOfPermissions(missing), world.organizations);
  if (missing.length === 0 && contradictions.length > 0)
    return refusal('Both policies allow it, and no request is allowed all the same. '
      + contradictions.join(' '));
  const beside = key.policy;
  return createCounterpart({
    policy: policyToExtend,
    additions: additions(policyToExtend, missing),
    newFileStatements: additions(undefined, requiredPermissions),
    newUri: () => beside ? newIdentityPolicyUri({ world, existingUris: request.existingUris ?? [] }, grantee, key, beside) : '',
    declareInManifest: (uri) => manifestDeclarationFor(world, grantee, uri),
    purpose: `${describeGrantee(grantee)} use ${describeKey(key)}`,
    notes: [
      ...notes,
      ...denied === NO_ACTIONS ? [] : [`Left out, since a Deny statement of ${describeGrantee(grantee)} forbids it: `
        + `${joinWithAnd(actionPatternsFor(denied, []))}.`],
      ...contradictions,
    ],
  });
}

function policiesToExtend(request: IdentityPolicyRequest, grantee: Grantee, key: Key): GranteePolicies {
  const { policyToExtend, world } = request;
  if (policyToExtend === 'new') return { relevantPolicies: [], policyToExtend: undefined };
  if (policyToExtend) return { relevantPolicies: [...new Set([...grantee.identity.policies, policyToExtend])], policyToExtend };
  return policiesOfGrantee(world, grantee, key);
}

/** The reason why no identity policy can help, in words; undefined when one can. */
function reasonWithoutIdentityPolicy(key: Key, grantee: Grantee, given: readonly StatementPermissions[], useCase: UseCase | undefined):
  | string
  | undefined {
  if (!key.policy) return `The workspace has no key policy for ${describeKey(key)}, so what it allows is not known.`;
  if (key.awsManaged) return `${capitalizeFirst(describeKey(key))} is an AWS managed key: `
    + 'its key policy cannot be changed and does not allow other accounts. Use a customer managed key.';
  if (key.account === grantee.account) return `Account ${grantee.account} owns the key: this is not cross-account access.`;
  if (key.partition !== undefined && grantee.partition !== undefined && key.partition !== grantee.partition) {
    return `The key is in the partition ${key.partition} and ${describeGrantee(grantee)} in ${grantee.partition}: `
      + 'no access crosses partitions.';
  }
  if (useCase?.servicePrincipal !== undefined && useCase.consumerActions.length === 0) {
    return `For "${useCase.title}" the service calls AWS KMS as itself: only the key policy has to allow ${useCase.servicePrincipal}.`;
  }
  return given.length === 0
    ? `The key policy of ${describeKey(key)} gives ${describeGrantee(grantee)} nothing that works across accounts.`
    : undefined;
}

function requiredPermissionsFor(given: readonly StatementPermissions[], row: UseCasePermissions | undefined): RequiredPermission[] {
  const requiredPermissions = given.map((statementPermissions) => statementPermissions.permission);
  if (!row) return mergePermissions(separateCreateGrant(requiredPermissions));
  const fitting = restrictToUseCase(mergePermissions(requiredPermissions), row);
  // Without a grant there is nothing to retire.
  const retiring = (actionsOfPermissions(fitting) & CREATE_GRANT) === NO_ACTIONS ? NO_ACTIONS : row.directUse.actions & GRANT_ONLY_ACTIONS;
  return mergePermissions(retiring === NO_ACTIONS ? fitting : [...fitting, { ...row.directUse, actions: retiring }]);
}

function identityPolicyUseCaseNotes(useCase: UseCase, row: UseCasePermissions, grantee: Grantee,
  given: readonly StatementPermissions[]): string[] {
  const useful = given.map((statementPermissions) => statementPermissions.permission).filter((requiredPermission) =>
    isUsableForUseCase(requiredPermission, row)
  );
  const lacks = missingActionsText([...useful, { ...row.directUse, actions: GRANT_ONLY_ACTIONS }], row);
  return [
    ...(lacks === '' ? [] : [`The key policy does not give ${describeGrantee(grantee)} ${lacks}, which "${useCase.title}" needs.`]),
    ...(useCase.note === undefined ? [] : [useCase.note]),
  ];
}

function identityPolicyNotes(key: Key, grantee: Grantee, given: readonly StatementPermissions[],
  organizations: World['organizations']): string[] {
  const notes: string[] = [];
  const local = given.reduce<ActionSet>((set, { statement }) => set | actionsWithoutWildcards(statement), NO_ACTIONS) & KEY_ACTIONS
    & ~CROSS_ACCOUNT_ACTIONS;
  if (local !== NO_ACTIONS)
    notes.push('Left out, since it never works on a key of another account: '
      + `${joinWithAnd(actionPatternsFor(local, []))}.`);
  const open = given.flatMap(({ statement }) => undecidedConditions(statement, key, grantee, organizations)).map(describeConditionEntry);
  if (open.length > 0) notes.push(`The key policy also requires of the caller: ${joinWithAnd([...new Set(open)])}.`);
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

/** Single actions that are written out: nobody means all that is behind a wildcard. */
function actionsWithoutWildcards(statement: Statement): ActionSet {
  const patterns = statement.action && !statement.action.negated ? statement.action.patterns : [];
  return patterns.filter((pattern) => !/[*?]/.test(pattern.text.value)).reduce((set, pattern) => set | pattern.actionSet, NO_ACTIONS);
}

/** The statement of an identity policy that asks for what is needed of the key; its Sid counts as taken from then on. */
export function identityPolicyStatement(requiredPermission: RequiredPermission, key: Pick<Key, 'keyId'>, keyArn: string,
  taken: Set<string>): JsonObject {
  return statementObject({ sid: uniqueSid(identityPolicySid(requiredPermission, key), taken),
    actions: actionPatternsFor(requiredPermission.actions, requiredPermission.writtenActions), resource: keyArn,
    conditions: requiredPermission.conditions });
}

/** Letters and digits only: identity policies take nothing else in a Sid. */
export function identityPolicySid(requiredPermission: RequiredPermission, key: Pick<Key, 'keyId'>): string {
  const grants = requiredPermission.conditions.some((condition) => condition.key.toLowerCase() === 'kms:grantisforawsresource');
  return `${grants ? 'GrantsOn' : 'Use'}KmsKey${(keyIdForFileName(key.keyId) ?? '').replace('mrk-', 'Mrk')}`;
}

function capitalizeFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
