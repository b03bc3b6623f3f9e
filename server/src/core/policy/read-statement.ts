import { ALL_ACTIONS, expandAction, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { parseOperator } from '../aws/operators';
import { itemsOf, type Member, type ObjectNode } from '../syntax/tree';
import { splitAtColons } from '../text/template-expressions';
import type {
  ActionElement, ActionPattern, Condition, ResourceElement, ResourceForm, ResourcePattern, Statement,
} from './policy';
import { readPrincipal } from './read-principal';
import { arnOfPolicyString, isWithoutUnknownCharacters, maskPlaceholders, policyStringOf, policyStringsOf } from './read-policy-string';
import { isTemplateFunction } from './template-function';
import type { PlaceholderValues, PolicyString } from './policy-string';

/** The elements of a statement; a later member of one name replaces an earlier, as JSON parsers have it. */
type StatementMembers = ReadonlyMap<string, Member>;

export interface StatementReadOptions {
  readonly index: number;
  /** Whether `${aws:…}` is a policy variable here. */
  readonly hasPolicyVariables: boolean;
  readonly placeholderValues: PlaceholderValues | undefined;
  /** Whether a template may leave the statement out. */
  readonly isMaybe: boolean;
}

/** Reads one statement. What has the wrong type or the wrong capitals is left out: it is a matter for findings, never for a verdict. */
export function readStatement(node: ObjectNode,
  { index, hasPolicyVariables, placeholderValues, isMaybe }: StatementReadOptions): Statement {
  const statementMembers: StatementMembers = new Map(node.members.map((member) => [member.key.value, member]));
  const effectNode = statementMembers.get('Effect')?.value;
  const effect = effectNode && policyStringOf(effectNode, placeholderValues);
  const openEffect = effect !== undefined && effect.placeholders.length > 0;
  const sid = statementMembers.get('Sid')?.value;
  const conditionMember = statementMembers.get('Condition');
  return {
    node,
    index,
    sid: sid && policyStringOf(sid, placeholderValues),
    effect: effect?.value === 'Allow' || effect?.value === 'Deny' ? effect.value : undefined,
    effectNode,
    hasUnknownEffect: openEffect,
    principal: readElementOrNegation(statementMembers, 'Principal', (member, negated) => readPrincipal(member, negated, placeholderValues)),
    action: readElementOrNegation(statementMembers, 'Action', (member, negated) => readAction(member, negated, placeholderValues)),
    resource: readElementOrNegation(statementMembers, 'Resource',
      (member, negated) => readResource(member, negated, hasPolicyVariables, placeholderValues)),
    conditionMember,
    conditions: conditionMember ? readConditions(conditionMember, placeholderValues) : [],
    isMaybe: isMaybe || openEffect || hasTemplateConditions(conditionMember),
  };
}

/** Whether a template fills in the whole block of conditions, or that of an operator. */
function hasTemplateConditions(member: Member | undefined): boolean {
  const value = member?.value;
  if (value?.kind === 'scalar') return value.placeholders.length > 0;
  return isTemplateFunction(value) || value?.kind === 'object' && value.members.some((block) => isTemplateFunction(block.value));
}

/** The plain element before its `Not…` form; both together is a conflict that a rule reports. */
function readElementOrNegation<T>(statementMembers: StatementMembers, name: string, read: (member: Member, negated: boolean) => T): T
  | undefined {
  const plain = statementMembers.get(name);
  if (plain) return read(plain, false);
  const negated = statementMembers.get(`Not${name}`);
  return negated && read(negated, true);
}

/** Reads `Action` or, `negated`, `NotAction`. */
export function readAction(member: Member, negated: boolean, placeholderValues: PlaceholderValues | undefined): ActionElement {
  const patterns = policyStringsOf(itemsOf(member.value), placeholderValues).map(actionPatternOf);
  const covered = patterns.reduce<ActionSet>((set, pattern) => set | pattern.actionSet, NO_ACTIONS);
  // An empty list matches nothing, also behind NotAction (Access Analyzer policy checks, "Empty array action").
  const set = negated && patterns.length > 0 ? ALL_ACTIONS & ~covered : covered;
  return { negated, member, patterns, actionSet: set, hasPlaceholder: patterns.some((pattern) => pattern.text.placeholders.length > 0) };
}

function actionPatternOf(policyString: PolicyString): ActionPattern {
  const service = policyString.value === '*' ? 'any' : isKmsAction(maskPlaceholders(policyString)) ? 'kms' : 'other';
  return { text: policyString,
    actionSet: policyString.placeholders.length > 0 || service === 'other' ? NO_ACTIONS : expandAction(policyString.value), service };
}

function isKmsAction(masked: string): boolean {
  return masked.charCodeAt(3) === COLON && masked.slice(0, 3).toLowerCase() === 'kms';
}

const COLON = 58;

function readResource(member: Member, negated: boolean, variables: boolean,
  placeholderValues: PlaceholderValues | undefined): ResourceElement {
  const patterns = policyStringsOf(itemsOf(member.value), placeholderValues).map((policyString) =>
    resourcePatternOf(policyString, variables)
  );
  return { negated, member, patterns };
}

/** Reads one value of `Resource` or `NotResource`. */
export function resourcePatternOf(policyString: PolicyString, variables: boolean): ResourcePattern {
  const masked = maskPlaceholders(policyString);
  const arn = arnOfPolicyString(policyString);
  return {
    text: policyString,
    form: arn && policyString.placeholders.length === 0 ? resourceFormOfArn(arn.service, arn.resource) : resourceFormOfText(masked),
    arn,
    isPattern: /[*?]/.test(masked) || variables && masked.includes('${'),
  };
}

/** Tells the form by the fields that are known; `masked` has unknown characters in place of holes. */
function resourceFormOfText(masked: string): ResourceForm {
  if (/^\*+$/.test(masked)) return 'any';
  const [arn = '', , service, , , ...rest] = splitAtColons(masked);
  if (arn !== 'arn') return isWithoutUnknownCharacters(masked) || /^[\w-]+\//.test(masked) ? 'not-arn' : 'unknown';
  if (service === undefined) return isWithoutUnknownCharacters(masked) ? 'not-arn' : 'unknown';
  return resourceFormOfArn(service, rest.join(':'));
}

function resourceFormOfArn(service: string, resource: string): ResourceForm {
  if (service !== 'kms') return isWithoutUnknownCharacters(service) ? 'other' : 'unknown';
  if (resource.startsWith('key/')) return 'key';
  return resource.startsWith('alias/') ? 'alias' : 'kms';
}

function readConditions(member: Member, placeholderValues: PlaceholderValues | undefined): Condition[] {
  if (member.value?.kind !== 'object' || isTemplateFunction(member.value)) return [];
  const conditions: Condition[] = [];
  for (const block of member.value.members) {
    if (block.value?.kind !== 'object' || isTemplateFunction(block.value)) continue;
    const operator = parseOperator(block.key.value);
    for (const keyMember of block.value.members) {
      conditions.push({
        operatorNode: block.key,
        operator: block.key.value,
        operatorName: operator.info?.name,
        setOperator: operator.setOperator,
        ifExists: operator.ifExists,
        keyMember,
        key: keyMember.key.value,
        keyLower: keyMember.key.value.toLowerCase(),
        values: policyStringsOf(itemsOf(keyMember.value), placeholderValues, true),
      });
    }
  }
  return conditions;
}
