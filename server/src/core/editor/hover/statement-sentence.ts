import { describeAccount, describeCondition } from '../../access/text/describe-access';
import { arnResource } from '../../aws/arn';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import type { Principal, PrincipalElement, Statement } from '../../policy/policy';
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
  const who = inKeyPolicy ? principalsLine(context, statement) : identitiesLine(context, policy);
  const what = inKeyPolicy ? keyPolicyResourceLine(statement) : identityPolicyResourcesLine(context, statement);
  if (who === undefined || what === undefined) return undefined;
  const verb = effect === 'Allow' ? 'Allows' : 'Denies';
  const delegated = effect === 'Allow' && inKeyPolicy && hasOnlyAccountPrincipals(statement.principal);
  const actions = actionsLine(statement);
  const gives = delegated
    ? line`Lets the IAM policies of ${who} allow ${actions}${what}`
    : line`${verb} ${who} ${actions}${what}`;
  return line`${gives}${conditionsLine(statement)}.`;
}

/** Accounts are given nothing by themselves: their IAM policies decide. */
function hasOnlyAccountPrincipals(element: PrincipalElement | undefined): boolean {
  return element?.negated === false && element.principals.every(({ form }) => form === 'account');
}

function principalsLine(context: HoverContext, { principal }: Statement): Line | undefined {
  if (!principal || principal.principals.length === 0) return undefined;
  const named = principal.principals.filter(({ form }) => form !== 'invalid' && form !== 'unique-id');
  if (named.length === 0) return undefined;
  const who = joinLinesWithAnd(named.map((one) => principalLine(context, one)));
  return principal.negated ? line`everybody but ${who}` : who;
}

/** `role/App of account 444455556666 (workloads)` */
export function principalLine({ world }: HoverContext, { form, account, arn, text: policyString }: Principal): Line {
  if (form === 'anyone') return line`everybody`;
  if (form === 'service') return line`the service ${code(policyString.value)}`;
  if (account === undefined) return line`${code(policyString.value)}`;
  const whose = `account ${describeAccount(world, account)}`;
  return form === 'account' || arn === undefined ? line`${whose}` : line`${code(arn.resource)} of ${whose}`;
}

function identitiesLine({ world }: HoverContext, policy: DiscoveredPolicy): Line {
  const known = (world.identitiesOf.get(policy) ?? []).filter(({ arn, account }) => arn !== undefined || account !== undefined);
  if (known.length === 0) return line`whoever it is attached to`;
  return joinLinesWithAnd(known.map((identity) => identityLine(world, identity)));
}

/** `role/App of account 444455556666 (workloads)` */
function identityLine(world: HoverContext['world'], { arn, account }: Identity): Line {
  const whose = account === undefined ? '' : `account ${describeAccount(world, account)}`;
  if (arn === undefined) return line`the identities of ${whose} that it is attached to`;
  return line`${code(arnResource(arn))}${whose === '' ? '' : ` of ${whose}`}`;
}

function actionsLine({ action }: Statement): Line {
  const patterns = action?.patterns.map(({ text: policyString }) => policyString.value) ?? [];
  const said = patterns.length === 1 && (patterns[0] === 'kms:*' || patterns[0] === '*')
    ? line`everything (${code(patterns[0])})`
    : joinLinesWithAnd(patterns.map((one) => line`${code(one)}`), MAX_ACTIONS);
  return action?.negated === true ? line`everything but ${said}` : said;
}

/** Whatever stands there means this key, or nothing. */
function keyPolicyResourceLine({ resource }: Statement): Line | undefined {
  return resource ? line` on this key` : undefined;
}

function identityPolicyResourcesLine({ world }: HoverContext, { resource }: Statement): Line | undefined {
  if (!resource || resource.patterns.length === 0) return undefined;
  const named = resource.patterns.map(({ form, text: policyString }): Line => {
    if (form === 'any') return line`every resource`;
    const [key] = world.keysByArn.get(policyString.value) ?? [];
    return key === undefined ? line`${code(policyString.value)}` : line`the key ${keyLabel(key)}${key.account === undefined ? '' : ` of account ${describeAccount(world, key.account)}`}`;
  });
  return resource.negated ? line` on every resource but ${joinLinesWithAnd(named, 3)}` : line` on ${joinLinesWithAnd(named, 3)}`;
}

function conditionsLine({ conditions, effect }: Statement): Line {
  if (conditions.length === 0) return [];
  const shown = conditions.length > MAX_CONDITIONS ? conditions.slice(0, MAX_CONDITIONS - 1) : conditions;
  const texts = shown.map((condition): Inline => code(truncateText(describeCondition(condition))));
  const more = conditions.length - shown.length;
  return line`${effect === 'Deny' ? ', when ' : ', if '}${joinLines(texts, ' and ')}${more > 0 ? ` and ${more} more conditions` : ''}`;
}

function truncateText(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}

/** `a, b and c`, cut after some. */
function joinLinesWithAnd(items: readonly Line[], most = 5): Line {
  const shown = items.length > most ? items.slice(0, most - 1) : items;
  const all = items.length > shown.length ? [...shown, line`${String(items.length - shown.length)} more`] : shown;
  const last = all.at(-1);
  return all.length < 2 || last === undefined ? all.flat() : line`${joinLines(all.slice(0, -1))} and ${last}`;
}
