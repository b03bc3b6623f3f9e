import { arnResource, isAccountId, parseArn } from '../aws/arn';
import { compareIdentifiers } from '../aws/identifier-comparison';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Principal, PrincipalElement } from '../policy/policy';
import type { TreeEdit } from '../syntax/tree-edit';
import { nodeToJson } from '../syntax/canonical-value';
import { itemsOf, memberOf, type Member, type Node, type ObjectNode } from '../syntax/tree';
import { nearestWord } from '../text/nearest-word';
import { singleValueOrList } from '../generate/condition-entries';
import type { World } from '../workspace/world';
import { fixPolicy, type Fix } from './shared/fix';
import { MAX_CHOICES } from './shared/workspace-keys';
import type { Rule } from './rule';

export const invalidPrincipalKey: Rule = {
  code: 'invalid-principal-key',
  severity: 'error',
  summary: 'A principal of a key policy is under neither AWS nor Service',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html',
  check: {
    *rejectedPrincipal({ element, principal, problem }, { policy: located }) {
      if (problem !== 'key') return;
      const node = principal.key ?? element.member.value ?? principal.text.node;
      yield {
        at: locationInFile(located, node.span),
        message: messageOf(principal, node),
        fixes: (world) => principal.key ? fixesOfKey(world, located, element, principal.key.value) : fixesOfBarePrincipal(located, element),
      };
    },
  },
};

function messageOf({ key }: Principal, node: Node): string {
  if (!key) {
    return node.kind === 'list'
      ? 'A list is not a Principal: KMS rejects it. '
        + 'A Principal is an object with the keys "AWS" or "Service", and only these can contain lists.'
      : 'Without a key, "*" is the only Principal that AWS accepts. '
        + 'Accounts, users and roles belong under "AWS", services under "Service"; KMS rejects everything else.';
  }
  switch (key.value) {
    case 'Federated': return 'Identity providers are not principals of a key policy: KMS rejects them. '
      + 'They are principals of the trust policies of roles. Name the role that the federated users assume.';
    case 'CanonicalUser': return 'Canonical user ids are not principals of a key policy: KMS rejects them. They are for Amazon S3 only. '
      + 'Name the account.';
    default: return `KMS rejects principals under "${key.value}": a key policy has them under "AWS" and "Service" only, spelled like this.`;
  }
}

type PrincipalKey = 'AWS' | 'Service';

function fixesOfKey(world: World, located: DiscoveredPolicy, element: PrincipalElement, keyText: string): readonly Fix[] {
  const object = element.member.value;
  const member = memberOf(object, keyText);
  if (object?.kind !== 'object' || !member?.value) return [];
  const values = element.principals.filter(({ key }) => key === member.key);
  if (keyText === 'Federated') return fixesOfProviders(world, located, object, member, values);
  const near = nearestWord(keyText, ['AWS', 'Service']) as PrincipalKey | undefined;
  const name = near ?? principalKeyFor(values.map(({ text }) => text.value));
  if (name === undefined) return [];
  const target = memberOf(object, name);
  const edits: TreeEdit[] = target
    ? [...itemsOf(member.value).map((item): TreeEdit => ({ edit: 'append', member: target, value: nodeToJson(item) })),
      { edit: 'remove-member', object, member }]
    : [{ edit: 'rename-member', member, name }];
  // A fix that allows everyone is not applied with others.
  const safe = near !== undefined && values.every(({ text }) => text.value !== '*');
  return [fixPolicy(`Use the key "${name}"`, located, edits, { preferred: true, safe })];
}

/** Roles that the workspace knows of the account of the identity providers: which of them their users assume, a person knows. */
function fixesOfProviders(world: World, located: DiscoveredPolicy, object: ObjectNode, member: Member,
  principals: readonly Principal[]): readonly Fix[] {
  const accounts = new Set(principals.map(({ text }) => parseArn(text.value)?.account));
  const [account] = accounts;
  if (accounts.size !== 1 || account === undefined || member.value === undefined) return [];
  const { value: providers } = member;
  const target = memberOf(object, 'AWS');
  const roles = world.identities.flatMap((identity) =>
    identity.kind === 'role' && identity.arn !== undefined && compareIdentifiers(identity.account, account) === 'same'
      ? [identity.arn] : []);
  return roles.slice(0, MAX_CHOICES).map((arn) => fixPolicy(`Name ${arnResource(arn)} (${account}) in its place`, located, target
    ? [{ edit: 'append', member: target, value: arn }, { edit: 'remove-member', object, member }]
    : [{ edit: 'rename-member', member, name: 'AWS' }, { edit: 'replace', node: providers, value: arn }]));
}

function fixesOfBarePrincipal(located: DiscoveredPolicy, { member, principals }: PrincipalElement): readonly Fix[] {
  const values = principals.map(({ text }) => text.value);
  const key = principalKeyFor(values);
  if (key === undefined || !member.value || principals.some(({ text }) => text.node.value !== text.value)) return [];
  const edit: TreeEdit = { edit: 'replace', node: member.value, value: { [key]: singleValueOrList(values) } };
  return [fixPolicy(`Put it under "${key}"`, located, [edit], { preferred: true, safe: !values.includes('*') })];
}

/** The key that all of these values belong under. */
function principalKeyFor(values: readonly string[]): PrincipalKey | undefined {
  if (values.length === 0) return undefined;
  if (values.every((value) => value === '*' || isAccountId(value) || isIdentityArn(value))) return 'AWS';
  return values.every((value) => /^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(value)) ? 'Service' : undefined;
}

function isIdentityArn(value: string): boolean {
  const arn = parseArn(value);
  if (arn?.region !== '') return false;
  return arn.service === 'iam' && /^(?:root$|user\/|role\/)/.test(arn.resource)
    || arn.service === 'sts' && /^(?:assumed-role|federated-user)\//.test(arn.resource);
}
