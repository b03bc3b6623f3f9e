import { actionsIn, countActions, NO_ACTIONS, type ActionSet } from '../../aws/actions';
import { CONDITION_KEYS, type ConditionKeyInfo } from '../../aws/condition-keys';
import { readOperator, type OperatorFamily, type ReadOperator } from '../../aws/operators';
import { placeholder } from '../../generate/placeholder';
import type { JsonValue } from '../../parse/edit';
import { line, list, names, paragraph } from '../hover/rich';
import { HERE, page, type Candidate } from './candidate';
import { namesIn, type Place } from './place';
import type { Wanted } from './slot';

/** Global keys that policies about KMS keys need again and again; the others come behind. */
const USUAL_GLOBAL = /^aws:(Principal(OrgID|OrgPaths|Arn|Account|IsAWSService)|Source(Account|Arn|OrgID|Vpce|IpAddress)|ViaAWSService|RequestedRegion|ResourceAccount|CalledVia)$/;
/** Only in requests that a service makes for itself. */
const OF_SERVICES = /^aws:(Source(Account|Arn|OrgID|OrgPaths|Owner)|PrincipalServiceName(sList)?)$/;
/** Never in requests that a service makes for itself. */
const OF_PEOPLE = /^(kms:ViaService|aws:(Principal(OrgID|OrgPaths|Tag\/.*)|userid|username|CalledVia.*))$/;
/** Encryption contexts that AWS services use (CloudWatch Logs and CloudTrail guides; docs/aws-rules.md 7.3). */
const ENCRYPTION_CONTEXTS = ['aws:logs:arn', 'aws:cloudtrail:arn', 'aws:s3:arn'];

/** The condition keys that the operator can compare and that requests for the statement's actions have; first those that all have. */
export function conditionKeyCandidates(place: Place, wants: Extract<Wanted, { what: 'condition-key' }>): Candidate[] {
  const operator = readOperator(wants.operator);
  const present = new Set([...namesIn(wants.object)].map((name) => name.toLowerCase()));
  const asked = askedActions(place);
  return CONDITION_KEYS
    .filter((key) => fitsOperator(operator, key) && fitsPolicy(place, key))
    .flatMap((key) => namesOf(key).filter((name) => !present.has(name.toLowerCase())).flatMap((name) => candidate(place, operator, key, name, asked) ?? []));
}

/** The actions of an Allow; of others nothing can be said by them. */
function askedActions({ statement }: Place): ActionSet {
  const { action, effect } = statement ?? {};
  return effect === 'Deny' || action === undefined || action.negated ? NO_ACTIONS : action.set;
}

function candidate(place: Place, operator: ReadOperator, key: ConditionKeyInfo, name: string, asked: ActionSet): Candidate | undefined {
  const lacking = mayBeAbsent(operator) ? NO_ACTIONS : asked & ~key.actions;
  if (lacking !== NO_ACTIONS && lacking === asked) return undefined;
  const without = actionsIn(lacking).map((action) => action.name);
  const some = `not in requests for ${without.length > 3 ? `${without.length} of the actions` : without.join(', ')}`;
  const { colonFollows } = place.token;
  return {
    label: name, kind: 'condition-key', deprecated: key.replacement !== undefined,
    detail: key.replacement !== undefined ? `deprecated: use ${key.replacement}` : without.length > 0 ? some : typeOf(key),
    rank: (key.replacement === undefined ? 0 : 4) + (key.global ? USUAL_GLOBAL.test(key.name) ? 1 : 2 : 0) + (without.length > 0 ? 2 : 0),
    documentation: page(key, ...list(
      line`Holds: ${typeOf(key)}`,
      key.valueFormat === undefined ? undefined : line`Written as: ${key.valueFormat}`,
      key.values === undefined ? undefined : line`Values: ${names(key.values)}`,
      key.global ? undefined : line`In requests for ${String(countActions(key.actions))} actions`,
      without.length > 0 ? line`Not in requests for ${names(without)}` : undefined,
    ), ...paragraph(key.note ?? '')),
    writes: colonFollows ? { value: name } : { name, value: valueFor(key) },
    goesOn: !colonFollows && key.prefix === undefined,
  };
}

/** Keys with a name to fill in: known names, then one to write. */
function namesOf({ name, prefix, range }: ConditionKeyInfo): string[] {
  if (prefix === undefined) return [name];
  const start = name.slice(0, prefix.length);
  if (range) return [`${start}${range[0]}`];
  return [...prefix === 'kms:encryptioncontext:' ? ENCRYPTION_CONTEXTS.map((context) => start + context) : [], start + placeholder('KEY')];
}

function valueFor(key: ConditionKeyInfo): JsonValue {
  return key.multiValued ? [HERE] : HERE;
}

function fitsOperator({ info, set }: ReadOperator, key: ConditionKeyInfo): boolean {
  if (info === undefined) return true;
  if (info.family === 'Null') return set === undefined;
  return familiesOf(key).includes(info.family) && key.multiValued === (set !== undefined);
}

/** The families that rules take for fitting: a string may hold an ARN only where its name says so. */
function familiesOf({ type, name }: ConditionKeyInfo): readonly OperatorFamily[] {
  switch (type) {
    case 'String': return /(Principal|Arn|:\$\{)/.test(name) && !/ServicePrincipal|Org|Account|Type|Tag/.test(name) ? ['String', 'Arn'] : ['String'];
    case 'ArrayOfString': return ['String'];
    case 'ARN': return ['Arn', 'String'];
    case 'Bool': return ['Bool'];
    case 'Numeric': return ['Numeric'];
    case 'Date': return ['Date', 'Numeric'];
    case 'IPAddress': return ['IpAddress'];
  }
}

function fitsPolicy({ kind, statement }: Place, { name, policyTypes }: ConditionKeyInfo): boolean {
  if (kind === 'key' && !policyTypes.includes('key-policy') || kind === 'identity' && !policyTypes.includes('iam-policy')) return false;
  if (kind === 'identity') return !OF_SERVICES.test(name);
  const forms = statement?.effect === 'Allow' ? (statement.principal?.principals ?? []).map(({ form }) => form) : [];
  if (forms.length === 0) return true;
  if (forms.every((form) => form === 'service')) return !OF_PEOPLE.test(name);
  return forms.includes('service') || !OF_SERVICES.test(name);
}

/** Negated operators, `…IfExists` and `Null` hold for requests without the key too. */
function mayBeAbsent({ info, ifExists, set }: ReadOperator): boolean {
  return info === undefined || info.negated || info.family === 'Null' || ifExists || set === 'all';
}

function typeOf({ type, multiValued, values }: ConditionKeyInfo): string {
  if (multiValued) return 'several values';
  if (values && values.length > 0) return 'one of a few values';
  switch (type) {
    case 'Bool': return 'true or false';
    case 'ARN': return 'ARN';
    case 'Numeric': return 'number';
    case 'Date': return 'date';
    case 'IPAddress': return 'IP address';
    default: return 'text';
  }
}
