import { pseudoParameterSymbols, type PseudoParameter } from '../../discovery/cloudformation/template-references';
import type { AssumedEnvironment } from '../../discovery/unit-part';
import { isDeploymentSymbol } from '../../aws/identifier-comparison';
import { partitionOfRegion } from '../../aws/regions';
import type { KnownValues, TemplateLinks } from './template-evaluator';
import type { TemplateMember } from './template-member';

/** Account, Region and partition of a stack, where others tell them. */
export interface Environment {
  readonly values: ReadonlyMap<PseudoParameter, string>;
  readonly assumed: AssumedEnvironment | undefined;
}

/**
 * Stacks that import from each other, and stacks in each other, have the same account, Region and partition: what one of them says counts
 * for all, and where none says it, they have the same symbol.
 */
export function environmentsOf(members: readonly TemplateMember[], known: ReadonlyMap<string, KnownValues>,
  links: TemplateLinks): ReadonlyMap<string, Environment> {
  const certainGroups = groupMembers(members, certainNeighbours(links));
  const firstOfGroup = new Map(certainGroups.flatMap((group) => group.map((member) => [member.uri, group.slice(0, 1)] as const)));
  const assumedNeighbours = new Map(members.map((member): [string, readonly TemplateMember[]] => [member.uri,
    [...firstOfGroup.get(member.uri) ?? [], ...[...links.imports.get(member.uri)?.values() ?? []].map(({ exporter }) => exporter)]]));
  const environments = new Map<string, Environment>();
  const groupsByFirst = new Map(certainGroups.map((group) => [group[0]?.uri, [group]]));
  // A template that others import from, or that makes stacks of others, gives its name to what they have in common.
  const isDependent = ({ uri }: TemplateMember): boolean => links.parentStacks.has(uri) || (links.imports.get(uri)?.size ?? 0) > 0;
  for (const assumedGroup of groupMembers(members, assumedNeighbours)) {
    const groups = assumedGroup.flatMap(({ uri }) => groupsByFirst.get(uri) ?? [])
      .map((group) => [...group.filter((member) => !isDependent(member)), ...group.filter(isDependent)])
      .sort(([a], [b]) => Number(a && isDependent(a)) - Number(b && isDependent(b)));
    for (const group of groups) {
      const environment = environmentOf(group, groups, known, links);
      for (const { uri } of group) environments.set(uri, environment);
    }
  }
  return environments;
}

type Group = readonly TemplateMember[];

const ENVIRONMENT: readonly PseudoParameter[] = ['AWS::AccountId', 'AWS::Region', 'AWS::Partition'];

/** @param groups all that belong together if what is assumed is right, the group among them */
function environmentOf(group: Group, groups: readonly Group[], known: ReadonlyMap<string, KnownValues>,
  links: TemplateLinks): Environment {
  const values = new Map<PseudoParameter, string>();
  const reasons = new Set<string>();
  const textsOf = (name: PseudoParameter, members: Group): readonly string[] =>
    [...new Set(members.flatMap((member) => literalOf(name, member, known) ?? []))];
  const allMembers = groups.flat();
  const pathAccount = pathAccountOf(allMembers);
  const linkReason = groups.length > 1 && groups[0] !== group ? assumptionBetween(group, links, allMembers) : undefined;
  for (const name of ENVIRONMENT) {
    const [text, ...otherTexts] = textsOf(name, group);
    if (text !== undefined) {
      // Where they contradict each other, each keeps what is said of it.
      if (otherTexts.length === 0) values.set(name, text);
      continue;
    }
    const [assumedText, ...otherAssumedTexts] = textsOf(name, allMembers);
    if (otherAssumedTexts.length > 0) continue;
    const representative = allMembers[0];
    if (assumedText !== undefined) {
      values.set(name, assumedText);
      if (name !== 'AWS::Partition') reasons.add(assumptionBetween(group, links, allMembers) ?? '');
    } else if (name === 'AWS::AccountId' && pathAccount) {
      values.set(name, pathAccount.account);
      reasons.add(pathAccount.reason);
      if (linkReason !== undefined) reasons.add(linkReason);
    } else if (representative) {
      values.set(name, name === 'AWS::Partition' ? partitionOf(values, representative)
        : pseudoParameterSymbols(representative.template)[name]);
      if (linkReason !== undefined) reasons.add(linkReason);
    }
  }
  const reason = [...reasons].filter((text) => text !== '').join('; ');
  return { values, assumed: reason === '' ? undefined : { reason, group: group[0]?.uri ?? '' } };
}

function partitionOf(values: Environment['values'], { template }: TemplateMember): string {
  const region = values.get('AWS::Region') ?? '';
  return (isDeploymentSymbol(region) ? undefined : partitionOfRegion(region)) ?? pseudoParameterSymbols(template)['AWS::Partition'];
}

/** What is said of the stack itself. */
function literalOf(name: PseudoParameter, { uri, file, partition }: TemplateMember, known: ReadonlyMap<string,
  KnownValues>): string | undefined {
  const declaredValue = file.declaredValues(name)?.text ?? known.get(uri)?.values.get(name)?.text;
  if (declaredValue !== undefined) return declaredValue;
  if (name === 'AWS::Partition') return partition;
  return name === 'AWS::AccountId' && file.pathAccount?.isConfirmed === true ? file.pathAccount.account : undefined;
}

/** The account in the paths of the templates, where nothing else names it. */
function pathAccountOf(members: Group): { readonly account: string; readonly reason: string } | undefined {
  const accounts = new Map(members.flatMap(({ file: { pathAccount }, template: { fileName } }) =>
    pathAccount ? [[pathAccount.account, fileName] as const] : []));
  const [first, ...others] = accounts;
  return first === undefined || others.length > 0 ? undefined
    : { account: first[0], reason: `the account ${first[0]} in the path of ${first[1]}` };
}

function assumptionBetween(group: Group, links: TemplateLinks, all: Group): string | undefined {
  const uris = new Set(group.map(({ uri }) => uri));
  for (const { uri } of all) {
    for (const { exporter, assumption } of links.imports.get(uri)?.values() ?? [])
      if (assumption !== undefined && uris.has(uri) !== uris.has(exporter.uri)) return assumption;
  }
  return undefined;
}

/** A template that several others make stacks of can be in several accounts. */
function certainNeighbours({ parentStacks, imports }: TemplateLinks): ReadonlyMap<string, readonly TemplateMember[]> {
  const neighbours = new Map<string, TemplateMember[]>();
  for (const [uri, stacks] of parentStacks) {
    const parents = [...new Set(stacks.map(({ parent }) => parent))];
    if (parents.length === 1) neighbours.set(uri, parents);
  }
  for (const [uri, imported] of imports) {
    const exporters = [...imported.values()].flatMap(({ exporter, assumption }) => (assumption === undefined ? exporter : []));
    neighbours.set(uri, [...neighbours.get(uri) ?? [], ...exporters]);
  }
  return neighbours;
}

/** The members that are connected by neighbours, in the order of the members. */
function groupMembers(members: Group, neighbours: ReadonlyMap<string, readonly TemplateMember[]>): readonly Group[] {
  const connected = new Map<string, string[]>(members.map(({ uri }) => [uri, []]));
  for (const [uri, others] of neighbours) {
    for (const other of others) {
      connected.get(uri)?.push(other.uri);
      connected.get(other.uri)?.push(uri);
    }
  }
  const groupNumbers = new Map<string, number>();
  for (const { uri: start } of members) {
    if (groupNumbers.has(start)) continue;
    const number = groupNumbers.size;
    const pending = [start];
    groupNumbers.set(start, number);
    for (let uri = pending.pop(); uri !== undefined; uri = pending.pop()) {
      for (const other of connected.get(uri) ?? []) {
        if (groupNumbers.has(other)) continue;
        groupNumbers.set(other, number);
        pending.push(other);
      }
    }
  }
  const groups = new Map<number, TemplateMember[]>();
  for (const member of members) {
    const number = groupNumbers.get(member.uri) ?? 0;
    const group = groups.get(number);
    if (group) group.push(member);
    else groups.set(number, [member]);
  }
  return [...groups.values()];
}
