import { ALL_ACTIONS, expandAction, NO_ACTIONS, type ActionSet } from '../aws/actions';
import { readOperator } from '../aws/operators';
import { itemsOf, type Member, type ObjectNode } from '../parse/tree';
import { splitAtColons } from '../text/expressions';
import type {
  ActionElement, ActionPattern, Condition, ResourceElement, ResourceForm, ResourcePattern, Statement,
} from './policy';
import { readPrincipal } from './read-principal';
import { arnOf, isKnown, maskHoles, textOf, textsOf } from './read-text';
import { isTemplateFunction } from './template';
import type { Fill, Text } from './text';

/** The elements of a statement; a later member of one name replaces an earlier, as JSON parsers have it. */
type Members = ReadonlyMap<string, Member>;

export interface StatementOptions {
  readonly index: number;
  /** Whether `${aws:…}` is a policy variable here. */
  readonly variables: boolean;
  readonly fill: Fill | undefined;
  /** Whether a template may leave the statement out. */
  readonly maybe: boolean;
}

/** Reads one statement. What has the wrong type or the wrong capitals is left out: it is a matter for findings, never for a verdict. */
export function readStatement(node: ObjectNode, { index, variables, fill, maybe }: StatementOptions): Statement {
  const members: Members = new Map(node.members.map((member) => [member.key.value, member]));
  const effectNode = members.get('Effect')?.value;
  const effect = effectNode && textOf(effectNode, fill);
  const openEffect = effect !== undefined && effect.holes.length > 0;
  const sid = members.get('Sid')?.value;
  const conditionMember = members.get('Condition');
  return {
    node,
    index,
    sid: sid && textOf(sid, fill),
    effect: effect?.value === 'Allow' || effect?.value === 'Deny' ? effect.value : undefined,
    effectNode,
    openEffect,
    principal: either(members, 'Principal', (member, negated) => readPrincipal(member, negated, fill)),
    action: either(members, 'Action', (member, negated) => readAction(member, negated, fill)),
    resource: either(members, 'Resource', (member, negated) => readResource(member, negated, variables, fill)),
    conditionMember,
    conditions: conditionMember ? readConditions(conditionMember, fill) : [],
    maybe: maybe || openEffect || hidesConditions(conditionMember),
  };
}

/** Whether a template fills in the whole block of conditions, or that of an operator. */
function hidesConditions(member: Member | undefined): boolean {
  const value = member?.value;
  if (value?.kind === 'scalar') return value.holes.length > 0;
  return isTemplateFunction(value) || value?.kind === 'object' && value.members.some((block) => isTemplateFunction(block.value));
}

/** The plain element before its `Not…` form; both together is a conflict that a rule reports. */
function either<T>(members: Members, name: string, read: (member: Member, negated: boolean) => T): T | undefined {
  const plain = members.get(name);
  if (plain) return read(plain, false);
  const negated = members.get(`Not${name}`);
  return negated && read(negated, true);
}

/** Reads `Action` or, `negated`, `NotAction`. */
export function readAction(member: Member, negated: boolean, fill: Fill | undefined): ActionElement {
  const patterns = textsOf(itemsOf(member.value), fill).map(actionPattern);
  const covered = patterns.reduce<ActionSet>((set, pattern) => set | pattern.set, NO_ACTIONS);
  // An empty list matches nothing, also behind NotAction (Access Analyzer policy checks, "Empty array action").
  const set = negated && patterns.length > 0 ? ALL_ACTIONS & ~covered : covered;
  return { negated, member, patterns, set, unknown: patterns.some((pattern) => pattern.text.holes.length > 0) };
}

function actionPattern(text: Text): ActionPattern {
  const service = text.value === '*' ? 'any' : isKms(maskHoles(text)) ? 'kms' : 'other';
  return { text, set: text.holes.length > 0 || service === 'other' ? NO_ACTIONS : expandAction(text.value), service };
}

function isKms(masked: string): boolean {
  return masked.charCodeAt(3) === COLON && masked.slice(0, 3).toLowerCase() === 'kms';
}

const COLON = 58;

function readResource(member: Member, negated: boolean, variables: boolean, fill: Fill | undefined): ResourceElement {
  const patterns = textsOf(itemsOf(member.value), fill).map((text) => resourcePattern(text, variables));
  return { negated, member, patterns };
}

/** Reads one value of `Resource` or `NotResource`. */
export function resourcePattern(text: Text, variables: boolean): ResourcePattern {
  const masked = maskHoles(text);
  const arn = arnOf(text);
  return {
    text,
    form: arn && text.holes.length === 0 ? formOfArn(arn.service, arn.resource) : resourceForm(masked),
    arn,
    pattern: /[*?]/.test(masked) || variables && masked.includes('${'),
  };
}

/** Tells the form by the fields that are known; `masked` has unknown characters in place of holes. */
function resourceForm(masked: string): ResourceForm {
  if (/^\*+$/.test(masked)) return 'any';
  const [arn = '', , service, , , ...rest] = splitAtColons(masked);
  if (arn !== 'arn') return isKnown(masked) || /^[\w-]+\//.test(masked) ? 'not-arn' : 'unknown';
  if (service === undefined) return isKnown(masked) ? 'not-arn' : 'unknown';
  return formOfArn(service, rest.join(':'));
}

function formOfArn(service: string, resource: string): ResourceForm {
  if (service !== 'kms') return isKnown(service) ? 'other' : 'unknown';
  if (resource.startsWith('key/')) return 'key';
  return resource.startsWith('alias/') ? 'alias' : 'kms';
}

function readConditions(member: Member, fill: Fill | undefined): Condition[] {
  if (member.value?.kind !== 'object' || isTemplateFunction(member.value)) return [];
  const conditions: Condition[] = [];
  for (const block of member.value.members) {
    if (block.value?.kind !== 'object' || isTemplateFunction(block.value)) continue;
    const operator = readOperator(block.key.value);
    for (const keyMember of block.value.members) {
      conditions.push({
        operatorNode: block.key,
        operator: block.key.value,
        base: operator.info?.name,
        set: operator.set,
        ifExists: operator.ifExists,
        keyMember,
        key: keyMember.key.value,
        keyLower: keyMember.key.value.toLowerCase(),
        values: textsOf(itemsOf(keyMember.value), fill, true),
      });
    }
  }
  return conditions;
}
