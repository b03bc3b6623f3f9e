import { accountOfArn } from '../../aws/arn';
import { accountName } from '../../access/say';
import { callerOfPrincipal, principalTypesOf } from '../../access/caller';
import { accountsOfPrincipal } from '../../access/account-limit';
import { ACTIONS } from '../../aws/actions';
import { conditionKeyNamed } from '../../aws/condition-keys';
import { readOperator } from '../../aws/operators';
import { ORGANIZATION_ID_KEYS, ORGANIZATION_PATH_KEYS } from '../../aws/organizations';
import { PRINCIPAL_TYPES } from '../../aws/principal-types';
import { REGIONS } from '../../aws/regions';
import { formatViaService, VIA_SERVICE_SUFFIX, VIA_SERVICES } from '../../aws/services';
import { placeholder } from '../../generate/placeholder';
import type { Condition } from '../../model/policy';
import { paragraph } from '../hover/rich';
import { plain, type Candidate } from './candidate';
import { accountArnCandidates, accountCandidates, identityCandidates, regionsOf } from './known';
import type { Place } from './place';
import { servicePrincipals } from './principals';
import { MARK } from './slot';

const ACCOUNT_KEYS = new Set(['kms:calleraccount', 'aws:principalaccount', 'aws:sourceaccount', 'aws:resourceaccount', 'aws:sourceowner']);
/** Of these accounts the principals have to be. */
const CALLER_KEYS = new Set(['kms:calleraccount', 'aws:principalaccount']);
const REGION_KEYS = new Set(['kms:primaryregion', 'kms:replicaregion', 'aws:requestedregion']);
const ALIAS_KEYS = new Set(['kms:requestalias', 'kms:resourcealiases']);
const IDENTITY_KEYS = new Set(['kms:granteeprincipal', 'kms:retiringprincipal', 'aws:principalarn']);
const SERVICE_KEYS = new Set(['kms:granteeserviceprincipal', 'kms:retiringserviceprincipal', 'aws:principalservicename']);

/** The values that a condition key can have, as far as AWS or the workspace tells them, without those that stand there. */
export function conditionValueCandidates(place: Place, condition: Condition): Candidate[] {
  const present = new Set(condition.values.map(({ value }) => value).filter((value) => !value.includes(MARK)));
  return valuesFor(place, condition).filter(({ label }) => !present.has(label));
}

function valuesFor(place: Place, condition: Condition): Candidate[] {
  const { keyLower, operator } = condition;
  const { info } = readOperator(operator);
  if (info?.family === 'Null') return [plain('true', 0, { detail: 'the request does not have the key' }), plain('false', 1, { detail: 'the request has the key' })];
  const { world } = place;
  if (ACCOUNT_KEYS.has(keyLower)) return accountValues(place, keyLower);
  if (keyLower === 'kms:viaservice') return viaServices(place, info?.wildcards === true);
  if (REGION_KEYS.has(keyLower)) return regionValues(place, keyLower === 'aws:requestedregion');
  if (keyLower === 'kms:grantoperations') return ACTIONS.filter(({ grantOperation }) => grantOperation).map((action) => plain(action.name.slice('kms:'.length), 0, { documentation: paragraph(action.description) }));
  if (ALIAS_KEYS.has(keyLower)) return aliasValues(place);
  if (ORGANIZATION_ID_KEYS.has(keyLower)) return [...world.organizations].map(([id, accounts]) => plain(id, 0, { detail: `${accounts.length} accounts known` }));
  if (ORGANIZATION_PATH_KEYS.has(keyLower)) return [...world.organizations.keys()].map((id) => plain(`${id}/*`, 0, { detail: 'the whole organization' }));
  if (IDENTITY_KEYS.has(keyLower)) return identityValues(place, keyLower);
  if (SERVICE_KEYS.has(keyLower)) return servicePrincipals(place);
  const key = conditionKeyNamed(condition.key.replaceAll(MARK, ''));
  if (keyLower === 'aws:principaltype') return principalTypes(place);
  if (key?.values) return key.values.map((value) => plain(value, 0));
  return key?.type === 'Bool' ? [plain('true', 0), plain('false', 1)] : [];
}

/** Accounts of the statement's principals where only those can be true. */
function accountValues(place: Place, keyLower: string): Candidate[] {
  const { statement, world, kind } = place;
  if (kind !== 'key' || !statement || !CALLER_KEYS.has(keyLower)) return accountCandidates(world);
  const principals = statement.principal?.negated === false ? statement.principal.principals : [];
  const open = principals.length === 0 || principals.some(({ form }) => form === 'anyone' || form === 'unknown' || form === 'service');
  if (open) return accountCandidates(world);
  const accounts = new Set(principals.flatMap((principal) => accountsOfPrincipal(principal, statement).map(({ account }) => account)));
  return [...accounts].map((account) => plain(account, 0, { kind: 'account', detail: world.accounts.get(account) || undefined }));
}

/** The types of the statement's principals where only those can be true. */
function principalTypes({ kind, statement }: Place): Candidate[] {
  const principals = kind === 'key' && statement?.principal?.negated === false ? statement.principal.principals : [];
  const types = new Set(principals.flatMap((principal) => principalTypesOf(callerOfPrincipal(principal)) ?? []));
  return Array.from(PRINCIPAL_TYPES).filter(([value]) => types.size === 0 || types.has(value)).map(([value, who]) => plain(value, 0, { detail: who }));
}

/** Each service in the Regions that keys are in; what was typed so far may name the service, then every Region is offered. */
function viaServices(place: Place, wildcards: boolean): Candidate[] {
  const [service, ...rest] = place.token.typed.split('.');
  const near = regionsOf(place);
  if (service !== undefined && rest.length > 0 && VIA_SERVICES.has(service)) {
    return [...new Set([...near, ...place.key?.region === undefined ? REGIONS.map(({ region }) => region) : []])].map((region) => plain(formatViaService(service, region), near.includes(region) ? 0 : 1))
      .concat(wildcards ? [plain(formatViaService(service, '*'), 2, { detail: 'in any Region' })] : []);
  }
  return [...VIA_SERVICES].flatMap((name) => [
    ...near.map((region) => plain(formatViaService(name, region), 0)),
    ...near.length > 0 ? [] : [plain(formatViaService(name, placeholder('REGION')), 0, { label: `${name}.REGION.${VIA_SERVICE_SUFFIX}`, writes: { value: formatViaService(name, placeholder('REGION')) } })],
    ...wildcards ? [plain(formatViaService(name, '*'), 1, { detail: 'in any Region' })] : [],
  ]);
}

/** @param own the Region that is called, which for a key is its own */
function regionValues(place: Place, own: boolean): Candidate[] {
  const near = regionsOf(place);
  const { key } = place;
  return REGIONS.filter(({ region, partition }) => (key?.partition ?? partition) === partition && (!own || (key?.region ?? region) === region))
    .map(({ region, name }) => plain(region, near.includes(region) ? 0 : 1, { detail: name }));
}

function aliasValues({ world, key, file }: Place): Candidate[] {
  const keys = key ? [key] : world.keys;
  const seen = new Set<string>();
  return keys.flatMap((one) => one.aliases.filter((alias) => !seen.has(alias) && seen.add(alias)).map((alias) => plain(alias, 0, {
    detail: accountName(world, one.account), ...one.policy ? { documentation: paragraph(`Key policy: ${file(one.policy.uri)}`) } : {},
  })));
}

/** Of `aws:PrincipalArn` only those whom the principals can be. */
function identityValues(place: Place, keyLower: string): Candidate[] {
  const { kind, statement, world, key } = place;
  const principals = kind === 'key' && keyLower === 'aws:principalarn' ? statement?.principal?.principals ?? [] : [];
  const accounts = new Set(principals.flatMap(({ account }) => account ?? []));
  const open = accounts.size === 0 || principals.some(({ form }) => form === 'anyone');
  const partition = key?.partition;
  return [
    ...identityCandidates(place, partition, () => 0),
    ...keyLower === 'aws:principalarn' ? [] : accountArnCandidates(world, partition ?? 'aws', () => 2),
  ].filter(({ label }) => open || accounts.has(accountOfArn(label)));
}
