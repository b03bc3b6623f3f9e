import { containsSymbol } from '../../aws/identifier-comparison';
import { describeAccount } from '../../access/text/describe-access';
import { shortKeyId } from '../../aws/key-arn';
import { NO_ACTIONS, STAR_ONLY_ACTIONS } from '../../aws/actions';
import { placeholderMarker } from '../../generate/placeholder-marker';
import type { Key, TemplateResourceRef } from '../../linking/entities';
import type { JsonValue } from '../../syntax/tree-edit';
import { describeSymbols } from '../../text/symbol-text';
import { code, codeNames, line, paragraph } from '../hover/rich-text';
import { valueCandidate, type CompletionCandidate } from './candidate';
import { otherElementValues, type PolicyCompletionContext } from './completion-context';
import { arnReference } from './template-candidates';

/** What the statement can be about: in a key policy the key itself, in an IAM policy the keys that the workspace knows. */
export function resourceCandidates(context: PolicyCompletionContext): CompletionCandidate[] {
  const { kind, world, statement } = context;
  const actionSet = statement?.action?.actionSet ?? NO_ACTIONS;
  const worksWithoutKey = actionSet !== NO_ACTIONS && (actionSet & ~STAR_ONLY_ACTIONS) === NO_ACTIONS;
  const wildcardCandidate = valueCandidate('*', kind === 'key' || worksWithoutKey ? 0 : 8, {
    detail: kind === 'key' ? 'this key' : worksWithoutKey ? 'these actions work without a key' : 'every key of every account',
    documentation: paragraph(
      kind === 'key'
        ? 'In a key policy: the key that the policy belongs to.'
        : 'Every resource. Actions without a key, such as kms:ListKeys, need it; all others are better limited to keys.',
    ),
  });
  if (kind === 'key') return [wildcardCandidate];
  // In a word to replace, such as the REGION of a snippet, what is typed matches no ARN.
  const typedPlaceholder = /^arn:.*[:/<][A-Z]/.test(context.token.prefix) ? [context.token.prefix] : [];
  const present = new Set(otherElementValues(statement, 'resource'));
  const keyCandidates = world.keys.flatMap((key) => {
    const { arn, aliases, account, policy } = key;
    if (arn === undefined || present.has(arn)) return [];
    const reference = key.template && arnReference(context, key.template);
    if (key.template && reference !== undefined) return [templateKeyCandidate(context, key, key.template, reference)];
    if (containsSymbol(arn)) return [];
    return [valueCandidate(arn, key.awsManaged ? 6 : isOwnAccount(context, account) || worksWithoutKey ? 1 : 0, {
      // The ARNs of keys begin alike, and lists cut off the end.
      label: aliases[0] ?? `key ${shortKeyId(key.keyId ?? arn)}`, kind: 'arn', detail: arn,
      filterText: [...typedPlaceholder, arn, ...aliases, world.accounts.get(account ?? '') ?? ''].join(' '),
      documentation: [
        ...paragraph(`KMS key of account ${describeAccount(world, account)} in ${key.region ?? 'an unknown Region'}`),
        ...aliases.length > 0 ? paragraph(line`Aliases: ${codeNames(aliases)}`) : [],
        ...paragraph(policy ? `Key policy: ${context.formatFile(policy.uri)}` : 'The workspace has no key policy for it.'),
      ],
    })];
  });
  const keyPatterns = new Map<string, string>();
  for (const { partition, region, account } of world.keys)
    if (partition !== undefined && region !== undefined && account !== undefined && ![partition, region, account].some(containsSymbol))
      keyPatterns.set(`arn:${partition}:kms:${region}:${account}:key/*`, `all keys of ${describeAccount(world, account)} in ${region}`);
  const keyPatternCandidates = Array.from(keyPatterns, ([arn, detail]) => valueCandidate(arn, 3, {
    kind: 'wildcard', detail,
    documentation: paragraph('Covers keys that are made later too. The key policies still decide which of them can be used.'),
  }));
  const unknownKeyArn = `arn:aws:kms:${placeholderMarker('REGION')}:${placeholderMarker('ACCOUNT_ID')}:key/${placeholderMarker('KEY_ID')}`;
  const otherKeyCandidate = valueCandidate(unknownKeyArn, 7,
    { label: 'arn:aws:kms:…', kind: 'arn', detail: 'a key that the workspace does not know', filterText: 'arn:aws:kms:' });
  return [...keyCandidates, ...keyPatternCandidates, otherKeyCandidate, wildcardCandidate].filter(({ label }) => !present.has(label));
}

/** A key that the same template makes. */
function templateKeyCandidate({ formatFile }: PolicyCompletionContext, { aliases, policy }: Key, { logicalId }: TemplateResourceRef,
  reference: JsonValue): CompletionCandidate {
  return valueCandidate(logicalId, 0, {
    kind: 'arn', detail: 'key of this template', insertion: { value: reference }, filterText: [logicalId, ...aliases].join(' '),
    documentation: [
      ...paragraph(line`The ARN of the KMS key ${code(logicalId)} of this template`),
      ...aliases.length > 0 ? paragraph(line`Aliases: ${codeNames(aliases.map(describeSymbols))}`) : [],
      ...paragraph(policy?.isImplicit === true ? 'It has no KeyPolicy in the template: KMS gives it the default key policy.'
        : policy ? `Key policy: ${formatFile(policy.uri)}` : ''),
    ],
  });
}

function isOwnAccount({ identities }: PolicyCompletionContext, account: string | undefined): boolean {
  return identities.length > 0 && identities.every((identity) => identity.account === account);
}
