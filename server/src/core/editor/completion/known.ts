import { accountName } from '../../access/say';
import { principalsLetIn } from '../../access/key-index';
import { arnResource, isAccountId, parseArn } from '../../aws/arn';
import type { Key, World } from '../../workspace/world';
import { paragraph } from '../hover/rich';
import { plain, type Candidate } from './candidate';
import type { Place } from './place';

/** The accounts of the workspace, by id. */
export function accountCandidates(world: World, rankOf: (account: string) => number = () => 0): Candidate[] {
  return [...world.accounts].filter(([id]) => isAccountId(id)).map(([id, name]) => plain(id, rankOf(id), {
    kind: 'account', detail: name === '' ? undefined : name, filter: `${id} ${name}`,
    documentation: paragraph(name === '' ? 'An account that policies of the workspace name.' : `Account ${id}: ${name}`),
  }));
}

/** The root ARN of each account: the account as a whole. */
export function accountArnCandidates(world: World, partition: string, rankOf: (account: string) => number): Candidate[] {
  return [...world.accounts].filter(([id]) => isAccountId(id)).map(([id, name]) => plain(`arn:${partition}:iam::${id}:root`, rankOf(id), {
    kind: 'account', detail: name === '' ? 'the whole account' : `${name}, the whole account`,
    documentation: paragraph(`Account ${accountName(world, id)}: lets its administrators give access by IAM policies. It is not the root user alone.`),
  }));
}

/** The users and roles that policies or `kms-handshake.json` name. Groups are left out: they are never principals. */
export function identityCandidates({ world }: Pick<Place, 'world'>, partition: string | undefined, rankOf: (account: string) => number): Candidate[] {
  return knownIdentities(world)
    .filter((arn) => partition === undefined || arn.startsWith(`arn:${partition}:`))
    .map((arn) => {
      const account = parseArn(arn)?.account;
      return plain(arn, rankOf(account ?? '') + 1, {
        kind: 'arn', detail: `${arnResource(arn)} · ${accountName(world, account)}`,
        documentation: paragraph(`${arnResource(arn)} of account ${accountName(world, account)}`),
      });
    });
}

const identitiesOf = new WeakMap<World, readonly string[]>();

function knownIdentities(world: World): readonly string[] {
  const known = identitiesOf.get(world);
  if (known) return known;
  const arns = new Set(world.identities.flatMap(({ arn, kind }) => (arn !== undefined && (kind === 'role' || kind === 'user') ? [arn] : [])));
  for (const key of world.keys) {
    for (const { principal: { form, text } } of principalsLetIn(key)) if ((form === 'role' || form === 'user') && text.holes.length === 0) arns.add(text.value);
  }
  const list = [...arns].sort();
  identitiesOf.set(world, list);
  return list;
}

/** `alias/app, of account 111122223333 (security), us-west-2`: what tells keys apart. */
export function sayKeyShortly(world: World, { aliases, account, region }: Key): string {
  return [aliases[0], accountName(world, account), region].filter((part) => part !== undefined && part !== '').join(' · ');
}

/** The Regions of the keys that the policy is about, else of all keys that the workspace knows. */
export function regionsOf({ key, statement, world }: Place): string[] {
  if (key?.region !== undefined) return [key.region];
  const named = (statement?.resource?.patterns ?? []).flatMap(({ arn }) => (arn !== undefined && /^[a-z0-9-]+$/.test(arn.region) ? [arn.region] : []));
  return [...new Set(named.length > 0 ? named : world.keys.flatMap(({ region }) => region ?? []))];
}
