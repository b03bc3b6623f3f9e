import { containsSymbol } from '../aws/identifier-comparison';
import { isMultiRegionId } from '../aws/key-arn';
import { VIA_SERVICE_SUFFIX } from '../aws/services';
import type { Key } from '../linking/entities';
import type { World } from '../workspace/world';
import { principalArnPatternOf, principalTypesOf, type Caller } from './caller';
import { encodeIdentifier, type PolicyVariableValues } from './pattern-encoding';
import { hasUnknown, UNKNOWN_LABEL, UNKNOWN_CHARACTERS } from './pattern-matching';

/** What a request is made of, as far as it decides conditions. */
export interface RequestContext {
  readonly caller: Caller;
  readonly key: Key;
  readonly organizations: World['organizations'];
}

/** For questions in which no organization has a part. */
export const NO_ORGANIZATIONS: World['organizations'] = new Map();

/** What the request context can hold for a condition key. */
export interface ContextValue {
  /** Whether the key can be missing from the context. */
  readonly absence: 'never' | 'maybe' | 'always';
  /** One of these is the value (of a multi-valued key: all of these are); with `UNKNOWN_RUN` for what is not known. */
  readonly values: readonly string[];
  /** For multi-valued keys: there may be more values than these. */
  readonly mayHaveMoreValues: boolean;
}

const UNDETERMINED_VALUE: ContextValue = { absence: 'maybe', values: [UNKNOWN_CHARACTERS], mayHaveMoreValues: true };
const PRESENT_WITH_UNKNOWN_VALUE: ContextValue = { absence: 'never', values: [UNKNOWN_CHARACTERS], mayHaveMoreValues: true };
const ALWAYS_ABSENT: ContextValue = { absence: 'always', values: [], mayHaveMoreValues: false };

type ContextKeyResolver = (requestContext: RequestContext) => ContextValue;

/** What the workspace knows of each condition key (docs/aws-rules.md 4.1 and 4.2); all other keys are open. */
const CONTEXT_KEY_RESOLVERS: ReadonlyMap<string, ContextKeyResolver> = new Map<string, ContextKeyResolver>([
  // What KMS puts there when a service calls as itself no source says.
  ['kms:calleraccount', ({ caller }) => (caller.kind === 'service' ? UNDETERMINED_VALUE : singleContextValue(caller.account))],
  ['aws:principalaccount', ({ caller }) => (caller.kind === 'service' ? UNDETERMINED_VALUE : singleContextValue(caller.account))],
  ['aws:principalarn',
    ({ caller }) => (caller.kind === 'service' ? UNDETERMINED_VALUE : contextValueAmong([principalArnPatternOf(caller)]))],
  ['aws:principaltype', resolvePrincipalType],
  ['aws:principalorgid',
    ({ caller, organizations }) => (caller.kind === 'service' ? ALWAYS_ABSENT : resolveOrganizationId(caller.account, organizations))],
  ['aws:principalorgpaths', ({ caller }) => (caller.kind === 'service' ? ALWAYS_ABSENT : UNDETERMINED_VALUE)],
  ['aws:principalisawsservice', ({ caller }) => singleContextValue(String(caller.kind === 'service'))],
  ['aws:principalservicename', ({ caller }) => (caller.service === undefined ? ALWAYS_ABSENT : singleContextValue(caller.service))],
  ['aws:principalservicenameslist', resolveServiceCallKey],
  ['aws:sourcearn', resolveServiceCallKey],
  ['aws:sourceaccount', resolveServiceCallKey],
  ['aws:sourceorgid', resolveServiceCallKey],
  ['aws:sourceorgpaths', resolveServiceCallKey],
  ['aws:username', resolveUserName],
  ['aws:viaawsservice', ({ caller }) => (caller.kind === 'service' ? singleContextValue('false') : PRESENT_WITH_UNKNOWN_VALUE)],
  ['aws:requestedregion', ({ key }) => singleContextValue(key.region)],
  ['aws:resourceaccount', ({ key }) => singleContextValue(key.account)],
  ['aws:resourceorgid', ({ key, organizations }) => resolveOrganizationId(key.account, organizations)],
  ['kms:viaservice', resolveViaService],
  ['kms:keyspec', ({ key }) => singleContextValue(key.keySpec)],
  ['kms:customermasterkeyspec', ({ key }) => singleContextValue(key.keySpec)],
  ['kms:keyusage', ({ key }) => singleContextValue(key.keyUsage)],
  ['kms:customermasterkeyusage', ({ key }) => singleContextValue(key.keyUsage)],
  ['kms:keyorigin', () => PRESENT_WITH_UNKNOWN_VALUE],
  ['kms:multiregion', ({ key }) => singleContextValue(multiRegionFlagOf(key)?.toString())],
  ['kms:multiregionkeytype', ({ key }) => (multiRegionFlagOf(key) === false ? ALWAYS_ABSENT : UNDETERMINED_VALUE)],
  ['kms:resourcealiases', resolveResourceAliases],
  ['kms:requestalias', resolveRequestAlias],
]);

/** Services have no tags (IAM User Guide, AWS global condition context keys: properties of the principal). */
const resolvePrincipalTag: ContextKeyResolver = ({ caller }) => (caller.kind === 'service' ? ALWAYS_ABSENT : UNDETERMINED_VALUE);

/** What the context can hold for a key, whose name is given in lower case. */
export function contextValueOf(keyLower: string, requestContext: RequestContext): ContextValue {
  const resolver = keyLower.startsWith('aws:principaltag/') ? resolvePrincipalTag : CONTEXT_KEY_RESOLVERS.get(keyLower);
  return resolver?.(requestContext) ?? UNDETERMINED_VALUE;
}

/** The values of policy variables: those of single-valued keys that are known for certain. */
export function policyVariableValuesOf(requestContext: RequestContext): PolicyVariableValues {
  return (name) => {
    const { absence, values: [value, ...others] } = contextValueOf(name, requestContext);
    return absence === 'never' && value !== undefined && others.length === 0 && !hasUnknown(value) ? value : undefined;
  };
}

function singleContextValue(value: string | undefined): ContextValue {
  if (value === undefined) return PRESENT_WITH_UNKNOWN_VALUE;
  return { absence: 'never', values: [encodeIdentifier(value)], mayHaveMoreValues: false };
}

function contextValueAmong(values: readonly string[]): ContextValue {
  return { absence: 'never', values, mayHaveMoreValues: false };
}

/** An account that no declared organization lists may be in any, or in none. */
function resolveOrganizationId(account: string | undefined, organizations: World['organizations']): ContextValue {
  if (account === undefined) return UNDETERMINED_VALUE;
  const ids = [...organizations].filter(([, accounts]) => accounts.includes(account)).map(([id]) => id);
  return ids.length > 0 ? contextValueAmong(ids) : UNDETERMINED_VALUE;
}

/** Users have a name; the sessions of roles have not (IAM User Guide, IAM policy elements: Variables and tags). */
function resolveUserName({ caller }: RequestContext): ContextValue {
  if (caller.kind === 'role' || caller.kind === 'session' || caller.kind === 'service') return ALWAYS_ABSENT;
  if (caller.kind !== 'user' || caller.name === undefined) return UNDETERMINED_VALUE;
  return singleContextValue(caller.name.slice(caller.name.lastIndexOf('/') + 1));
}

function resolvePrincipalType({ caller }: RequestContext): ContextValue {
  const types = principalTypesOf(caller);
  return types ? contextValueAmong(types) : UNDETERMINED_VALUE;
}

/**
 * Only in the calls that a service makes as itself, not in those that it makes for a caller (IAM User Guide, AWS global condition context
 * keys).
 */
function resolveServiceCallKey({ caller }: RequestContext): ContextValue {
  return caller.kind === 'service' ? UNDETERMINED_VALUE : ALWAYS_ABSENT;
}

/**
 * Services that act for a caller call KMS in the key's Region; direct calls and services that call as themselves have no
 * such key (docs/aws-rules.md 4.3). For China AWS documents the plain suffix, and field practice is not known.
 */
function resolveViaService({ caller, key }: RequestContext): ContextValue {
  if (caller.kind === 'service') return ALWAYS_ABSENT;
  const region = key.region === undefined || containsSymbol(key.region) ? undefined : key.region;
  const start = `${UNKNOWN_LABEL}.${region ?? UNKNOWN_LABEL}.${VIA_SERVICE_SUFFIX}`;
  const values = region === undefined || region.startsWith('cn-') ? [start, `${start}.cn`] : [start];
  return { absence: 'maybe', values, mayHaveMoreValues: false };
}

function multiRegionFlagOf(key: Key): boolean | undefined {
  return key.multiRegion ?? (key.keyId === undefined || containsSymbol(key.keyId) ? undefined : isMultiRegionId(key.keyId));
}

function resolveResourceAliases({ key }: RequestContext): ContextValue {
  if (!key.aliasesComplete) return { absence: key.aliases.length > 0 ? 'never' : 'maybe', values: key.aliases, mayHaveMoreValues: true };
  return key.aliases.length > 0 ? { absence: 'never', values: key.aliases, mayHaveMoreValues: false } : ALWAYS_ABSENT;
}

/** There only when the request names the key by an alias, which is the caller's choice. */
function resolveRequestAlias({ key }: RequestContext): ContextValue {
  if (!key.aliasesComplete) return UNDETERMINED_VALUE;
  return key.aliases.length > 0 ? { absence: 'maybe', values: key.aliases, mayHaveMoreValues: false } : ALWAYS_ABSENT;
}
