import { isMultiRegionId } from '../aws/key-arn';
import { VIA_SERVICE_SUFFIX } from '../aws/services';
import type { Key, World } from '../workspace/world';
import { principalArnOf, principalTypesOf, type Caller } from './caller';
import type { Variables } from './encode';
import { hasUnknown, UNKNOWN_LABEL, UNKNOWN_RUN } from './glob';

/** What a request is made of, as far as it decides conditions. */
export interface Circumstances {
  readonly caller: Caller;
  readonly key: Key;
  readonly organizations: World['organizations'];
}

/** For questions in which no organization has a part. */
export const NO_ORGANIZATIONS: World['organizations'] = new Map();

/** What the request context can hold for a condition key. */
export interface ContextValue {
  /** Whether the key can be missing from the context. */
  readonly absent: 'never' | 'maybe' | 'always';
  /** One of these is the value (of a multi-valued key: all of these are); with `UNKNOWN_RUN` for what is not known. */
  readonly values: readonly string[];
  /** For multi-valued keys: there may be more values than these. */
  readonly more: boolean;
}

const OPEN: ContextValue = { absent: 'maybe', values: [UNKNOWN_RUN], more: true };
const PRESENT: ContextValue = { absent: 'never', values: [UNKNOWN_RUN], more: true };
const ABSENT: ContextValue = { absent: 'always', values: [], more: false };

type Teller = (circumstances: Circumstances) => ContextValue;

/** What the workspace knows of each condition key (docs/aws-rules.md 4.1 and 4.2); all other keys are open. */
const TELLERS: ReadonlyMap<string, Teller> = new Map<string, Teller>([
  // What KMS puts there when a service calls as itself no source says.
  ['kms:calleraccount', ({ caller }) => (caller.kind === 'service' ? OPEN : fixed(caller.account))],
  ['aws:principalaccount', ({ caller }) => (caller.kind === 'service' ? OPEN : fixed(caller.account))],
  ['aws:principalarn', ({ caller }) => (caller.kind === 'service' ? OPEN : oneOf([principalArnOf(caller)]))],
  ['aws:principaltype', principalType],
  ['aws:principalorgid', ({ caller, organizations }) => (caller.kind === 'service' ? ABSENT : organizationOf(caller.account, organizations))],
  ['aws:principalorgpaths', ({ caller }) => (caller.kind === 'service' ? ABSENT : OPEN)],
  ['aws:principalisawsservice', ({ caller }) => fixed(String(caller.kind === 'service'))],
  ['aws:principalservicename', ({ caller }) => (caller.service === undefined ? ABSENT : fixed(caller.service))],
  ['aws:principalservicenameslist', ofServices],
  ['aws:sourcearn', ofServices],
  ['aws:sourceaccount', ofServices],
  ['aws:sourceorgid', ofServices],
  ['aws:sourceorgpaths', ofServices],
  ['aws:username', userName],
  ['aws:viaawsservice', ({ caller }) => (caller.kind === 'service' ? fixed('false') : PRESENT)],
  ['aws:requestedregion', ({ key }) => fixed(key.region)],
  ['aws:resourceaccount', ({ key }) => fixed(key.account)],
  ['aws:resourceorgid', ({ key, organizations }) => organizationOf(key.account, organizations)],
  ['kms:viaservice', viaService],
  ['kms:keyspec', ({ key }) => fixed(key.keySpec)],
  ['kms:customermasterkeyspec', ({ key }) => fixed(key.keySpec)],
  ['kms:keyusage', ({ key }) => fixed(key.keyUsage)],
  ['kms:customermasterkeyusage', ({ key }) => fixed(key.keyUsage)],
  ['kms:keyorigin', () => PRESENT],
  ['kms:multiregion', ({ key }) => fixed(multiRegion(key)?.toString())],
  ['kms:multiregionkeytype', ({ key }) => (multiRegion(key) === false ? ABSENT : OPEN)],
  ['kms:resourcealiases', resourceAliases],
  ['kms:requestalias', requestAlias],
]);

/** Services have no tags (IAM User Guide, AWS global condition context keys: properties of the principal). */
const ofTags: Teller = ({ caller }) => (caller.kind === 'service' ? ABSENT : OPEN);

function tellerOf(keyLower: string): Teller | undefined {
  return keyLower.startsWith('aws:principaltag/') ? ofTags : TELLERS.get(keyLower);
}

/** Whether the workspace may know anything of the condition key, whose name is given in lower case. */
export function isTold(keyLower: string): boolean {
  return tellerOf(keyLower) !== undefined;
}

/** What the context can hold for a key, whose name is given in lower case. */
export function contextValue(keyLower: string, circumstances: Circumstances): ContextValue {
  return tellerOf(keyLower)?.(circumstances) ?? OPEN;
}

/** The values of policy variables: those of single-valued keys that are known for certain. */
export function variablesOf(circumstances: Circumstances): Variables {
  return (name) => {
    const { absent, values: [value, ...others] } = contextValue(name, circumstances);
    return absent === 'never' && value !== undefined && others.length === 0 && !hasUnknown(value) ? value : undefined;
  };
}

function fixed(value: string | undefined): ContextValue {
  return value === undefined ? PRESENT : { absent: 'never', values: [value], more: false };
}

function oneOf(values: readonly string[]): ContextValue {
  return { absent: 'never', values, more: false };
}

/** An account that no declared organization lists may be in any, or in none. */
function organizationOf(account: string | undefined, organizations: World['organizations']): ContextValue {
  if (account === undefined) return OPEN;
  const ids = [...organizations].filter(([, accounts]) => accounts.includes(account)).map(([id]) => id);
  return ids.length > 0 ? oneOf(ids) : OPEN;
}

/** Users have a name; the sessions of roles have not (IAM User Guide, IAM policy elements: Variables and tags). */
function userName({ caller }: Circumstances): ContextValue {
  if (caller.kind === 'role' || caller.kind === 'session' || caller.kind === 'service') return ABSENT;
  if (caller.kind !== 'user' || caller.name === undefined) return OPEN;
  return fixed(caller.name.slice(caller.name.lastIndexOf('/') + 1));
}

function principalType({ caller }: Circumstances): ContextValue {
  const types = principalTypesOf(caller);
  return types ? oneOf(types) : OPEN;
}

/** Only in the calls that a service makes as itself, not in those that it makes for a caller (IAM User Guide, AWS global condition context keys). */
function ofServices({ caller }: Circumstances): ContextValue {
  return caller.kind === 'service' ? OPEN : ABSENT;
}

/**
 * Services that act for a caller call KMS in the key's Region; direct calls and services that call as themselves have no
 * such key (docs/aws-rules.md 4.3). For China AWS documents the plain suffix, and field practice is not known.
 */
function viaService({ caller, key }: Circumstances): ContextValue {
  if (caller.kind === 'service') return ABSENT;
  const start = `${UNKNOWN_LABEL}.${key.region ?? UNKNOWN_LABEL}.${VIA_SERVICE_SUFFIX}`;
  const values = key.region === undefined || key.region.startsWith('cn-') ? [start, `${start}.cn`] : [start];
  return { absent: 'maybe', values, more: false };
}

function multiRegion(key: Key): boolean | undefined {
  return key.multiRegion ?? (key.keyId === undefined ? undefined : isMultiRegionId(key.keyId));
}

function resourceAliases({ key }: Circumstances): ContextValue {
  if (!key.aliasesComplete) return { absent: key.aliases.length > 0 ? 'never' : 'maybe', values: key.aliases, more: true };
  return key.aliases.length > 0 ? { absent: 'never', values: key.aliases, more: false } : ABSENT;
}

/** There only when the request names the key by an alias, which is the caller's choice. */
function requestAlias({ key }: Circumstances): ContextValue {
  if (!key.aliasesComplete) return OPEN;
  return key.aliases.length > 0 ? { absent: 'maybe', values: key.aliases, more: false } : ABSENT;
}
