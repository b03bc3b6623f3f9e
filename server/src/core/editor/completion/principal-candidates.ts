import { USE_CASES } from '../../aws/use-cases';
import { containsSymbol } from '../../aws/identifier-comparison';
import { placeholderMarker } from '../../generate/placeholder-marker';
import { paragraph } from '../hover/rich-text';
import { TYPED_STRING } from '../../syntax/syntax';
import { valueCandidate, type CompletionCandidate } from './candidate';
import { accountArnCandidates, identityCandidates, relevantRegions } from './workspace-candidates';
import type { PolicyCompletionContext } from './completion-context';

/** Who can be let in. `key` is that of the Principal object, undefined for what stands in place of it. */
export function principalCandidates(context: PolicyCompletionContext, key: string | undefined): CompletionCandidate[] {
  const present = new Set((context.statement?.principal?.principals ?? []).map(({ text }) => text.value));
  return principalCandidatesFor(context, key).filter(({ label }) => !present.has(label));
}

function principalCandidatesFor(context: PolicyCompletionContext, key: string | undefined): CompletionCandidate[] {
  if (context.kind === 'identity') return [];
  if (key === undefined)
    return [principalObjectCandidate('AWS', 'accounts, roles and users', 0), principalObjectCandidate('Service', 'an AWS service', 1)];
  if (key === 'Service') return servicePrincipalCandidates(context);
  if (key !== 'AWS') return [];
  const partition = literalPartition(context);
  const prefix = `arn:${partition}:iam::`;
  // Other accounts first: a key's own is let in as a whole once, and by IAM policies from then on.
  const rankOf = (account: string): number => (account === context.key?.account ? 2 : 0);
  return [
    ...stackAccountCandidates(context),
    ...accountArnCandidates(context.world, partition, rankOf),
    ...identityCandidates(context, partition, rankOf),
    valueCandidate(`${prefix}${placeholderMarker('ACCOUNT_ID')}:root`, 5,
      { label: `${prefix}…:root`, kind: 'account', detail: 'another account', filterText: prefix }),
    valueCandidate(`${prefix}${placeholderMarker('ACCOUNT_ID')}:role/${placeholderMarker('ROLE_NAME')}`, 5,
      { label: `${prefix}…:role/…`, kind: 'arn', detail: 'another role', filterText: `${prefix}:role/` }),
    valueCandidate('*', 6, {
      detail: 'everybody, in every AWS account',
      documentation: paragraph(
        'Everybody in every AWS account. An Allow statement needs a condition beside it, such as kms:CallerAccount or aws:PrincipalOrgID.',
      ),
    }),
  ];
}

/** That of the key, or of any key, as far as it is known without a deployment. */
function literalPartition({ key, world }: PolicyCompletionContext): string {
  return [key, ...world.keys].map((candidateKey) => candidateKey?.partition)
    .find((partition) => partition !== undefined && !containsSymbol(partition))
    ?? 'aws';
}

/** The account that the template is deployed in, as a whole. */
function stackAccountCandidates({ policy: { template }, key }: PolicyCompletionContext): CompletionCandidate[] {
  if (!template || key?.account === undefined || key.partition === undefined || !containsSymbol(key.account)) return [];
  return [valueCandidate(`arn:${key.partition}:iam::${key.account}:root`, 2, {
    kind: 'account', detail: 'the account of this stack, the whole account', filterText: 'arn:aws:iam::AWS::AccountId:root',
    documentation: paragraph('The account that the stack is in: lets its administrators give access by IAM policies.'),
  })];
}

function principalObjectCandidate(name: string, detail: string, rank: number): CompletionCandidate {
  return { label: `{ "${name}": … }`, kind: 'value', detail, rank, insertion: { value: { [name]: TYPED_STRING } }, filterText: name,
    triggersSuggestions: true };
}

/** The services that call KMS as themselves (docs/aws-rules.md 7.3). */
export function servicePrincipalCandidates(context: PolicyCompletionContext): CompletionCandidate[] {
  const regions = relevantRegions(context);
  const titles = new Map<string, string>();
  for (const { servicePrincipal, title } of USE_CASES)
    if (servicePrincipal !== undefined && !titles.has(servicePrincipal)) titles.set(servicePrincipal, title);
  return [...titles].flatMap(([name, title]) => {
    const principals = !name.includes('REGION') ? [name]
      : (regions.length > 0 ? regions : [placeholderMarker('REGION')]).map((region) => name.replace('REGION', region));
    return principals.map((value) =>
      valueCandidate(value, 0, { label: value.replace(placeholderMarker('REGION'), 'REGION'), detail: title }));
  });
}
