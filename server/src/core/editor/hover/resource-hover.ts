import { mayCoverKey } from '../../access/resource-matching';
import { describeAccount } from '../../access/text/describe-access';
import { isAccountId, type Arn } from '../../aws/arn';
import { elementNamed } from '../../aws/element-info';
import { countActions, STAR_ONLY_ACTIONS } from '../../aws/actions';
import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import { hasCompletedArn } from '../../policy/incomplete-arn';
import type { ResourceElement, ResourcePattern, Statement } from '../../policy/policy';
import type { Key } from '../../linking/entities';
import { limitedLines, handshakeSummaryLine, regionAndAccountLine, keyCard, keyLabel, regionLine } from './cards';
import { pairsOfIdentities } from '../verdict-provider';
import type { HoverContext } from './hover-context';
import { code, joinLines, line, link, list, paragraph, strong, type Block, type Line } from './rich-text';

/**
 * What a value of Resource means: in a key policy this key, in an IAM policy the keys that the workspace knows of it. Nothing for other
 * services.
 */
export function resourceHover(context: HoverContext, policy: DiscoveredPolicy, statement: Statement, element: ResourceElement,
  pattern: ResourcePattern): readonly Block[] {
  const page = elementNamed(element.negated ? 'NotResource' : 'Resource');
  const blocks = policy.policy.kind === 'key'
    ? resourceInKeyPolicy(context, policy, pattern)
    : resourceInIdentityPolicy(context, policy, statement, element, pattern);
  return blocks.length === 0 || !page ? blocks : [...blocks, ...paragraph(link(`IAM User Guide: ${page.name}`, page.href))];
}

function resourceInKeyPolicy(context: HoverContext, policy: DiscoveredPolicy, { form }: ResourcePattern): readonly Block[] {
  if (form === 'other' || form === 'not-arn' || form === 'alias') return [];
  const key = context.world.keyByPolicy.get(policy);
  const meaning = form === 'any' ? paragraph(line`${strong('*')} in a key policy means this key, no other.`) : [];
  return [...meaning, ...key ? keyCard(context, key, policy) : []];
}

function resourceInIdentityPolicy(context: HoverContext, policy: DiscoveredPolicy, statement: Statement, element: ResourceElement,
  pattern: ResourcePattern): readonly Block[] {
  const { form, text: policyString, arn } = pattern;
  if (form === 'other' || form === 'not-arn' || form === 'unknown') return [];
  if (form === 'alias') return aliasResourceHover(context, arn);
  const exactKeys = context.world.keysByArn.get(policyString.value) ?? [];
  const [firstExactKey] = exactKeys;
  if (firstExactKey)
    return [...exactKeys.flatMap((key) => keyCard(context, key)),
      ...element.negated ? [] : handshakesWithKeys(context, policy, [...exactKeys])];
  const matchedKeys = context.world.keys.filter((key) => mayCoverKey(pattern, key));
  const completion = hasCompletedArn(policyString) ? paragraph(line`AWS completes this ARN to ${code(policyString.value)}.`) : [];
  return [...form === 'any' ? anyResourceHover(statement) : resourcePatternHover(context, arn, policyString.value), ...completion,
    ...matchedKeysHover(context, policy, element, matchedKeys)];
}

function anyResourceHover({ action }: Statement): readonly Block[] {
  const keyless = countActions((action?.actionSet ?? 0n) & STAR_ONLY_ACTIONS);
  return paragraph(
    line`${strong('*')}: every resource, the keys of all accounts included; `,
    'the policy of each key decides whether it allows this identity.',
    keyless > 0
      ? ` ${keyless === 1 ? 'One action' : `${keyless} actions`} of the statement take${keyless === 1 ? 's' : ''} no key and `
        + `need${keyless === 1 ? 's' : ''} it.`
      : '',
  );
}

/** A key that the workspace does not know, or several. */
function resourcePatternHover({ world }: HoverContext, arn: Arn | undefined, value: string): readonly Block[] {
  if (!arn) return paragraph(strong(value));
  const fieldLine = (field: string, wildcardText: string, valueText: Line): Line => (field === '*' ? line`${wildcardText}` : valueText);
  const title = /[*?]|\$\{/.test(arn.resource) ? 'Keys' : 'KMS key';
  return [
    ...paragraph(strong(title), ' ', code(arn.resource)),
    ...list(joinLines([
      fieldLine(arn.region, 'every Region', regionLine(arn.region)),
      fieldLine(arn.account, 'every account',
        isAccountId(arn.account) ? line`account ${describeAccount(world, arn.account)}` : line`account ${code(arn.account)}`),
      line`partition ${code(arn.partition)}`,
    ])),
  ];
}

function aliasResourceHover(context: HoverContext, arn: Arn | undefined): readonly Block[] {
  if (!arn) return [];
  const keys = context.world.keys.filter(({ aliases, account, region }) => (
    aliases.includes(arn.resource) && (account === undefined || account === arn.account) && (region === undefined || region === arn.region)
  ));
  return [
    ...paragraph(strong('Alias'), ' ', code(arn.resource),
      ': in Resource it is the alias itself, not the key that it stands for. '
        + 'Only kms:CreateAlias, kms:UpdateAlias and kms:DeleteAlias are about aliases; for everything else name the ARN of the key.'),
    ...list(regionAndAccountLine(context, arn)),
    ...keys.flatMap((key) => keyCard(context, key)),
  ];
}

function matchedKeysHover(context: HoverContext, policy: DiscoveredPolicy, element: ResourceElement,
  keys: readonly Key[]): readonly Block[] {
  const keysWithId = keys.filter(({ keyId }) => keyId !== undefined);
  if (keysWithId.length === 0) return paragraph('The workspace knows no key that it means.');
  const furtherCount = keysWithId.length - 5;
  const names = [...joinLines(keysWithId.slice(0, 5).map(keyLabel)), furtherCount > 0 ? ` and ${furtherCount} more` : ''];
  if (element.negated) return paragraph('In NotResource; in the workspace it leaves out ', names, '.');
  const lines = limitedLines(pairsOfPolicyWithKeys(context, policy, keysWithId), (pair) => handshakeSummaryLine(context, pair, 'key'));
  if (lines.length > 0) return list(...lines);
  return paragraph('In the workspace: ', names, '.');
}

/** How the identities of the policy stand with the keys. */
function handshakesWithKeys(context: HoverContext, policy: DiscoveredPolicy, keys: readonly Key[]): readonly Block[] {
  return list(
    ...limitedLines(pairsOfPolicyWithKeys(context, policy, keys), (pair) => handshakeSummaryLine(context, pair, 'identity', policy)),
  );
}

function pairsOfPolicyWithKeys(context: HoverContext, policy: DiscoveredPolicy,
  keys: readonly Key[]): ReturnType<typeof pairsOfIdentities> {
  const keySet = new Set(keys);
  return pairsOfIdentities(context.verdicts, context.world.identitiesByPolicy.get(policy) ?? []).filter(({ key }) => keySet.has(key));
}
