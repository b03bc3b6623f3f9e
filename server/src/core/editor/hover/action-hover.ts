import { verdictGroupOf } from '../../access/pair-verdicts';
import { describeCount } from '../../access/text/describe-access';
import {
  actionsIn, countActions, KEY_ACTIONS, NO_ACTIONS, type ActionInfo, type ActionSet,
} from '../../aws/actions';
import { conditionKeyNamed } from '../../aws/condition-keys';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { ActionElement, ActionPattern, Statement } from '../../policy/policy';
import { limitedLines } from './cards';
import { isDenialReported, type HoverContext } from './hover-context';
import { afterColon, joinLines, line, link, list, codeNames, paragraph, strong, type Block, type Line } from './rich-text';
import { actionNamesWithoutPrefix, partitionByEffect, pairsOfStatement, actionVerdictLine } from './action-partitions';

/** Verdicts on one action are whole sentences: no more of them than this. */
const MAX_VERDICTS = 3;

/** One action: what it does and where. A pattern: what it covers, and what of that works here. Nothing for other services. */
export function actionHover(context: HoverContext, policy: DiscoveredPolicy, statement: Statement, element: ActionElement,
  pattern: ActionPattern): readonly Block[] {
  const { text: { value, placeholders }, actionSet, service } = pattern;
  if (service === 'other' || placeholders.length > 0) return [];
  const hasWildcard = /[*?]/.test(value);
  const [action, ...furtherActions] = actionsIn(actionSet);
  if (!action) return unknownActionHover(value, hasWildcard);
  if (!hasWildcard && furtherActions.length === 0) {
    const effectBlocks = element.negated ? notActionText(statement) : actionInStatement(context, policy, statement, action);
    const { name, description, href } = action;
    const page = href.includes('/APIReference/') ? `AWS KMS API: ${href.replace(/^.*API_|\.html$/g, '')}` : 'AWS KMS Developer Guide';
    return [
      ...paragraph(line`${strong(name)}: ${afterColon(description)}`), ...effectBlocks, ...actionFacts(action),
      ...paragraph(link(page, href)),
    ];
  }
  return wildcardHover(context, policy, statement, element, pattern);
}

function unknownActionHover(value: string, hasWildcard: boolean): readonly Block[] {
  const text = hasWildcard ? 'no action of AWS KMS has such a name' : 'AWS KMS has no action of this name';
  return paragraph(strong(value), `: ${text}, so it has no effect.`);
}

/** What holds of an action wherever it stands. */
export function actionFacts(action: ActionInfo): readonly Block[] {
  return list(
    line`Access level ${action.accessLevel}, ${resourceTypeText(action)}, ${accountsText(action)}`,
    keyTypesLine(action),
    conditionKeysLine(action),
    action.grantOperation ? line`A grant can give it` : undefined,
  );
}

function resourceTypeText({ resourceTypes, policyType }: ActionInfo): string {
  if (resourceTypes.length === 0) return 'on no resource ("Resource": "*", in IAM policies only)';
  const on = resourceTypes.map((type) => (type === 'key' ? 'a key' : 'an alias')).join(' and ');
  return `on ${on}${policyType === 'iam-policy' ? ', in IAM policies only' : ''}`;
}

function accountsText({ crossAccount, resourceTypes }: ActionInfo): string {
  if (crossAccount) return 'works across accounts';
  return resourceTypes.length === 0 ? 'about the caller\'s own account' : 'in the account of the key only';
}

const KEY_TYPE_NAMES: Readonly<Record<string, string>> = {
  'symmetric': 'symmetric',
  'hmac': 'HMAC',
  'asym:ENCRYPT_DECRYPT': 'asymmetric for encryption',
  'asym:SIGN_VERIFY': 'asymmetric for signatures',
  'asym:KEY_AGREEMENT': 'asymmetric for key agreement',
  'asym:ENCAPSULATE_DECAPSULATE': 'ML-KEM',
};

function keyTypesLine({ keyTypes }: ActionInfo): Line | undefined {
  if (keyTypes.length === 0) return undefined;
  const areAllKeyTypes = Object.keys(KEY_TYPE_NAMES).every((type) => keyTypes.includes(type));
  return areAllKeyTypes ? line`Keys of every type` : line`Key types: ${joinLines(keyTypes.map((type) => KEY_TYPE_NAMES[type] ?? type))}`;
}

/** Those that nearly every action on a key has are told in one word. */
function conditionKeysLine({ conditionKeys, resourceTypes }: ActionInfo): Line | undefined {
  if (conditionKeys.length === 0) return undefined;
  const specificKeys = new Set(conditionKeys.filter((name) => !isCommonConditionKey(name))
    .map((name) => name.replace(/^(kms:RecipientAttestation:).*/, '$1…').replace(/\$\{.*/, '…')));
  const commonKeysText = resourceTypes.includes('key') ? 'those of every action on a key' : '';
  if (specificKeys.size === 0) return line`Condition keys: ${commonKeysText === '' ? codeNames(conditionKeys) : commonKeysText}`;
  return line`Condition keys: ${codeNames([...specificKeys], 8)}${commonKeysText === '' ? '' : ` and ${commonKeysText}`}`;
}

function isCommonConditionKey(name: string): boolean {
  const actions = conditionKeyNamed(name)?.actions ?? NO_ACTIONS;
  return countActions(actions & KEY_ACTIONS) > countActions(KEY_ACTIONS) / 2;
}

/** How the action stands in this statement. */
function actionInStatement(context: HoverContext, policy: DiscoveredPolicy, statement: Statement, action: ActionInfo): readonly Block[] {
  const pairs = pairsOfStatement(context, policy, statement).filter(({ verdicts }) => verdictGroupOf(verdicts, action) !== undefined);
  if (isDenialReported(context, pairs, ({ verdicts }) => verdictGroupOf(verdicts, action)?.verdict.outcome === 'denied')) return [];
  const verdicts = limitedLines(pairs, (pair) => actionVerdictLine(context, pair, action), MAX_VERDICTS + 1);
  if (verdicts.length > 0) return verdicts.flatMap((verdict) => paragraph(verdict));
  return partitionByEffect(context, policy, statement, action.bit)
    .filter(({ title }) => /without effect|across|Only a grant/i.test(title))
    .flatMap(({ title }) => paragraph(strong(`${title.replace(/^Do not work/, 'Does not work')}.`)));
}

/** An action of `NotAction`. */
function notActionText({ effect }: Statement): readonly Block[] {
  return paragraph(`This statement ${effect === 'Deny' ? 'denies' : 'is about'} everything but what is in NotAction.`);
}

function wildcardHover(context: HoverContext, policy: DiscoveredPolicy, statement: Statement, element: ActionElement,
  { text: { value }, actionSet, service }: ActionPattern): readonly Block[] {
  const head = paragraph(line`${strong(value)}: ${coverageText(policy, service, actionSet)}`);
  const partitions = element.negated ? [] : partitionByEffect(context, policy, statement, actionSet);
  if (partitions.length === 0)
    return [...head, ...paragraph(codeNames(actionNamesWithoutPrefix(actionSet), 24)),
      ...(element.negated ? notActionText(statement) : [])];
  const maxNames = partitions.length > 3 ? 10 : 16;
  const lines = partitions.map(({ title, actions }) =>
    line`${strong(title)} (${String(countActions(actions))}): ${codeNames(actionNamesWithoutPrefix(actions), maxNames)}`);
  return [...head, ...list(...lines)];
}

/** A key policy gives what is about a key and nothing else, whatever the pattern covers besides. */
function coverageText({ policy: { kind } }: DiscoveredPolicy, service: ActionPattern['service'], set: ActionSet): string {
  if (kind !== 'key' && service === 'any') return `every action of every service, the ${countActions(set)} of AWS KMS among them`;
  const count = countActions(kind === 'key' ? set & KEY_ACTIONS : set);
  return `${describeCount(count, 'action')} ${kind === 'key' ? 'on a key' : 'of AWS KMS'}, and future actions that match`;
}
