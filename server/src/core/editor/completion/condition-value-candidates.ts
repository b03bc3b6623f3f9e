import { accountOfArn } from '../../aws/arn';
import { containsSymbol } from '../../aws/identifier-comparison';
import { describeAccount } from '../../access/text/describe-access';
import { callerOfPrincipal, principalTypesOf } from '../../access/caller';
import { accountsOfPrincipal } from '../../access/account-limit';
import { ACTIONS } from '../../aws/actions';
import { conditionKeyNamed } from '../../aws/condition-keys';
import { parseOperator } from '../../aws/operators';
import { ORGANIZATION_ID_KEYS, ORGANIZATION_PATH_KEYS } from '../../aws/organizations';
import { PRINCIPAL_TYPES } from '../../aws/principal-types';
import { REGIONS } from '../../aws/regions';
import { formatViaService, VIA_SERVICE_SUFFIX, VIA_SERVICES } from '../../aws/services';
import { placeholderMarker } from '../../generate/placeholder-marker';
import type { Condition } from '../../policy/policy';
import { paragraph } from '../hover/rich-text';
import { valueCandidate, type CompletionCandidate } from './candidate';
import { accountArnCandidates, accountCandidates, identityCandidates, relevantRegions } from './workspace-candidates';
import type { PolicyCompletionContext } from './completion-context';
import { servicePrincipalCandidates } from './principal-candidates';
import { CURSOR_MARK } from './completion-target';

const ACCOUNT_KEYS = new Set(['kms:calleraccount', 'aws:principalaccount', 'aws:sourceaccount', 'aws:resourceaccount', 'aws:sourceowner']);
/** Of these accounts the principals have to be. */
const CALLER_KEYS = new Set(['kms:calleraccount', 'aws:principalaccount']);
const REGION_KEYS = new Set(['kms:primaryregion', 'kms:replicaregion', 'aws:requestedregion']);
const ALIAS_KEYS = new Set(['kms:requestalias', 'kms:resourcealiases']);
const IDENTITY_KEYS = new Set(['kms:granteeprincipal', 'kms:retiringprincipal', 'aws:principalarn']);
const SERVICE_KEYS = new Set(['kms:granteeserviceprincipal', 'kms:retiringserviceprincipal', 'aws:principalservicename']);

/** The values that a condition key can have, as far as AWS or the workspace tells them, without those that stand there. */
export function conditionValueCandidates(context: PolicyCompletionContext, condition: Condition): CompletionCandidate[] {
  const present = new Set(condition.values.map(({ value }) => value).filter((value) => !value.includes(CURSOR_MARK)));
  return conditionValuesFor(context, condition).filter(({ label }) => !present.has(label));
}

function conditionValuesFor(context: PolicyCompletionContext, condition: Condition): CompletionCandidate[] {
  const { keyLower, operator } = condition;
  const { info } = parseOperator(operator);
  if (info?.family === 'Null')
    return [
      valueCandidate('true', 0, { detail: 'the request does not have the key' }),
      valueCandidate('false', 1, { detail: 'the request has the key' }),
    ];
  const { world } = context;
  if (ACCOUNT_KEYS.has(keyLower)) return accountValueCandidates(context, keyLower);
  if (keyLower === 'kms:viaservice') return viaServiceCandidates(context, info?.wildcards === true);
  if (REGION_KEYS.has(keyLower)) return regionValueCandidates(context, keyLower === 'aws:requestedregion');
  if (keyLower === 'kms:grantoperations')
    return ACTIONS.filter(({ grantOperation }) => grantOperation)
      .map(({ name, description }) => valueCandidate(name.slice('kms:'.length), 0, { documentation: paragraph(description) }));
  if (ALIAS_KEYS.has(keyLower)) return aliasValueCandidates(context);
  if (ORGANIZATION_ID_KEYS.has(keyLower))
    return [...world.organizations].map(([id, accounts]) => valueCandidate(id, 0, { detail: `${accounts.length} accounts known` }));
  if (ORGANIZATION_PATH_KEYS.has(keyLower))
    return [...world.organizations.keys()].map((id) => valueCandidate(`${id}/*`, 0, { detail: 'the whole organization' }));
  if (IDENTITY_KEYS.has(keyLower)) return identityValueCandidates(context, keyLower);
  if (SERVICE_KEYS.has(keyLower)) return servicePrincipalCandidates(context);
  const key = conditionKeyNamed(condition.key.replaceAll(CURSOR_MARK, ''));
  if (keyLower === 'aws:principaltype') return principalTypeCandidates(context);
  if (key?.values) return key.values.map((value) => valueCandidate(value, 0));
  return key?.type === 'Bool' ? [valueCandidate('true', 0), valueCandidate('false', 1)] : [];
}

/** Accounts of the statement's principals where only those can be true. */
function accountValueCandidates(context: PolicyCompletionContext, keyLower: string): CompletionCandidate[] {
  const { statement, world, kind } = context;
  const allAccounts = [...stackAccountCandidates(context), ...accountCandidates(world)];
  if (kind !== 'key' || !statement || !CALLER_KEYS.has(keyLower)) return allAccounts;
  const principals = statement.principal?.negated === false ? statement.principal.principals : [];
  const isOpen = principals.length === 0 || principals.some(({ form }) => form === 'anyone' || form === 'unknown' || form === 'service');
  if (isOpen) return allAccounts;
  const accounts = new Set(principals.flatMap((principal) => accountsOfPrincipal(principal, statement).map(({ account }) => account)));
  return [...accounts].map((account) => valueCandidate(account, 0, { kind: 'account', detail: world.accounts.get(account) || undefined }));
}

/** `!Ref AWS::AccountId` of a template. */
function stackAccountCandidates({ key, identities }: PolicyCompletionContext): CompletionCandidate[] {
  const account = key?.account ?? identities[0]?.account;
  return account === undefined || !containsSymbol(account) ? []
    : [valueCandidate(account, 0, { kind: 'account', detail: 'the account of this stack' })];
}

/** The types of the statement's principals where only those can be true. */
function principalTypeCandidates({ kind, statement }: PolicyCompletionContext): CompletionCandidate[] {
  const principals = kind === 'key' && statement?.principal?.negated === false ? statement.principal.principals : [];
  const types = new Set(principals.flatMap((principal) => principalTypesOf(callerOfPrincipal(principal)) ?? []));
  return Array.from(PRINCIPAL_TYPES).filter(([value]) => types.size === 0 || types.has(value))
    .map(([value, description]) => valueCandidate(value, 0, { detail: description }));
}

/** Each service in the Regions that keys are in; what was typed so far may name the service, then every Region is offered. */
function viaServiceCandidates(context: PolicyCompletionContext, wildcards: boolean): CompletionCandidate[] {
  const [service = '', ...regionParts] = context.token.prefix.split('.');
  const keyRegions = relevantRegions(context);
  const inAnyRegion = (name: string, rank: number): CompletionCandidate[] =>
    (wildcards ? [valueCandidate(formatViaService(name, '*'), rank, { detail: 'in any Region' })] : []);
  if (regionParts.length > 0 && VIA_SERVICES.has(service)) {
    const regions = new Set([...keyRegions, ...context.key?.region === undefined ? REGIONS.map(({ region }) => region) : []]);
    const candidates = Array.from(regions, (region) =>
      valueCandidate(formatViaService(service, region), keyRegions.includes(region) ? 0 : 1));
    return [...candidates, ...inAnyRegion(service, 2)];
  }
  return [...VIA_SERVICES].flatMap((name) => [
    ...keyRegions.length > 0
      ? keyRegions.map((region) => valueCandidate(formatViaService(name, region), 0))
      : [valueCandidate(formatViaService(name, placeholderMarker('REGION')), 0, { label: `${name}.REGION.${VIA_SERVICE_SUFFIX}` })],
    ...inAnyRegion(name, 1),
  ]);
}

/** @param ofKeyOnly the Region that is called, which for a key is its own */
function regionValueCandidates(context: PolicyCompletionContext, ofKeyOnly: boolean): CompletionCandidate[] {
  const keyRegions = relevantRegions(context);
  const { key } = context;
  const knownPartition = literal(key?.partition);
  const knownRegion = ofKeyOnly ? literal(key?.region) : undefined;
  const stackRegion = key?.region !== undefined && containsSymbol(key.region)
    ? [valueCandidate(key.region, 0, { detail: 'the Region of this stack' })] : [];
  const regions = REGIONS
    .filter(({ region, partition }) => (knownPartition ?? partition) === partition && (knownRegion ?? region) === region)
    .map(({ region, name }) => valueCandidate(region, keyRegions.includes(region) ? 0 : 1, { detail: name }));
  return [...stackRegion, ...regions];
}

/** What is known without a deployment. */
function literal(identifier: string | undefined): string | undefined {
  return identifier === undefined || containsSymbol(identifier) ? undefined : identifier;
}

function aliasValueCandidates({ world, key, formatFile }: PolicyCompletionContext): CompletionCandidate[] {
  const usedValues = new Set<string>();
  return (key ? [key] : world.keys).flatMap(({ aliases, account, policy }) => {
    const documentation = policy ? paragraph(`Key policy: ${formatFile(policy.uri)}`) : undefined;
    return aliases.filter((alias) => !usedValues.has(alias) && usedValues.add(alias))
      .map((alias) => valueCandidate(alias, 0, { detail: describeAccount(world, account), documentation }));
  });
}

/** Of `aws:PrincipalArn` only those whom the principals can be. */
function identityValueCandidates(context: PolicyCompletionContext, keyLower: string): CompletionCandidate[] {
  const { kind, statement, world, key } = context;
  const principals = kind === 'key' && keyLower === 'aws:principalarn' ? statement?.principal?.principals ?? [] : [];
  const accounts = new Set(principals.flatMap(({ account }) => account ?? []));
  const isOpen = accounts.size === 0 || principals.some(({ form }) => form === 'anyone');
  const partition = literal(key?.partition);
  return [
    ...identityCandidates(context, partition, () => 0),
    ...keyLower === 'aws:principalarn' ? [] : accountArnCandidates(world, partition ?? 'aws', () => 2),
  ].filter(({ label }) => isOpen || accounts.has(accountOfArn(label)));
}
