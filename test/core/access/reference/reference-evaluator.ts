/**
 * A small and slow evaluator of one request, written from AWS's pages and from nothing else: it shares no code with what it checks.
 *
 * - IAM User Guide, reference_policies_evaluation-logic (a Deny decides, else an Allow is needed) and …-cross-account (both policies have
 * to allow) - IAM User Guide, reference_policies_elements_principal ("a logical OR"), …_notprincipal, …_notaction, …_notresource - KMS
 * Developer Guide, key-policies, key-policy-default ("allows the account to use IAM policies"), key-policy-modifying-external-accounts,
 * alias-access
 */
import { referenceConditionHolds, globMatches, globWithVariablesMatches, type ReferenceCondition,
  type ReferenceContext } from './reference-conditions';

export interface ReferenceCaller {
  readonly account: string;
  /** The user, or the role. */
  readonly arn: string;
  /** Of a role: the session that calls. */
  readonly sessionArn: string | undefined;
}

export interface ReferenceRequest {
  readonly caller: ReferenceCaller;
  readonly action: string;
  readonly keyArn: string;
  readonly context: ReferenceContext;
}

/** A policy as JSON.parse gives it. */
export interface ReferencePolicy {
  readonly Version?: string;
  readonly Statement: readonly Readonly<Record<string, unknown>>[];
}

type ReferenceStatement = ReferencePolicy['Statement'][number];

/**
 * Of the actions that the test asks about those that work on a key of another account (KMS Developer Guide, kms-api-permissions-reference).
 */
const ACROSS_ACCOUNTS = new Set(['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:CreateGrant', 'kms:DescribeKey',
  'kms:ListGrants']);
/** Those that need a permission on an alias besides (alias-access). */
const ON_ALIASES = new Set(['kms:CreateAlias', 'kms:DeleteAlias']);
/** Aliases that a caller may choose; the last is one that no policy names. */
const ALIASES = ['alias/app', 'alias/other', 'alias/chosen-by-nobody'];

/** Whether the request is allowed. A request on an alias is, when some alias is allowed. */
export function isAllowed(keyPolicy: ReferencePolicy, identityPolicies: readonly ReferencePolicy[],
  referenceRequest: ReferenceRequest): boolean {
  const owner = referenceRequest.keyArn.split(':')[4];
  const home = referenceRequest.caller.account === owner;
  if (!home && !ACROSS_ACCOUNTS.has(referenceRequest.action)) return false;
  if (isDenied(keyPolicy, identityPolicies, referenceRequest)) return false;
  const byIdentityPolicy = identityPolicies.some((referencePolicy) =>
    statementsWith(referencePolicy, 'Allow', referenceRequest).some((statement) =>
      coversResource(statement, referenceRequest.keyArn, referencePolicy, referenceRequest)
    )
  );
  const principals = statementsWith(keyPolicy, 'Allow', referenceRequest).flatMap((statement) =>
    principalsMatched(statement, referenceRequest.caller)
  );
  const byKeyPolicy = home
    ? principals.some((principal) => !isAccount(principal)) || principals.length > 0 && byIdentityPolicy
    : principals.length > 0 && byIdentityPolicy;
  return byKeyPolicy
    && (!ON_ALIASES.has(referenceRequest.action) || ALIASES.some((alias) => isAllowedOnAlias(identityPolicies, referenceRequest, alias)));
}

function isDenied(keyPolicy: ReferencePolicy, identityPolicies: readonly ReferencePolicy[], referenceRequest: ReferenceRequest): boolean {
  return statementsWith(keyPolicy, 'Deny', referenceRequest).some((statement) => deniesCaller(statement, referenceRequest.caller))
    || identityPolicies.some((referencePolicy) =>
      statementsWith(referencePolicy, 'Deny', referenceRequest).some((statement) =>
        coversResource(statement, referenceRequest.keyArn, referencePolicy, referenceRequest)
      )
    );
}

function isAllowedOnAlias(identityPolicies: readonly ReferencePolicy[], referenceRequest: ReferenceRequest, alias: string): boolean {
  const [arn, partition, service, region, owner] = referenceRequest.keyArn.split(':');
  const aliasArn = [arn, partition, service, region, owner, alias].join(':');
  const covered = (effect: string): boolean =>
    identityPolicies.some((referencePolicy) =>
      statementsWith(referencePolicy, effect, referenceRequest).some((statement) =>
        coversResource(statement, aliasArn, referencePolicy, referenceRequest)
      )
    );
  return covered('Allow') && !covered('Deny');
}

/** The statements of this effect that are about the action and whose conditions hold. */
function statementsWith(referencePolicy: ReferencePolicy, effect: string, { action, context }: ReferenceRequest): ReferenceStatement[] {
  const variables = referencePolicy.Version === '2012-10-17';
  return referencePolicy.Statement.filter((statement) => statement['Effect'] === effect && coversAction(statement, action)
    && conditionsOf(statement).every((condition) => referenceConditionHolds(condition, context, variables)));
}

function coversAction(statement: ReferenceStatement, action: string): boolean {
  const isNamed = (element: string): boolean =>
    listOf(statement[element]).some((pattern) => globMatches(pattern.toLowerCase(), action.toLowerCase()));
  return 'NotAction' in statement ? !isNamed('NotAction') : isNamed('Action');
}

function coversResource(statement: ReferenceStatement, arn: string, { Version }: ReferencePolicy, { context }: ReferenceRequest): boolean {
  const isNamed = (element: string): boolean =>
    listOf(statement[element]).some((pattern) => globWithVariablesMatches(completed(pattern), arn, context, Version === '2012-10-17'));
  return 'NotResource' in statement ? !isNamed('NotResource') : isNamed('Resource');
}

/** "When you specify an incomplete ARN … AWS automatically completes the ARN by adding wildcard characters (*)" (reference-arns). */
function completed(pattern: string): string {
  const fields = pattern.replace(/\$\{[^}]*\}/g, 'x').split(':').length;
  return pattern === '*' || fields >= 6 ? pattern : `${pattern}${':*'.repeat(6 - fields)}`;
}

function conditionsOf(statement: ReferenceStatement): ReferenceCondition[] {
  const block = (statement['Condition'] ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  return Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator, key, values: listOf(values) }))
  );
}

/** The values of `Principal` that mean the caller. */
function principalsMatched(statement: ReferenceStatement, referenceCaller: ReferenceCaller): string[] {
  return 'Principal' in statement ? valuesOf(statement['Principal']).filter((value) => isPrincipalOf(value, referenceCaller)) : [];
}

/**
 * A `NotPrincipal` spares whom it lists with the account: of a role the role and the session besides. "Deny … with NotPrincipal": AWS looks
 * at account, role and session one after the other (…_notprincipal, "Specifying NotPrincipal with Deny").
 */
function deniesCaller(statement: ReferenceStatement, referenceCaller: ReferenceCaller): boolean {
  if (!('NotPrincipal' in statement)) return principalsMatched(statement, referenceCaller).length > 0;
  const spared = valuesOf(statement['NotPrincipal']);
  const isListed = (names: readonly string[]): boolean => spared.some((value) => value === '*' || names.includes(value));
  const layers = [[referenceCaller.account, rootOf(referenceCaller.account)], [referenceCaller.arn],
    ...referenceCaller.sessionArn === undefined ? [] : [[referenceCaller.sessionArn]]];
  return !layers.every(isListed);
}

function isPrincipalOf(value: string, { account, arn, sessionArn }: ReferenceCaller): boolean {
  return value === '*' || value === account || value === rootOf(account) || value === arn || value === sessionArn;
}

function isAccount(principal: string): boolean {
  return /^\d{12}$/.test(principal) || principal.endsWith(':root');
}

function rootOf(account: string): string {
  return `arn:aws:iam::${account}:root`;
}

function valuesOf(principal: unknown): string[] {
  return typeof principal === 'object' && principal !== null && !Array.isArray(principal)
    ? Object.values(principal).flatMap(listOf)
    : listOf(principal);
}

function listOf(value: unknown): string[] {
  return value === undefined ? [] : (Array.isArray(value) ? value : [value]).map(String);
}
