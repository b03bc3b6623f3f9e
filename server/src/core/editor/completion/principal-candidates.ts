import { USE_CASES } from '../../aws/use-cases';
import { placeholderMarker } from '../../generate/placeholder-marker';
import { paragraph } from '../hover/rich-text';
import { CURSOR_STOP, valueCandidate, type CompletionCandidate } from './candidate';
import { accountArnCandidates, identityCandidates, relevantRegions } from './workspace-candidates';
import type { PolicyCompletionContext } from './completion-context';

/** Who can be let in. `key` is that of the Principal object, undefined for what stands in place of it. */
export function principalCandidates(context: PolicyCompletionContext, key: string | undefined): CompletionCandidate[] {
  const present = new Set((context.statement?.principal?.principals ?? []).map(({ text: policyString }) => policyString.value));
  return principalCandidatesFor(context, key).filter(({ label }) => !present.has(label));
}

function principalCandidatesFor(context: PolicyCompletionContext, key: string | undefined): CompletionCandidate[] {
  if (context.kind === 'identity') return [];
  if (key === undefined) return principalObjectCandidates();
  if (key === 'Service') return servicePrincipalCandidates(context);
  if (key !== 'AWS') return [];
  const partition = context.key?.partition ?? context.world.keys.find((key) => key.partition !== undefined)?.partition ?? 'aws';
  // Other accounts first: a key's own is let in as a whole once, and by IAM policies from then on.
  const rankOf = (account: string): number => (account === context.key?.account ? 2 : 0);
  return [
    ...accountArnCandidates(context.world, partition, rankOf),
    ...identityCandidates(context, partition, rankOf),
    valueCandidate(`arn:${partition}:iam::${placeholderMarker('ACCOUNT_ID')}:root`, 5, { label: `arn:${partition}:iam::…:root`,
      kind: 'account', detail: 'another account', filterText: `arn:${partition}:iam::` }),
    valueCandidate(`arn:${partition}:iam::${placeholderMarker('ACCOUNT_ID')}:role/${placeholderMarker('ROLE_NAME')}`, 5, {
      label: `arn:${partition}:iam::…:role/…`,
      kind: 'arn',
      detail: 'another role',
      filterText: `arn:${partition}:iam:::role/`,
    }),
    valueCandidate('*', 6, { detail: 'everybody, in every AWS account',
      documentation: paragraph(
        'Everybody in every AWS account. An Allow statement needs a condition beside it, such as kms:CallerAccount or aws:PrincipalOrgID.',
      ) }),
  ];
}

function principalObjectCandidates(): CompletionCandidate[] {
  return [
    { label: '{ "AWS": … }', kind: 'value', detail: 'accounts, roles and users', rank: 0, insertion: { value: { AWS: CURSOR_STOP } },
      filterText: 'AWS', triggersSuggestions: true },
    { label: '{ "Service": … }', kind: 'value', detail: 'an AWS service', rank: 1, insertion: { value: { Service: CURSOR_STOP } },
      filterText: 'Service', triggersSuggestions: true },
  ];
}

/** The services that call KMS as themselves (docs/aws-rules.md 7.3). */
export function servicePrincipalCandidates(context: PolicyCompletionContext): CompletionCandidate[] {
  const regions = relevantRegions(context);
  const services = USE_CASES.flatMap(({ servicePrincipal, title }) =>
      (servicePrincipal === undefined ? [] : [{ name: servicePrincipal, title }]));
  return services.flatMap(({ name, title }, index) => {
    if (services.findIndex((service) => service.name === name) < index) return [];
    const principalNames = !name.includes('REGION')
      ? [name]
      : regions.length > 0
      ? regions.map((region) => name.replace('REGION', region))
      : [name.replace('REGION', placeholderMarker('REGION'))];
    return principalNames.map((value) =>
      valueCandidate(value, 0, { label: value.replace(placeholderMarker('REGION'), 'REGION'), insertion: { value }, detail: title })
    );
  });
}
