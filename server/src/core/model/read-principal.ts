import { isAccountId, parseArn, type Arn } from '../aws/arn';
import { itemsOf, type Member, type Node, type ScalarNode } from '../parse/tree';
import type { Principal, PrincipalElement, PrincipalForm } from './policy';
import { arnOf, isKnown, maskHoles, textOf } from './read-text';
import type { Fill, Text } from './text';

/** The parts that a principal's ARN tells. */
type Identified = Pick<Principal, 'form' | 'arn' | 'account' | 'partition' | 'name' | 'session'>;

const NOTHING: Omit<Identified, 'form'> = { arn: undefined, account: undefined, partition: undefined, name: undefined, session: undefined };

/** Reads `Principal` or `NotPrincipal` as docs/aws-rules.md 2 has them. */
export function readPrincipal(member: Member, negated: boolean, fill: Fill | undefined): PrincipalElement {
  return { negated, member, principals: principalsOf(member.value, fill) };
}

function principalsOf(node: Node | undefined, fill: Fill | undefined): Principal[] {
  if (!node) return [];
  if (node.kind === 'object') {
    const hidden = textOf(node, fill);
    if (hidden) return [bare(hidden)];
    return node.members.flatMap((member) => valuesOf(member, fill));
  }
  const principals: Principal[] = [];
  for (const item of itemsOf(node)) {
    const text = textOf(item, fill, true);
    // A list in place of the object is not in the grammar, not even ["*"].
    if (text) principals.push(node.kind === 'list' ? { ...bare(text), form: 'invalid' } : bare(text));
  }
  return principals;
}

/** A principal without the object around: `"*"` is the only one that AWS takes. */
function bare(text: Text): Principal {
  const form = text.value === '*' ? 'anyone' : text.holes.length > 0 ? 'unknown' : 'invalid';
  return { ...NOTHING, form, key: undefined, text };
}

function valuesOf(member: Member, fill: Fill | undefined): Principal[] {
  const principals: Principal[] = [];
  for (const item of itemsOf(member.value)) {
    // A number is a type error of its own; it is read on as the account id that it is meant to be.
    const text = textOf(item, fill, true);
    if (text) principals.push({ key: member.key, text, ...identify(member.key, text) });
  }
  return principals;
}

function identify(key: ScalarNode, text: Text): Identified {
  if (key.value === 'Service') return { ...NOTHING, form: text.value === '*' ? 'invalid' : 'service' };
  if (key.value !== 'AWS') return { ...NOTHING, form: 'invalid' };
  return identifyAws(text);
}

function identifyAws(text: Text): Identified {
  const { value } = text;
  if (value === '*') return { ...NOTHING, form: 'anyone' };
  if (isAccountId(value)) return { ...NOTHING, form: 'account', account: value };
  const fields = parseArn(maskHoles(text));
  const arn = text.holes.length === 0 ? fields : arnOf(text);
  if (fields && arn) return identifyArn(fields, arn);
  if (text.holes.length > 0) return { ...NOTHING, form: 'unknown' };
  // The unique id that is left of a deleted user or role; 21 characters, a role's may carry a session name.
  if (/^(AIDA[A-Z0-9]{17}|AROA[A-Z0-9]{17}(:.+)?)$/.test(value)) return { ...NOTHING, form: 'unique-id' };
  return { ...NOTHING, form: 'invalid' };
}

/** `fields` is the ARN with its holes masked, `arn` the same as it is written. */
function identifyArn(fields: Arn, arn: Arn): Identified {
  const form = arnForm(fields);
  const { resource } = arn;
  const slash = resource.indexOf('/');
  const rest = slash < 0 ? undefined : resource.slice(slash + 1);
  const sessionAt = form === 'session' && rest !== undefined ? rest.indexOf('/') : -1;
  const named = form === 'user' || form === 'role' || form === 'federated-user' || form === 'session' || form === 'invalid' && slash > 0;
  return {
    form, arn,
    account: isAccountId(fields.account) ? fields.account : undefined,
    partition: isKnown(fields.partition) ? fields.partition : undefined,
    name: named ? rest?.slice(0, sessionAt < 0 ? undefined : sessionAt) : undefined,
    session: sessionAt < 0 ? undefined : rest?.slice(sessionAt + 1),
  };
}

function arnForm(fields: Arn): PrincipalForm {
  const { partition, service, region, account, resource } = fields;
  const known = isKnown(`${service}${resource.split('/')[0] ?? ''}`);
  if (/[*?]/.test(`${partition}${account}${resource}`) || region !== '' && isKnown(region)) return 'invalid';
  if (isKnown(account) && !isAccountId(account)) return 'invalid';
  if (!known) return 'unknown';
  if (service === 'iam') return iamForm(resource);
  return service === 'sts' ? stsForm(resource) : 'invalid';
}

function iamForm(resource: string): PrincipalForm {
  if (resource === 'root') return 'account';
  if (/^user\/./.test(resource)) return 'user';
  return /^role\/./.test(resource) ? 'role' : 'invalid';
}

/** An assumed-role ARN has no path, and always a session. */
function stsForm(resource: string): PrincipalForm {
  if (/^assumed-role\/[^/]+\/[^/]+$/.test(resource)) return 'session';
  return /^federated-user\/./.test(resource) ? 'federated-user' : 'invalid';
}
