import { accountOfArn } from '../../aws/arn';
import type { Party } from '../../generate/party';
import { accountParty, unknownParty } from '../../generate/party';
import { isRefusal } from '../../generate/counterpart';
import { keyArnOf } from '../../generate/key-name';
import { placeholder } from '../../generate/placeholder';
import { consumerTemplates, keyPolicyTemplates, NO_KEY, type KeyPolicyPlan, type StatementTemplate } from '../../generate/statements';
import { targetsNamedBy } from '../../generate/targets';
import { parseKeyArn } from '../../aws/key-arn';
import { page, type Candidate } from './candidate';
import type { Place } from './place';

/** Whole statements: for a key policy those of the console and for other accounts, for an IAM policy what the use of a key takes. */
export function statementCandidates(place: Place): Candidate[] {
  return [
    ...place.kind === 'identity' ? [] : keyPolicyTemplates(keyPolicyPlan(place)).map((template) => candidate(template, 0, place.kind === 'open' ? 'key policy' : undefined)),
    ...place.kind === 'key' ? [] : consumerTemplates(consumerPlan(place)).map((template) => candidate(template, 2, place.kind === 'open' ? 'IAM policy' : undefined)),
  ];
}

function candidate({ id, title, about, source, statements }: StatementTemplate, rank: number, detail: string | undefined): Candidate {
  const first = FIRST.has(id);
  return {
    label: title, kind: 'statement', rank: rank + (first ? 0 : 1), filter: `${title} ${id} statement`, detail: detail ?? (statements.length > 1 ? `${statements.length} statements` : 'statement'),
    documentation: page({ description: about, href: source }), writes: { items: statements },
  };
}

const FIRST = new Set(['owner', 'administrators', 'users', 'grants', 'direct']);

function takenSids({ policy }: Place): string[] {
  return policy.policy.statements.flatMap(({ sid }) => sid?.value ?? []);
}

function keyPolicyPlan(place: Place): KeyPolicyPlan {
  const known = place.key;
  const account = known?.account ?? placeholder('KEY_ACCOUNT_ID');
  const partition = known?.partition ?? 'aws';
  const key = { ...known ?? NO_KEY, account, partition };
  const role = (name: string): string => `arn:${partition}:iam::${account}:role/${placeholder(name)}`;
  return { key, administrators: role('ADMINISTRATOR_ROLE'), users: role('USER_ROLE'), consumer: consumerOf(place), taken: takenSids(place) };
}

/** The one account that the key policy lets in, or that the workspace knows besides the owner; else one to fill in. */
function consumerOf({ key, world }: Place): Party {
  const named = key ? targetsNamedBy(key).map((target) => ('account' in target ? target.account : accountOfArn(target.arn))) : [];
  const others = named.length > 0 ? named : key?.account === undefined ? [] : [...world.accounts.keys()].filter((account) => account !== key.account);
  const [account, ...more] = [...new Set(others)];
  const party = account === undefined || more.length > 0 ? undefined : accountParty(account, key?.partition);
  return party === undefined || isRefusal(party) ? unknownParty() : party;
}

/** The one key that the policy names already, or that the workspace knows in another account; else one to fill in. */
function consumerPlan(place: Place): Parameters<typeof consumerTemplates>[0] {
  const { world, policy, identities } = place;
  const named = policy.policy.statements.flatMap(({ resource }) => (resource?.patterns ?? []).map(({ text }) => text.value)).filter((value) => parseKeyArn(value));
  const own = new Set(identities.map(({ account }) => account));
  const foreign = world.keys.filter(({ arn, account, awsManaged }) => arn !== undefined && !awsManaged && !own.has(account)).flatMap(({ arn }) => arn ?? []);
  const [arn, ...more] = [...new Set(named.length > 0 ? named : foreign)];
  const keyArn = arn === undefined || more.length > 0 ? undefined : arn;
  return { key: { keyId: keyArn === undefined ? undefined : parseKeyArn(keyArn)?.keyId }, keyArn: keyArn ?? keyArnOf(NO_KEY, undefined), taken: takenSids(place) };
}
