/**
 * Keys, identities and policies for tests of access, made from plain values: documents are written as JSON text, parsed and read
 * as the real ones are, so that statements have spans and conditions their nodes.
 */
import { WHOLE_DOCUMENT } from '../../server/src/core/discovery/policy-address';
import assert from 'node:assert';
import { NO_ORGANIZATIONS } from '../../server/src/core/access/request-context';
import type { EvaluationWorld } from '../../server/src/core/access/evaluation-context';
import { createMemoize } from '../../server/src/core/workspace/memoize';
import { decideAccess } from '../../server/src/core/access/decide-access';
import type { VerdictGroup } from '../../server/src/core/access/pair-verdicts';
import type { Verdict } from '../../server/src/core/access/verdict';
import { actionNamed, actionsIn, type ActionInfo } from '../../server/src/core/aws/actions';
import { parseArn } from '../../server/src/core/aws/arn';
import { parseKeyArn } from '../../server/src/core/aws/key-arn';
import type { Grant, DiscoveredPolicy, ContainerFacts } from '../../server/src/core/discovery/discovery-result';
import type { PolicyKind } from '../../server/src/core/policy/policy';
import { policyKindFromPath } from '../../server/src/core/policy/policy-kind';
import { readPolicy } from '../../server/src/core/policy/read-policy';
import type { PlaceholderValues } from '../../server/src/core/policy/policy-string';
import { fileLayer } from '../../server/src/core/syntax/syntax';
import { POLICY_HINTS } from '../../server/src/core/aws/policy-grammar';
import { JSON_SYNTAX } from '../../server/src/core/syntax/json/json-syntax';
import type { Identity, Key, Link } from '../../server/src/core/linking/entities';
import { KEY_ARN, type StatementJson } from './fixtures';

const NO_WRAPPER: ContainerFacts = {
  declaredKind: undefined, keyArn: undefined, keyId: undefined, identityArn: undefined, identityName: undefined, account: undefined,
  policyName: undefined,
};
const DECLARED: Link = { reason: 'declared', certain: true, description: 'declared in the test', at: undefined };

export interface PolicyOptions {
  readonly uri?: string;
  readonly kind?: PolicyKind;
  readonly placeholderValues?: PlaceholderValues;
  /** Left out of the document when undefined is given. */
  readonly version?: string | undefined;
}

/** A policy of these statements, located in a file of its own. */
export function policyOfStatements(statements: readonly StatementJson[], options: PolicyOptions = {}): DiscoveredPolicy {
  const version = 'version' in options ? options.version : '2012-10-17';
  return policyOfText(JSON.stringify({ Version: version, Statement: statements }, undefined, 2), options);
}

export function policyOfText(text: string, options: PolicyOptions = {}): DiscoveredPolicy {
  const uri = options.uri ?? 'file:///w/policy.json';
  const { root } = JSON_SYNTAX.parse(text, { comments: 'fault', hints: POLICY_HINTS });
  assert(root?.kind === 'object', 'the text is an object');
  const policy = readPolicy(root, { pathKind: policyKindFromPath(uri), declaredKind: options.kind,
    placeholderValues: options.placeholderValues });
  return { uri, address: WHOLE_DOCUMENT, layer: fileLayer(text, JSON_SYNTAX), policy, container: NO_WRAPPER };
}

/** A key policy; statements without `Resource` get `"*"`. */
export function discoveredKeyPolicy(...statements: readonly StatementJson[]): DiscoveredPolicy {
  return policyOfStatements(statements.map((statement) => withResource(statement, '*')), { uri: 'file:///w/producer/key.json',
    kind: 'key' });
}

/** An identity policy; statements without `Resource` get the key's ARN. */
export function discoveredIdentityPolicy(...statements: readonly StatementJson[]): DiscoveredPolicy {
  return policyOfStatements(statements.map((statement) => withResource(statement, KEY_ARN)), { uri: 'file:///w/consumer/app.json',
    kind: 'identity' });
}

function withResource(statement: StatementJson, resource: string): StatementJson {
  return 'Resource' in statement || 'NotResource' in statement ? statement : { ...statement, Resource: resource };
}

/** The owner's key with this policy; its ARN can be another, or unknown (`arn: undefined`). */
export function keyWithPolicyOf(policy: DiscoveredPolicy | undefined, more: Partial<Key> = {}): Key {
  const arn = 'arn' in more ? more.arn : KEY_ARN;
  const fields = arn === undefined ? undefined : parseKeyArn(arn);
  return {
    id: arn ?? 'key', arn, partition: fields?.partition, region: fields?.region, account: fields?.account, keyId: fields?.keyId,
    policy, link: policy ? DECLARED : undefined, aliases: [], aliasesComplete: false, keySpec: undefined, keyUsage: undefined,
    multiRegion: undefined, grants: [], awsManaged: false, ...more,
  };
}

/** An identity by ARN, any identity of an account by account id, an identity that nobody knows by `undefined`. */
export function identityWithPolicies(who: string | undefined, ...policies: readonly DiscoveredPolicy[]): Identity {
  const arn = who?.startsWith('arn:') ? who : undefined;
  const fields = arn === undefined ? undefined : parseArn(arn);
  const kind = fields?.resource.split('/')[0];
  return {
    id: who ?? 'identity', arn, partition: fields?.partition, account: fields?.account ?? who,
    kind: kind === 'user' || kind === 'role' || kind === 'group' ? kind : 'unknown', policies, link: DECLARED,
  };
}

/** A grant with these fields. */
export function grantWith(more: Partial<Grant>): Grant {
  return {
    location: { uri: 'file:///w/grants.json', span: { start: 0, end: 0 } }, granteePrincipal: undefined, granteeServicePrincipal: undefined,
    retiringPrincipal: undefined,
    retiringServicePrincipal: undefined, issuingAccount: undefined, operations: [], constraints: [], ...more,
  };
}

/** A grant of Decrypt and RetireGrant; with `constrained`, only for one encryption context. */
export function decryptGrantTo(granteePrincipal: string, constrained = false): Grant {
  return grantWith({
    granteePrincipal, operations: ['Decrypt', 'RetireGrant'],
    constraints: constrained ? [{ name: 'EncryptionContextSubset', values: ['Department=IT'] }] : [],
  });
}

export function actionInfoOf(name: string): ActionInfo {
  const info = actionNamed(name.includes(':') ? name : `kms:${name}`);
  assert(info, `${name} is a KMS action`);
  return info;
}


/** What an evaluation needs of a world in which no organization is declared, or these are. */
export function evaluationWorld(organizations = NO_ORGANIZATIONS): EvaluationWorld {
  return { organizations, memoize: createMemoize() };
}

/** The verdict on one action, `Decrypt` if not said. */
export function verdictOn(identity: Identity, key: Key, name = 'Decrypt', organizations = NO_ORGANIZATIONS): Verdict {
  return decideAccess(identity, key, actionInfoOf(name), evaluationWorld(organizations)).verdict;
}

/** The names of a group's actions, in AWS's spelling. */
export function actionNamesOf({ actions }: VerdictGroup): string[] {
  return actionsIn(actions).map(({ name }) => name);
}

/** Outcome and reason, and what else a test wants to see, in one comparable line: `denied: region`. */
export function verdictText(verdict: Verdict): string {
  return `${verdict.outcome}: ${verdict.reason}`;
}
