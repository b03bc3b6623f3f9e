import { callerOf } from '../../access/caller';
import { contextValueOf } from '../../access/request-context';
import { hasUnknown } from '../../access/pattern-matching';
import { actionsIn, countActions, NO_ACTIONS } from '../../aws/actions';
import { actionsWithKey, conditionKeyNamed, variablePart, type ConditionKeyInfo } from '../../aws/condition-keys';
import { OPERATOR_PARTS, operatorNamed, type OperatorInfo } from '../../aws/operators';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Condition, Statement } from '../../policy/policy';
import type { HoverContext } from './hover-context';
import { afterColon, asListItem, code, line, link, list, codeNames, paragraph, strong, type Block, type Line } from './rich-text';
import { actionNamesWithoutPrefix, pairsOfStatement } from './action-partitions';

/** What an operator compares, and what goes wrong with it. */
export function operatorHover({ operator, operatorName, setOperator, ifExists, keyMember, values }: Condition,
  statement: Statement): readonly Block[] {
  const info = operatorName === undefined ? undefined : operatorNamed(operatorName);
  if (!info) return paragraph(strong(operator), ': IAM has no such operator.');
  return [
    ...paragraph(line`${strong(operator)}: ${afterColon(info.description)}`),
    ...list(
      setOperator && operatorPartLine(setOperator === 'all' ? 'ForAllValues' : 'ForAnyValue'),
      ifExists ? operatorPartLine('IfExists') : undefined,
      ...operatorPitfalls(info, { setOperator, ifExists }, statement),
      literalWildcardLine(info, values.map(({ value }) => value), keyMember.key.value),
      info.opposite === undefined ? undefined : line`The opposite is ${code(info.opposite)}`,
    ),
    ...paragraph(link('IAM User Guide: condition operators', info.href),
      setOperator === undefined ? '' : line`, ${link('set operators', OPERATOR_PARTS.ForAllValues.href)}`),
  ];
}

function operatorPartLine(part: 'ForAllValues' | 'ForAnyValue' | 'IfExists'): Line {
  return line`${code(part)}: ${asListItem(OPERATOR_PARTS[part].description)}`;
}

/**
 * What requests without the key, or with no value, do to the statement (IAM User Guide, reference_policies_elements_condition_operators).
 */
function operatorPitfalls(info: OperatorInfo, { setOperator, ifExists }: Pick<Condition, 'setOperator' | 'ifExists'>,
  { effect }: Statement): Line[] {
  const isAllow = effect === 'Allow';
  if (info.family === 'Null') return [];
  if (setOperator === 'all' && isAllow)
    return [line`With Allow, a request that does not have the key is allowed; a second condition, Null "false" for the key, excludes it`];
  if (ifExists) return isAllow ? [line`With Allow, a request that does not have the key is allowed`] : [];
  if (setOperator !== undefined) return [];
  if (info.negated)
    return [line`Requests that do not have the key meet it too, so that this statement ${isAllow ? 'allows' : 'denies'} them`];
  return effect === 'Deny' ? [line`Requests that do not have the key are not denied`] : [];
}

function literalWildcardLine({ family, wildcards, name }: OperatorInfo, values: readonly string[], key: string): Line | undefined {
  if (family !== 'String' || wildcards || !values.some((value) => /[*?]/.test(value.replace(/\$\{[^{}]*\}/g, '')))) return undefined;
  const operator = code(name.includes('Not') ? 'StringNotLike' : 'StringLike');
  return line`The * or ? in the value of ${code(key)} is an ordinary character: ${operator} reads it as a wildcard`;
}

/** What a condition key holds, which actions have it, and what the workspace knows of its value. */
export function conditionKeyHover(context: HoverContext, policy: DiscoveredPolicy, statement: Statement,
  condition: Condition): readonly Block[] {
  const { key } = condition;
  const info = conditionKeyNamed(key);
  if (!info) return unknownConditionKeyHover(condition);
  return [
    ...paragraph(line`${strong(key)}: ${afterColon(info.description)}`),
    ...list(
      conditionKeyTypeLine(info),
      conditionKeyVariableLine(info, key),
      info.values === undefined ? undefined : line`One of ${codeNames(info.values, 8)}`,
      info.replacement === undefined ? undefined : line`Deprecated: use ${code(info.replacement)}`,
      policyTypeLine(info, policy),
      actionsWithKeyLine(condition, statement),
      knownValueLine(context, policy, statement, condition),
    ),
    ...paragraph(link(info.href.includes('/kms/') ? 'AWS KMS Developer Guide' : 'IAM User Guide: global condition keys', info.href)),
  ];
}

function unknownConditionKeyHover({ key, keyLower }: Condition): readonly Block[] {
  return keyLower.startsWith('kms:') ? paragraph(strong(key), ': AWS KMS has no condition key of this name, so no request has it.') : [];
}

const CONDITION_KEY_TYPE_NAMES: Readonly<Record<ConditionKeyInfo['type'], string>> = {
  String: 'text', ArrayOfString: 'texts', ARN: 'ARN', Bool: 'true or false', Numeric: 'number', Date: 'date', IPAddress: 'IP address',
};

function conditionKeyTypeLine({ type, multiValued, range }: ConditionKeyInfo): Line {
  const between = range === undefined || type !== 'Numeric' ? '' : ` from ${range[0]} to ${range[1]}`;
  const typeName = `${CONDITION_KEY_TYPE_NAMES[type]}${between}`;
  if (!multiValued) return line`One value in a request (${typeName})`;
  return line`Several values in a request (${typeName}): needs ${code('ForAnyValue:')} or ${code('ForAllValues:')}`;
}

function conditionKeyVariableLine(info: ConditionKeyInfo, key: string): Line | undefined {
  const part = variablePart(info, key);
  return part === undefined || info.range !== undefined ? undefined : line`Here for the name ${code(part)}; capitals do not count in it`;
}

function policyTypeLine({ policyTypes }: ConditionKeyInfo, { policy: { kind } }: DiscoveredPolicy): Line | undefined {
  if (policyTypes.length !== 1) return undefined;
  const isForIdentityPolicies = policyTypes[0] === 'iam-policy';
  const suffix = isForIdentityPolicies === (kind === 'key') ? ', so not for this one' : '';
  return line`For ${isForIdentityPolicies ? 'IAM policies' : 'key policies'} only${suffix}`;
}

/** Which of the statement's actions have the key in their requests; nothing to say of keys that all have. */
function actionsWithKeyLine({ key }: Condition, { action }: Statement): Line | undefined {
  const set = action?.actionSet ?? NO_ACTIONS;
  const allActionsWithKey = actionsWithKey(key);
  const withKey = set & allActionsWithKey;
  if (set === NO_ACTIONS || withKey === set) return undefined;
  if (withKey === NO_ACTIONS)
    return line`None of the statement's actions has it; those that do: ${codeNames(actionNamesWithoutPrefix(allActionsWithKey), 8)}`;
  const withoutKey = set & ~allActionsWithKey;
  return countActions(withoutKey) <= countActions(withKey)
    ? line`Of the statement's actions these do not have it: ${codeNames(actionNamesWithoutPrefix(withoutKey), 8)}`
    : line`Of the statement's actions only these have it: ${codeNames(actionNamesWithoutPrefix(withKey), 8)}`;
}

/** The value that every request of this statement has, where the workspace tells. */
function knownValueLine(context: HoverContext, policy: DiscoveredPolicy, statement: Statement,
  { keyLower, key }: Condition): Line | undefined {
  if (actionsIn(actionsWithKey(key)).length === 0) return undefined;
  const values = new Set<string>();
  for (const { identity, key: record } of pairsOfStatement(context, policy, { ...statement, effect: 'Allow' })) {
    const value = contextValueOf(keyLower, { caller: callerOf(identity), key: record, organizations: context.world.organizations });
    if (value.absence !== 'never' || value.mayHaveMoreValues || value.values.some(hasUnknown)) return undefined;
    for (const text of value.values) values.add(text);
  }
  if (values.size === 0) return undefined;
  return line`Here it is ${values.size > 1 ? 'one of ' : ''}${codeNames([...values], 4)}, as far as the workspace shows`;
}
