import { encodeText } from '../../access/encode';
import { matchPattern } from '../../access/glob';
import { arnResource, parseArn } from '../../aws/arn';
import type { KeyFact, LocatedPolicy } from '../../locate/located';
import type { WorkspaceFile } from '../../workspace/file';
import type { Workspace } from '../../workspace/workspace';
import type { Location } from '../../text/span';
import { mentionsIn } from '../mentions';
import { placeIn, type Mention } from '../names';
import { lastPart, names, type Subject } from '../subject';

/** What still has the old name after a rename, and has to be looked at by a person; files by URI, each list sorted. */
export interface LeftBehind {
  /** Files whose path tells the old name, and links their policies, unless a declaration does. */
  readonly paths: readonly string[];
  /** Output of the AWS CLI: it tells what AWS had at that time, and a new output is better than an edited one. */
  readonly outputs: readonly string[];
  /** Patterns that covered the old name and do not cover the new one. */
  readonly patterns: readonly Location[];
  /** Names that are put together from placeholders. */
  readonly placeholders: readonly Location[];
}

export function leftBehind(workspace: Workspace, old: Subject, next: Subject): LeftBehind {
  const files = [...workspace.files.values()];
  const outputs = files.filter(({ reading }) => reading.policies.some((policy) => wrapperNames(workspace, policy, old)) || reading.keyFacts.some((fact) => factNames(fact, old)) || metadataNames(reading.metadata?.arn, old));
  const mentions = [...mentionsIn(workspace)];
  return {
    paths: files.filter((file) => pathNames(workspace, file, old, next)).map(({ source }) => source.uri).sort(),
    outputs: outputs.map(({ source }) => source.uri).sort(),
    patterns: mentions.filter((mention) => coversOnly(mention, old, next)).map((mention) => placeIn(mention)),
    placeholders: mentions.filter((mention) => names(mention, old) && isPutTogether(mention, old, next)).map((mention) => placeIn(mention)),
  };
}

/** Where all links are declared no path matters. */
function pathNames({ world }: Workspace, { place: { hints }, reading: { policies } }: WorkspaceFile, old: Subject, next: Subject): boolean {
  const links = policies.flatMap((policy) => [world.keyOf.get(policy)?.link, ...(world.identitiesOf.get(policy) ?? []).map(({ link }) => link)]);
  if (links.every((link) => link === undefined || link.reason === 'declared')) return false;
  switch (old.what) {
    case 'account': return hints.numbers.flat().includes(old.account);
    case 'key': return hints.keyId === old.name.keyId && next.what === 'key' && next.name.keyId !== old.name.keyId;
    case 'identity': return hints.identity?.names.some(({ kind, name }) => kind === old.name.kind && name.toLowerCase() === lastPart(old.name).toLowerCase()) === true
      && policies.some((policy) => world.identitiesOf.get(policy)?.some(({ arn }) => arn === old.name.arn));
  }
}

function wrapperNames({ world }: Workspace, policy: LocatedPolicy, old: Subject): boolean {
  const { account, keyArn, keyId, identityArn, identityName, attachments = [] } = policy.wrapper;
  const arns = [keyArn, identityArn, ...attachments];
  switch (old.what) {
    case 'account': return account === old.account || arns.some((arn) => accountOf(arn) === old.account);
    case 'key': return keyArn === old.name.arn || keyId === old.name.keyId;
    case 'identity': return arns.includes(old.name.arn)
      || identityName === `${old.name.kind}/${lastPart(old.name)}` && world.identitiesOf.get(policy)?.some(({ arn }) => arn === old.name.arn) === true;
  }
}

function factNames({ keyArn, keyId, grants }: KeyFact, old: Subject): boolean {
  const principals = grants.flatMap(({ granteePrincipal, retiringPrincipal }) => [granteePrincipal, retiringPrincipal]);
  switch (old.what) {
    case 'account': return [keyArn, ...principals].some((arn) => accountOf(arn) === old.account) || grants.some(({ issuingAccount }) => accountOf(issuingAccount) === old.account);
    case 'key': return keyArn === old.name.arn || keyId === old.name.keyId;
    case 'identity': return principals.includes(old.name.arn);
  }
}

function metadataNames(arn: string | undefined, old: Subject): boolean {
  return old.what === 'account' ? accountOf(arn) === old.account : arn === old.name.arn;
}

function accountOf(arn: string | undefined): string | undefined {
  return arn === undefined ? undefined : parseArn(arn)?.account;
}

function coversOnly({ text }: Mention, old: Subject, next: Subject): boolean {
  if (old.what === 'account' || next.what === 'account' || !/[*?]/.test(text.value)) return false;
  const pattern = encodeText(text, { wildcards: true, variables: () => undefined });
  return matchPattern(pattern, old.name.arn) === 'yes' && matchPattern(pattern, next.name.arn) === 'no';
}

/** The field that would have to change holds a placeholder among other text, so that no declared value is the name. */
function isPutTogether({ fields, arn, text: { node } }: Mention, old: Subject, next: Subject): boolean {
  if (old.what === 'account' || next.what === 'account' || !arn || node.holes.length === 0 || Object.keys(fields).length === 0) return false;
  return fields.resource === undefined && arnResource(old.name.arn) !== arnResource(next.name.arn);
}
