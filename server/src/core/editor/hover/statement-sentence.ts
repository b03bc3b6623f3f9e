import { describeAccount, describeCondition } from '../../access/text/describe-access';
import { arnResource } from '../../aws/arn';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Principal, Statement } from '../../policy/policy';
import type { Identity } from '../../linking/entities';
import { type HoverContext } from './hover-context';
import { keyLabel } from './cards';
import { code, joinLines, line, type Inline, type Line } from './rich-text';

/** More conditions than this are counted. */
const MAX_CONDITIONS = 3;
const MAX_ACTIONS = 6;

/** Who gets what by the statement, in one sentence; undefined while too little of it is written. */
export function statementSentence(context: HoverContext, policy: DiscoveredPolicy, statement: Statement): Line | undefined {
  const { effect, action } = statement;
  if (effect === undefined || action === undefined || action.patterns.length === 0) return undefined;
  const inKeyPolicy = policy.policy.kind === 'key';
  const principals = inKeyPolicy ? principalsLine(context, statement) : identitiesLine(context, policy);
  const resources = resourcesLine(context, statement, inKeyPolicy);
  if (principals === undefined || resources === undefined) return undefined;
  // Accounts are given nothing by themselves: their IAM policies decide.
  const isDelegation = effect === 'Allow' && inKeyPolicy && statement.principal?.negated === false
    && statement.principal.principals.every(({ form }) => form === 'account');
  const actions = actionsLine(statement);
  const permission = isDelegation
    ? line`Lets the IAM policies of ${principals} allow ${actions}`
    : line`${effect === 'Allow' ? 'Allows' : 'Denies'} ${principals} ${actions}`;
  return line`${permission}${resources}${conditionsLine(statement)}.`;
}

function principalsLine(context: HoverContext, { principal }: Statement): Line | undefined {
  const validPrincipals = (principal?.principals ?? []).filter(({ form }) => form !== 'invalid' && form !== 'unique-id');
  if (!principal || validPrincipals.length === 0) return undefined;
  const names = joinLinesWithAnd(validPrincipals.map((validPrincipal) => principalLine(context, validPrincipal)));
  return principal.negated ? line`everybody but ${names}` : names;
}

/** `role/App of account 444455556666 (workloads)` */
export function principalLine({ world }: HoverContext, { form, account, arn, text: policyString }: Principal): Line {
  if (form === 'anyone') return line`everybody`;
  if (form === 'service') return line`the service ${code(policyString.value)}`;
  if (account === undefined) return line`${code(policyString.value)}`;
  const accountText = `account ${describeAccount(world, account)}`;
  return form === 'account' || arn === undefined ? line`${accountText}` : line`${code(arn.resource)} of ${accountText}`;
}

function identitiesLine({ world }: HoverContext, policy: DiscoveredPolicy): Line {
  const identities = (world.identitiesByPolicy.get(policy) ?? []).filter(({ arn, account }) => arn !== undefined || account !== undefined);
  return identities.length === 0
    ? line`whoever it is attached to`
    : joinLinesWithAnd(identities.map((identity) => identityLine(world, identity)));
}

/** `role/App of account 444455556666 (workloads)` */
function identityLine(world: HoverContext['world'], { arn, account }: Identity): Line {
  const accountText = account === undefined ? '' : `account ${describeAccount(world, account)}`;
  if (arn === undefined) return line`the identities of ${accountText} that it is attached to`;
  return line`${code(arnResource(arn))}${accountText === '' ? '' : ` of ${accountText}`}`;
}

function actionsLine({ action }: Statement): Line {
  const patterns = action?.patterns.map(({ text }) => text.value) ?? [];
  const names = patterns.length === 1 && (patterns[0] === 'kms:*' || patterns[0] === '*')
    ? line`everything (${code(patterns[0])})`
    : joinLinesWithAnd(patterns.map((pattern) => line`${code(pattern)}`), MAX_ACTIONS);
  return action?.negated === true ? line`everything but ${names}` : names;
}

function resourcesLine({ world }: HoverContext, { resource }: Statement, inKeyPolicy: boolean): Line | undefined {
  // In a key policy whatever stands there means this key, or nothing.
  if (inKeyPolicy) return resource && line` on this key`;
  if (!resource || resource.patterns.length === 0) return undefined;
  const resources = resource.patterns.map(({ form, text }): Line => {
    if (form === 'any') return line`every resource`;
    const [key] = world.keysByArn.get(text.value) ?? [];
    if (key === undefined) return line`${code(text.value)}`;
    return line`the key ${keyLabel(key)}${key.account === undefined ? '' : ` of account ${describeAccount(world, key.account)}`}`;
  });
  return line` on ${resource.negated ? 'every resource but ' : ''}${joinLinesWithAnd(resources, 3)}`;
}

function conditionsLine({ conditions, effect }: Statement): Line {
  if (conditions.length === 0) return [];
  const displayed = conditions.length > MAX_CONDITIONS ? conditions.slice(0, MAX_CONDITIONS - 1) : conditions;
  const texts = displayed.map((condition): Inline => code(truncateText(describeCondition(condition))));
  const more = conditions.length - displayed.length;
  return line`${effect === 'Deny' ? ', when ' : ', if '}${joinLines(texts, ' and ')}${more > 0 ? ` and ${more} more conditions` : ''}`;
}

function truncateText(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}

/** `a, b and c`, cut after some. */
function joinLinesWithAnd(items: readonly Line[], maxItems = 5): Line {
  const displayed = items.length > maxItems ? items.slice(0, maxItems - 1) : items;
  const lines = items.length > displayed.length ? [...displayed, line`${String(items.length - displayed.length)} more`] : displayed;
  const last = lines.at(-1);
  return lines.length < 2 || last === undefined ? lines.flat() : line`${joinLines(lines.slice(0, -1))} and ${last}`;
}
