import { accountName } from '../../access/say';
import { NO_ACTIONS, STAR_ONLY_ACTIONS } from '../../aws/actions';
import { placeholder } from '../../generate/placeholder';
import { line, names, paragraph } from '../hover/rich';
import { plain, type Candidate } from './candidate';
import { sayKeyShortly } from './known';
import { otherValues, type Place } from './place';

/** What the statement can be about: in a key policy the key itself, in an IAM policy the keys that the workspace knows. */
export function resourceCandidates(place: Place): Candidate[] {
  const { kind, world, statement } = place;
  const all = statement?.action?.set ?? NO_ACTIONS;
  const star = all !== NO_ACTIONS && (all & ~STAR_ONLY_ACTIONS) === NO_ACTIONS;
  const anything = plain('*', kind === 'key' || star ? 0 : 8, {
    detail: kind === 'key' ? 'this key' : star ? 'these actions work without a key' : 'every key of every account',
    documentation: paragraph(kind === 'key' ? 'In a key policy: the key that the policy belongs to.' : 'Every resource. Actions without a key, such as kms:ListKeys, need it; all others are better limited to keys.'),
  });
  if (kind === 'key') return [anything];
  const present = new Set(otherValues(statement, 'resource'));
  const keys = world.keys.flatMap((key) => (key.arn === undefined ? [] : [plain(key.arn, key.awsManaged ? 6 : isOwn(place, key.account) || star ? 1 : 0, {
    kind: 'arn', detail: sayKeyShortly(world, key), filter: [key.arn, ...key.aliases, world.accounts.get(key.account ?? '') ?? ''].join(' '),
    documentation: [
      ...paragraph(`KMS key of account ${accountName(world, key.account)} in ${key.region ?? 'an unknown Region'}`),
      ...key.aliases.length > 0 ? paragraph(line`Aliases: ${names(key.aliases)}`) : [],
      ...paragraph(key.policy ? `Key policy: ${place.file(key.policy.uri)}` : 'The workspace has no key policy for it.'),
    ],
  })]));
  const families = new Map(world.keys.flatMap(({ partition, region, account }) => (partition === undefined || region === undefined || account === undefined ? []
    : [[`arn:${partition}:kms:${region}:${account}:key/*`, { region, account }] as const])));
  const wide = Array.from(families, ([arn, { region, account }]) => plain(arn, 3, {
    kind: 'wildcard', detail: `all keys of ${accountName(world, account)} in ${region}`,
    documentation: paragraph('Covers keys that are made later too. The key policies still decide which of them can be used.'),
  }));
  const unknown = plain(`arn:aws:kms:${placeholder('REGION')}:${placeholder('ACCOUNT_ID')}:key/${placeholder('KEY_ID')}`, 7, { label: 'arn:aws:kms:…', kind: 'arn', detail: 'a key that the workspace does not know', filter: 'arn:aws:kms:' });
  return [...keys, ...wide, unknown, anything].filter(({ label }) => !present.has(label));
}

function isOwn({ identities }: Place, account: string | undefined): boolean {
  return identities.length > 0 && identities.every((identity) => identity.account === account);
}
