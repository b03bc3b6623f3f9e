import type { PairVerdicts } from '../../access/pair-verdicts';
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
import { isDenialReported, type HoverContext } from './hover-context';
import { code, joinLines, line, link, list, paragraph, strong, type Block } from './rich-text';

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
  const { form, text, arn } = pattern;
  if (form === 'other' || form === 'not-arn' || form === 'unknown') return [];
  if (form === 'alias') return aliasResourceHover(context, arn);
  const exactKeys = context.world.keysByArn.get(text.value) ?? [];
  if (exactKeys.length > 0) {
    const pairs = element.negated ? [] : pairsOfPolicyWithKeys(context, policy, exactKeys);
    const lines = isDenialReported(context, pairs, ({ verdicts }) => verdicts.every(({ verdict }) => verdict.outcome === 'denied'))
      ? []
      : limitedLines(pairs, (pair) => handshakeSummaryLine(context, pair, 'identity', policy));
    return [...exactKeys.flatMap((key) => keyCard(context, key)), ...list(...lines)];
  }
  return [
    ...form === 'any' ? anyResourceHover(statement) : resourcePatternHover(context, arn, text.value),
    ...hasCompletedArn(text) ? paragraph(line`AWS completes this ARN to ${code(text.value)}.`) : [],
    ...matchedKeysHover(context, policy, element, context.world.keys.filter((key) => mayCoverKey(pattern, key))),
  ];
}

function anyResourceHover({ action }: Statement): readonly Block[] {
  const keyless = countActions((action?.actionSet ?? 0n) & STAR_ONLY_ACTIONS);
  const [subject, s] = keyless === 1 ? ['One action', 's'] : [`${keyless} actions`, ''];
  const keylessText = ` ${subject} of the statement take${s} no key and need${s} it.`;
  return paragraph(strong('*'), ': every resource, the keys of all accounts included; ',
    'the policy of each key decides whether it allows this identity.', keyless > 0 ? keylessText : '');
}

/** A key that the workspace does not know, or several. */
function resourcePatternHover({ world }: HoverContext, arn: Arn | undefined, value: string): readonly Block[] {
  if (!arn) return paragraph(strong(value));
  const title = /[*?]|\$\{/.test(arn.resource) ? 'Keys' : 'KMS key';
  const account = isAccountId(arn.account) ? describeAccount(world, arn.account) : code(arn.account);
  return [
    ...paragraph(strong(title), ' ', code(arn.resource)),
    ...list(joinLines([
      arn.region === '*' ? 'every Region' : regionLine(arn.region),
      arn.account === '*' ? 'every account' : line`account ${account}`,
      line`partition ${code(arn.partition)}`,
    ])),
  ];
}

function aliasResourceHover(context: HoverContext, arn: Arn | undefined): readonly Block[] {
  if (!arn) return [];
  const keys = context.world.keys.filter(({ aliases, account = arn.account, region = arn.region }) =>
    aliases.includes(arn.resource) && account === arn.account && region === arn.region);
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
  return lines.length > 0 ? list(...lines) : paragraph('In the workspace: ', names, '.');
}

/** The identities of the policy with the keys. */
function pairsOfPolicyWithKeys(context: HoverContext, policy: DiscoveredPolicy, keys: Iterable<Key>): readonly PairVerdicts[] {
  const keySet = new Set(keys);
  return pairsOfIdentities(context.verdicts, context.world.identitiesByPolicy.get(policy) ?? []).filter(({ key }) => keySet.has(key));
}
