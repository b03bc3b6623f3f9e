import { counted } from '../../access/say';
import {
  actionsIn, countActions, KEY_ACTIONS, NO_ACTIONS, type ActionInfo, type ActionSet,
} from '../../aws/actions';
import { conditionKeyNamed } from '../../aws/condition-keys';
import type { LocatedPolicy } from '../../locate/located';
import type { ActionElement, ActionPattern, Statement } from '../../model/policy';
import { firstFew } from './cards';
import type { HoverContext } from './context';
import { afterColon, joined, line, link, list, names, paragraph, strong, type Block, type Line } from './rich';
import { bareNames, divide, pairsOf, verdictLine } from './standing';

/** Verdicts on one action are whole sentences: no more of them than this. */
const MOST_VERDICTS = 3;

/** One action: what it does and where. A pattern: what it covers, and what of that works here. Nothing for other services. */
export function actionHover(context: HoverContext, policy: LocatedPolicy, statement: Statement, element: ActionElement, pattern: ActionPattern): readonly Block[] {
  const { text: { value, holes }, set, service } = pattern;
  if (service === 'other' || holes.length > 0) return [];
  const wildcard = /[*?]/.test(value);
  const [action, ...others] = actionsIn(set);
  if (!action) return nothing(value, wildcard);
  if (!wildcard && others.length === 0) {
    const standing = element.negated ? allBut(statement) : here(context, policy, statement, action);
    return [...doesLine(action), ...standing, ...aboutAction(action), ...actionPage(action)];
  }
  return wildcardHover(context, policy, statement, element, pattern);
}

function nothing(value: string, wildcard: boolean): readonly Block[] {
  return paragraph(strong(value), wildcard ? ': no action of AWS KMS has such a name, so it has no effect.' : ': AWS KMS has no action of this name, so it has no effect.');
}

function doesLine({ name, description }: ActionInfo): readonly Block[] {
  return paragraph(line`${strong(name)}: ${afterColon(description)}`);
}

/** What holds of an action wherever it stands. */
export function aboutAction(action: ActionInfo): readonly Block[] {
  return list(
    line`${levelText(action)}, ${resourceText(action)}, ${action.crossAccount ? 'works across accounts' : noCrossText(action)}`,
    keyTypesLine(action),
    conditionKeysLine(action),
    action.grantOperation ? line`A grant can give it` : undefined,
  );
}

function actionPage({ href }: ActionInfo): readonly Block[] {
  return paragraph(link(href.includes('/APIReference/') ? `AWS KMS API: ${href.replace(/^.*API_|\.html$/g, '')}` : 'AWS KMS Developer Guide', href));
}

function levelText({ accessLevel }: ActionInfo): string {
  return `Access level ${accessLevel}`;
}

function resourceText({ resourceTypes, policyType }: ActionInfo): string {
  if (resourceTypes.length === 0) return 'on no resource ("Resource": "*", in IAM policies only)';
  const on = resourceTypes.map((type) => (type === 'key' ? 'a key' : 'an alias')).join(' and ');
  return `on ${on}${policyType === 'iam-policy' ? ', in IAM policies only' : ''}`;
}

function noCrossText({ resourceTypes }: ActionInfo): string {
  return resourceTypes.length === 0 ? 'about the caller\'s own account' : 'in the account of the key only';
}

const KEY_TYPES: Readonly<Record<string, string>> = {
  'symmetric': 'symmetric',
  'hmac': 'HMAC',
  'asym:ENCRYPT_DECRYPT': 'asymmetric for encryption',
  'asym:SIGN_VERIFY': 'asymmetric for signatures',
  'asym:KEY_AGREEMENT': 'asymmetric for key agreement',
  'asym:ENCAPSULATE_DECAPSULATE': 'ML-KEM',
};

function keyTypesLine({ keyTypes }: ActionInfo): Line | undefined {
  if (keyTypes.length === 0) return undefined;
  const all = Object.keys(KEY_TYPES).every((type) => keyTypes.includes(type));
  return all ? line`Keys of every type` : line`Key types: ${joined(keyTypes.map((type) => KEY_TYPES[type] ?? type))}`;
}

/** Those that nearly every action on a key has are told in one word. */
function conditionKeysLine({ conditionKeys, resourceTypes }: ActionInfo): Line | undefined {
  const own = [...new Set(conditionKeys.filter((name) => !isCommon(name)).map((name) => name.replace(/^(kms:RecipientAttestation:).*/, '$1…').replace(/\$\{.*/, '…')))];
  const common = resourceTypes.includes('key') ? 'those of every action on a key' : '';
  if (own.length === 0) return conditionKeys.length === 0 ? undefined : line`Condition keys: ${common === '' ? names(conditionKeys) : common}`;
  return line`Condition keys: ${names(own, 8)}${common === '' ? '' : ` and ${common}`}`;
}

function isCommon(name: string): boolean {
  const actions = conditionKeyNamed(name)?.actions ?? NO_ACTIONS;
  return countActions(actions & KEY_ACTIONS) > countActions(KEY_ACTIONS) / 2;
}

/** How the action stands in this statement. */
function here(context: HoverContext, policy: LocatedPolicy, statement: Statement, action: ActionInfo): readonly Block[] {
  const verdicts = firstFew(pairsOf(context, policy, statement), (pair) => verdictLine(context, pair, action), MOST_VERDICTS + 1);
  if (verdicts.length > 0) return verdicts.flatMap((verdict) => paragraph(verdict));
  return divide(context, policy, statement, action.bit)
    .filter(({ title }) => /without effect|across|Only a grant/i.test(title))
    .flatMap(({ title }) => paragraph(strong(`${title.replace(/^Do not work/, 'Does not work')}.`)));
}

/** An action of `NotAction`. */
function allBut({ effect }: Statement): readonly Block[] {
  return paragraph(effect === 'Deny' ? 'This statement denies everything but what is in NotAction.' : 'This statement is about everything but what is in NotAction.');
}

function wildcardHover(context: HoverContext, policy: LocatedPolicy, statement: Statement, element: ActionElement, { text: { value }, set, service }: ActionPattern): readonly Block[] {
  const covers = coverText(policy, service, set);
  const head = paragraph(line`${strong(value)}: ${covers}`);
  const divided = element.negated ? [] : divide(context, policy, statement, set);
  if (divided.length === 0) return [...head, ...paragraph(names(bareNames(set), 24)), ...(element.negated ? allBut(statement) : [])];
  return [...head, ...list(...divided.map(({ title, actions }) => line`${strong(title)} (${String(countActions(actions))}): ${names(bareNames(actions), divided.length > 3 ? 10 : 16)}`))];
}

/** A key policy gives what is about a key and nothing else, whatever the pattern covers besides. */
function coverText({ policy: { kind } }: LocatedPolicy, service: ActionPattern['service'], set: ActionSet): string {
  if (kind === 'key') return `${countText(set & KEY_ACTIONS)} on a key, and those of the same form that come later`;
  return service === 'any'
    ? `every action of every service, the ${countActions(set)} of AWS KMS among them`
    : `${countText(set)} of AWS KMS, and those of the same form that come later`;
}

function countText(set: ActionSet): string {
  return counted(countActions(set), 'action');
}
