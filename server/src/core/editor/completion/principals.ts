import { USE_CASES } from '../../aws/use-cases';
import { placeholder } from '../../generate/placeholder';
import { paragraph } from '../hover/rich';
import { HERE, plain, type Candidate } from './candidate';
import { accountArnCandidates, identityCandidates, regionsOf } from './known';
import type { Place } from './place';

/** Who can be let in. `key` is that of the Principal object, undefined for what stands in place of it. */
export function principalCandidates(place: Place, key: string | undefined): Candidate[] {
  const present = new Set((place.statement?.principal?.principals ?? []).map(({ text }) => text.value));
  return listFor(place, key).filter(({ label }) => !present.has(label));
}

function listFor(place: Place, key: string | undefined): Candidate[] {
  if (place.kind === 'identity') return [];
  if (key === undefined) return objects();
  if (key === 'Service') return servicePrincipals(place);
  if (key !== 'AWS') return [];
  const partition = place.key?.partition ?? place.world.keys.find((one) => one.partition !== undefined)?.partition ?? 'aws';
  // Other accounts first: a key's own is let in as a whole once, and by IAM policies from then on.
  const rankOf = (account: string): number => (account === place.key?.account ? 2 : 0);
  return [
    ...accountArnCandidates(place.world, partition, rankOf),
    ...identityCandidates(place, partition, rankOf),
    plain(`arn:${partition}:iam::${placeholder('ACCOUNT_ID')}:root`, 5, { label: `arn:${partition}:iam::…:root`, kind: 'account', detail: 'another account', filter: `arn:${partition}:iam::` }),
    plain(`arn:${partition}:iam::${placeholder('ACCOUNT_ID')}:role/${placeholder('ROLE_NAME')}`, 5, { label: `arn:${partition}:iam::…:role/…`, kind: 'arn', detail: 'another role', filter: `arn:${partition}:iam:::role/` }),
    plain('*', 6, { detail: 'everybody, in every AWS account', documentation: paragraph('Everybody in every AWS account. An Allow statement needs a condition beside it, such as kms:CallerAccount or aws:PrincipalOrgID.') }),
  ];
}

function objects(): Candidate[] {
  return [
    { label: '{ "AWS": … }', kind: 'value', detail: 'accounts, roles and users', rank: 0, writes: { value: { AWS: HERE } }, filter: 'AWS', goesOn: true },
    { label: '{ "Service": … }', kind: 'value', detail: 'an AWS service', rank: 1, writes: { value: { Service: HERE } }, filter: 'Service', goesOn: true },
  ];
}

/** The services that call KMS as themselves (docs/aws-rules.md 7.3). */
export function servicePrincipals(place: Place): Candidate[] {
  const regions = regionsOf(place);
  const names = USE_CASES.flatMap(({ servicePrincipal, title }) => (servicePrincipal === undefined ? [] : [{ name: servicePrincipal, title }]));
  return names.flatMap(({ name, title }, index) => {
    if (names.findIndex((one) => one.name === name) < index) return [];
    const spelled = !name.includes('REGION') ? [name] : regions.length > 0 ? regions.map((region) => name.replace('REGION', region)) : [name.replace('REGION', placeholder('REGION'))];
    return spelled.map((value) => plain(value, 0, { label: value.replace(placeholder('REGION'), 'REGION'), writes: { value }, detail: title }));
  });
}
