import { describeAccount } from '../../access/text/describe-access';
import { allowedPrincipalsOf } from '../../access/graph/key-index';
import { containsSymbol } from '../../aws/identifier-comparison';
import { arnResource, isAccountId, parseArn } from '../../aws/arn';
import type { Key } from '../../linking/entities';
import type { World } from '../../workspace/world';
import { code, paragraph } from '../hover/rich-text';
import { valueCandidate, type CompletionCandidate } from './candidate';
import type { PolicyCompletionContext } from './completion-context';
import { arnReference } from './template-candidates';

/** The accounts of the workspace, by id. */
export function accountCandidates(world: World, rankOf: (account: string) => number = () => 0): CompletionCandidate[] {
  return [...world.accounts].filter(([id]) => isAccountId(id)).map(([id, name]) => valueCandidate(id, rankOf(id), {
    kind: 'account', detail: name === '' ? undefined : name, filterText: `${id} ${name}`,
    documentation: paragraph(name === '' ? 'An account that policies of the workspace name.' : `Account ${id}: ${name}`),
  }));
}

/** The root ARN of each account: the account as a whole. */
export function accountArnCandidates(world: World, partition: string, rankOf: (account: string) => number): CompletionCandidate[] {
  return [...world.accounts].filter(([id]) => isAccountId(id)).map(([id, name]) =>
    valueCandidate(`arn:${partition}:iam::${id}:root`, rankOf(id), {
      kind: 'account', detail: name === '' ? 'the whole account' : `${name}, the whole account`,
      documentation: paragraph(
        `Account ${describeAccount(world, id)}: lets its administrators give access by IAM policies. It is not the root user alone.`),
    }));
}

/** The users and roles that policies or `kms-handshake.json` name. Groups are left out: they are never principals. */
export function identityCandidates(context: PolicyCompletionContext, partition: string | undefined,
  rankOf: (account: string) => number): CompletionCandidate[] {
  return [...templateIdentityCandidates(context), ...literalIdentityCandidates(context, partition, rankOf)];
}

/** The users and roles of the same template. */
function templateIdentityCandidates(context: PolicyCompletionContext): CompletionCandidate[] {
  return context.world.identities.flatMap(({ kind, template, arn }) => {
    const reference = template && (kind === 'role' || kind === 'user') ? arnReference(context, template) : undefined;
    if (!template || reference === undefined) return [];
    const { logicalId } = template;
    const name = arn === undefined || containsSymbol(arnResource(arn)) ? [] : [', ', code(arnResource(arn))];
    return [valueCandidate(logicalId, 0, {
      kind: 'arn', detail: `${kind} of this template`, insertion: { value: reference }, filterText: logicalId,
      documentation: paragraph(`The ARN of the ${kind} `, code(logicalId), ' of this template', ...name),
    })];
  });
}

function literalIdentityCandidates({ world }: PolicyCompletionContext, partition: string | undefined,
  rankOf: (account: string) => number): CompletionCandidate[] {
  return world.memoize(principalArnsInWorld, world)
    .filter((arn) => !containsSymbol(arn) && (partition === undefined || arn.startsWith(`arn:${partition}:`)))
    .map((arn) => {
      const account = parseArn(arn)?.account;
      return valueCandidate(arn, rankOf(account ?? '') + 1, {
        kind: 'arn', detail: `${arnResource(arn)} · ${describeAccount(world, account)}`,
        documentation: paragraph(`${arnResource(arn)} of account ${describeAccount(world, account)}`),
      });
    });
}

function principalArnsInWorld(world: World): readonly string[] {
  const identities = world.identities.filter(({ kind }) => kind === 'role' || kind === 'user');
  return [...new Set([...identities.flatMap(({ arn }) => arn ?? []), ...principalArnsInKeyPolicies(world)])].sort();
}

/** The roles and users that Allow statements of key policies name. */
export function principalArnsInKeyPolicies({ keys }: World): string[] {
  return keys.flatMap(allowedPrincipalsOf).flatMap(({ principal: { form, text } }) =>
    ((form === 'role' || form === 'user') && text.placeholders.length === 0 ? [text.value] : []));
}

/** `alias/app, of account 111122223333 (security), us-west-2`: what tells keys apart. */
export function describeKeyBriefly(world: World, { aliases, account, region }: Key): string {
  return [aliases[0], describeAccount(world, account), region].filter((part) => part !== undefined && part !== '').join(' · ');
}

/** The Regions of the keys that the policy is about, else of all keys that the workspace knows. */
export function relevantRegions({ key, statement, world }: PolicyCompletionContext): string[] {
  if (key?.region !== undefined) return [key.region];
  const resourceRegions = (statement?.resource?.patterns ?? []).flatMap(({ arn }) => arn?.region ?? [])
    .filter((region) => /^[a-z0-9-]+$/.test(region));
  return [...new Set(resourceRegions.length > 0 ? resourceRegions : world.keys.flatMap(({ region }) => region ?? []))];
}
