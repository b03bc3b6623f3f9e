import { OPERATOR_PARTS, OPERATORS, type OperatorInfo, parseOperator, type OperatorFamily, type ParsedOperator } from '../../aws/operators';
import { paragraph, line, list, codeNames } from '../hover/rich-text';
import { OMITTED_VALUE, TYPED_STRING } from '../../syntax/syntax';
import { documentationBlocks, type CompletionCandidate } from './candidate';
import { memberNamesIn, type PolicyCompletionContext } from './completion-context';
import type { ExpectedSyntax } from './completion-target';
import { actionsIn, countActions, NO_ACTIONS, type ActionSet } from '../../aws/actions';
import { CONDITION_KEYS, type ConditionKeyInfo } from '../../aws/condition-keys';
import { placeholderMarker } from '../../generate/placeholder-marker';

/** Families with which a set of values can be compared. */
const SET_OPERATOR_FAMILIES = new Set(['String', 'Arn']);
const COMMON_OPERATORS = new Set(['StringEquals', 'StringLike', 'ArnLike', 'Bool']);

/** The operators that the Condition has not yet, each plain, for sets, and with `IfExists`. */
export function operatorCandidates(context: PolicyCompletionContext,
  { object }: Extract<ExpectedSyntax, { kind: 'operator' }>): CompletionCandidate[] {
  const present = memberNamesIn(object);
  return OPERATORS.flatMap(operatorForms).filter(({ label }) => !present.has(label)).map(({ label, info, rank, partDescription }) => ({
    label, rank, kind: 'operator' as const, detail: info.wildcards ? '* and ? are wildcards' : undefined,
    documentation: documentationBlocks(info, ...paragraph(partDescription)),
    insertion: context.token.valueFollows ? { value: label } : { name: label, value: { [TYPED_STRING]: OMITTED_VALUE } },
    triggersSuggestions: !context.token.valueFollows,
  }));
}

interface OperatorForm {
  readonly label: string;
  readonly info: OperatorInfo;
  readonly rank: number;
  /** What prefix or suffix adds. */
  readonly partDescription: string;
}

function operatorForms(info: OperatorInfo): OperatorForm[] {
  const { name, family } = info;
  const plain = { label: name, info, rank: COMMON_OPERATORS.has(name) ? 0 : 1, partDescription: '' };
  const sets = SET_OPERATOR_FAMILIES.has(family)
    ? (['ForAnyValue', 'ForAllValues'] as const).map((prefix) =>
      ({ label: `${prefix}:${name}`, info, rank: 2, partDescription: OPERATOR_PARTS[prefix].description }))
    : [];
  const ifExists = { label: `${name}IfExists`, info, rank: 3, partDescription: OPERATOR_PARTS.IfExists.description };
  return [plain, ...sets, ...family === 'Null' ? [] : [ifExists]];
}

/** Global keys that policies about KMS keys need again and again; the others come behind. */
const COMMON_GLOBAL_KEYS = new Set([
  ...['OrgID', 'OrgPaths', 'Arn', 'Account', 'IsAWSService'].map((name) => `aws:Principal${name}`),
  ...['Account', 'Arn', 'OrgID', 'Vpce', 'IpAddress'].map((name) => `aws:Source${name}`),
  'aws:ViaAWSService', 'aws:RequestedRegion', 'aws:ResourceAccount', 'aws:CalledVia',
]);
/** Only in requests that a service makes for itself. */
const SERVICE_REQUEST_KEYS = /^aws:(Source(Account|Arn|OrgID|OrgPaths|Owner)|PrincipalServiceName(sList)?)$/;
/** Never in requests that a service makes for itself. */
const CALLER_REQUEST_KEYS = /^(kms:ViaService|aws:(Principal(OrgID|OrgPaths|Tag\/.*)|userid|username|CalledVia.*))$/;
/** Encryption contexts that AWS services use (CloudWatch Logs and CloudTrail guides; docs/aws-rules.md 7.3). */
const ENCRYPTION_CONTEXTS = ['aws:logs:arn', 'aws:cloudtrail:arn', 'aws:s3:arn'];

/** The condition keys that the operator can compare and that requests for the statement's actions have; first those that all have. */
export function conditionKeyCandidates(context: PolicyCompletionContext,
  expected: Extract<ExpectedSyntax, { kind: 'condition-key' }>): CompletionCandidate[] {
  const operator = parseOperator(expected.operator);
  const present = new Set([...memberNamesIn(expected.object)].map((name) => name.toLowerCase()));
  const allowedActionSet = allowedActions(context);
  return CONDITION_KEYS.filter((key) => isComparableWith(operator, key) && isUsableInPolicy(context, key)).flatMap((key) => {
    const names = conditionKeyNames(key).filter((name) => !present.has(name.toLowerCase()));
    return names.flatMap((name) => conditionKeyCandidate(context, operator, key, name, allowedActionSet) ?? []);
  });
}

/** The actions of an Allow; of others nothing can be said by them. */
function allowedActions({ statement }: PolicyCompletionContext): ActionSet {
  const { action, effect } = statement ?? {};
  return effect === 'Deny' || action === undefined || action.negated ? NO_ACTIONS : action.actionSet;
}

function conditionKeyCandidate(context: PolicyCompletionContext, operator: ParsedOperator, key: ConditionKeyInfo, name: string,
  allowedActionSet: ActionSet): CompletionCandidate | undefined {
  const actionsWithoutKey = matchesAbsentKey(operator) ? NO_ACTIONS : allowedActionSet & ~key.actions;
  if (actionsWithoutKey !== NO_ACTIONS && actionsWithoutKey === allowedActionSet) return undefined;
  const actionNames = actionsIn(actionsWithoutKey).map((action) => action.name);
  const isLimited = actionNames.length > 0;
  const absenceText = `not in requests for ${actionNames.length > 3 ? `${actionNames.length} of the actions` : actionNames.join(', ')}`;
  const { valueFollows } = context.token;
  const isDeprecated = key.replacement !== undefined;
  const globalRank = !key.isGlobal ? 0 : COMMON_GLOBAL_KEYS.has(key.name) ? 1 : 2;
  return {
    label: name, kind: 'condition-key', deprecated: isDeprecated,
    detail: isDeprecated ? `deprecated: use ${key.replacement}` : isLimited ? absenceText : conditionKeyTypeText(key),
    rank: (isDeprecated ? 4 : 0) + globalRank + (isLimited ? 2 : 0),
    documentation: documentationBlocks(key, ...list(
      line`Holds: ${conditionKeyTypeText(key)}`,
      key.valueFormat === undefined ? undefined : line`Written as: ${key.valueFormat}`,
      key.values === undefined ? undefined : line`Values: ${codeNames(key.values)}`,
      key.isGlobal ? undefined : line`In requests for ${String(countActions(key.actions))} actions`,
      isLimited ? line`Not in requests for ${codeNames(actionNames)}` : undefined,
    ), ...paragraph(key.note ?? '')),
    insertion: valueFollows ? { value: name } : { name, value: key.multiValued ? [TYPED_STRING] : TYPED_STRING },
    triggersSuggestions: !valueFollows && key.prefix === undefined,
  };
}

/** Keys with a name to fill in: known names, then one to write. */
function conditionKeyNames({ name, prefix, range }: ConditionKeyInfo): string[] {
  if (prefix === undefined) return [name];
  const start = name.slice(0, prefix.length);
  if (range) return [`${start}${range[0]}`];
  return [...prefix === 'kms:encryptioncontext:' ? ENCRYPTION_CONTEXTS.map((context) => start + context) : [],
    start + placeholderMarker('KEY')];
}

function isComparableWith({ info, setOperator }: ParsedOperator, key: ConditionKeyInfo): boolean {
  if (info === undefined) return true;
  if (info.family === 'Null') return setOperator === undefined;
  return operatorFamiliesFor(key).includes(info.family) && key.multiValued === (setOperator !== undefined);
}

/** The families that rules take for fitting: a string may hold an ARN only where its name says so. */
function operatorFamiliesFor({ type, name }: ConditionKeyInfo): readonly OperatorFamily[] {
  switch (type) {
    case 'String':
      return /(Principal|Arn|:\$\{)/.test(name) && !/ServicePrincipal|Org|Account|Type|Tag/.test(name) ? ['String', 'Arn'] : ['String'];
    case 'ArrayOfString': return ['String'];
    case 'ARN': return ['Arn', 'String'];
    case 'Bool': return ['Bool'];
    case 'Numeric': return ['Numeric'];
    case 'Date': return ['Date', 'Numeric'];
    case 'IPAddress': return ['IpAddress'];
  }
}

function isUsableInPolicy({ kind, statement }: PolicyCompletionContext, { name, policyTypes }: ConditionKeyInfo): boolean {
  if (kind === 'key' && !policyTypes.includes('key-policy') || kind === 'identity' && !policyTypes.includes('iam-policy')) return false;
  if (kind === 'identity') return !SERVICE_REQUEST_KEYS.test(name);
  const forms = statement?.effect === 'Allow' ? (statement.principal?.principals ?? []).map(({ form }) => form) : [];
  if (forms.length === 0) return true;
  if (forms.every((form) => form === 'service')) return !CALLER_REQUEST_KEYS.test(name);
  return forms.includes('service') || !SERVICE_REQUEST_KEYS.test(name);
}

/** Negated operators, `…IfExists` and `Null` hold for requests without the key too. */
function matchesAbsentKey({ info, ifExists, setOperator }: ParsedOperator): boolean {
  return info === undefined || info.negated || info.family === 'Null' || ifExists || setOperator === 'all';
}

function conditionKeyTypeText({ type, multiValued, values }: ConditionKeyInfo): string {
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
