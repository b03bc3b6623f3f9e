import { isKmsWithoutPrefix } from '../aws/actions';
import { splitAtColons } from '../text/template-expressions';
import { misspelledElement } from './misspelled-elements';
import type { ActionPattern, Policy, PolicyKind, Statement } from './policy';
import { readAction } from './read-statement';

/** What a file's name and the folders around it say about the policies in it; each word of the path is looked at alone. */
const PATH_HINTS: readonly { readonly kind: PolicyKind; readonly words: RegExp }[] = [
  { kind: 'service-control', words: /(^|[-_./ ])(scps?|service[-_ ]?control([-_ ]?polic(y|ies))?)($|[-_./ ])/i },
  { kind: 'resource-control', words: /(^|[-_./ ])(rcps?|resource[-_ ]?control([-_ ]?polic(y|ies))?)($|[-_./ ])/i },
  { kind: 'boundary', words: /(^|[-_./ ])((permissions?[-_ ]?)?boundar(y|ies))($|[-_./ ])/i },
  { kind: 'session', words: /(^|[-_./ ])(session[-_ ]?polic(y|ies))($|[-_./ ])/i },
  { kind: 'endpoint', words: /(^|[-_./ ])((vpc[-_ ]?)?endpoints?([-_ ]?polic(y|ies))?|vpce)($|[-_./ ])/i },
  { kind: 'trust', words: /(^|[-_./ ])(trust|assume[-_ ]?role)([-_ ]?(polic(y|ies)|relationships?))?($|[-_./ ])/i },
];

/** How many parts of a path, from the end, are looked at: what lies further up is rarely named after policies. */
const MAX_HINT_SEGMENTS = 3;

/**
 * The kind of a policy that neither its wrapper nor a declaration tells: by its elements and the path (docs/aws-rules.md 1.5).
 * A guess in doubt goes to a kind that never grants, so that what is not a KMS matter stays silent.
 *
 * @param hint what the path tells
 */
export function classifyPolicy(policy: Omit<Policy, 'kind'>, hint: PolicyKind | undefined): PolicyKind {
  const { statements } = policy;
  if (statements.some(hasPrincipalElement)) return resourcePolicyKind(policy, hint);
  if (hint === 'service-control' || hint === 'boundary' || hint === 'session') return hint;
  // RCPs need a Principal, but a half-written one is no identity policy either.
  if (hint === 'resource-control') return hint;
  return hasKeyPolicyId(policy) ? 'key' : 'identity';
}

function resourcePolicyKind(policy: Omit<Policy, 'kind'>, hint: PolicyKind | undefined): PolicyKind {
  const { statements } = policy;
  const serviceCounts = countServices(statements);
  const openToAll = statements.every((statement) =>
    statement.principal?.principals.every((principal) => principal.form === 'anyone') ?? true
  );
  if (hint === 'resource-control' && openToAll) return hint;
  if (hint === 'endpoint' && openToAll) return hint;
  if (hasKeyPolicyId(policy)) return 'key';
  if (openToAll && serviceCounts.names.size > 1 && statements.every((statement) => statement.effect === 'Deny')) return 'resource-control';
  if (serviceCounts.sts > 0 && (serviceCounts.kms === 0 || statements.every(({ resource }) => !resource))
    || hint === 'trust' && serviceCounts.kms === 0) return 'trust';
  if (serviceCounts.kms > 0)
    return serviceCounts.kms >= serviceCounts.other && !(serviceCounts.other > 0 && coversOnlyOtherServices(statements))
      ? 'key'
      : 'other-resource';
  if (serviceCounts.other > 0) return 'other-resource';
  return kindWithoutActions(statements, serviceCounts.any > 0, openToAll);
}

/** All its resources are written out, and are other services': it is the policy of one of them. */
function coversOnlyOtherServices(statements: readonly Statement[]): boolean {
  const patterns = statements.flatMap(({ resource }) => resource?.patterns ?? []);
  return patterns.length > 0 && patterns.every(({ form }) => form === 'other');
}

/** Only `"Action": "*"`, or no action yet: a key policy if the resources leave it open, and not the default policy of a VPC endpoint. */
function kindWithoutActions(statements: readonly Statement[], anyAction: boolean, openToAll: boolean): PolicyKind {
  const patterns = statements.flatMap((statement) => statement.resource?.patterns ?? []);
  const namesKms = patterns.some(({ form }) => form === 'key' || form === 'alias' || form === 'kms');
  if (namesKms) return 'key';
  if (patterns.some(({ form }) => form !== 'any')) return 'other-resource';
  if (!anyAction) return statements.every(hasEmptyActionList) ? 'key' : 'other-resource';
  return openToAll ? 'endpoint' : 'key';
}

/** A list of actions that is still empty, for `"*"`: hardly another resource's policy is for that, and it grants nothing yet. */
function hasEmptyActionList({ action, resource, principal }: Statement): boolean {
  return action?.patterns.length === 0 && resource?.patterns.length === 1 && principal !== undefined
    && !principal.principals.some(({ form }) => form === 'anyone');
}

/** Wrong capitals are a finding of their own; what is meant still tells the kind. */
function hasPrincipalElement(statement: Statement): boolean {
  return statement.principal !== undefined || misspelledElement(statement.node, 'Principal') !== undefined;
}

/** The console's `key-consolepolicy-3`, the API's `key-default-1`, AWS managed keys' `auto-s3-2`. */
function hasKeyPolicyId(policy: Omit<Policy, 'kind'>): boolean {
  return /^(key-(consolepolicy|default)-|auto-)/.test(policy.id?.value ?? '');
}

interface ServiceCounts {
  kms: number;
  sts: number;
  any: number;
  other: number;
  readonly names: Set<string>;
}

function countServices(statements: readonly Statement[]): ServiceCounts {
  const serviceCounts: ServiceCounts = { kms: 0, sts: 0, any: 0, other: 0, names: new Set() };
  for (const statement of statements) {
    for (const pattern of intendedActionPatterns(statement)) {
      const name = splitAtColons(pattern.text.value)[0]?.toLowerCase() ?? '';
      if (pattern.service === 'kms') serviceCounts.kms++;
      else if (pattern.service === 'any') serviceCounts.any++;
      else if (name === 'sts') serviceCounts.sts++;
      else if (pattern.text.value.includes(':')) serviceCounts.other++;
      // What lacks the prefix is a finding of its own; what is meant still tells the kind.
      else if (isKmsWithoutPrefix(pattern.text.value)) serviceCounts.kms++;
      if (pattern.service !== 'any' && pattern.text.value.includes(':')) serviceCounts.names.add(name);
    }
  }
  return serviceCounts;
}

/**
 * The action values, be it of an element that is misspelled: that is a finding of its own, and what is meant still tells what the policy is
 * about.
 */
export function intendedActionPatterns({ node, action }: Statement): readonly ActionPattern[] {
  if (action) return action.patterns;
  const misspelled = misspelledElement(node, 'Action');
  const context = { hasPolicyVariables: false, placeholderValues: undefined, malformed: [] };
  return misspelled ? readAction(node, misspelled, false, context).patterns : [];
}

/** The kind that a path below its workspace folder tells. */
export function policyKindFromPath(path: string): PolicyKind | undefined {
  const end = path.split('/').slice(-MAX_HINT_SEGMENTS).join('/');
  return PATH_HINTS.find(({ words }) => words.test(end))?.kind;
}

/**
 * The kind of a policy in a folder that a declaration gives to identities: an identity policy, also with principals in it, unless all of
 * it is the sound policy of a key or another resource, or the rest of its path tells a kind that never grants.
 *
 * @param hint what the path tells behind the declared folder
 */
export function classifyInIdentityFolder(policy: Omit<Policy, 'kind'>, hint: PolicyKind | undefined): PolicyKind {
  const kind = classifyPolicy(policy, hint);
  if (!policy.statements.some(hasPrincipalElement)) return kind === 'key' ? 'identity' : kind;
  return policy.statements.every(hasPrincipalElement) && (kind !== 'key' || isCompleteKeyPolicy(policy)) ? kind : 'identity';
}

/** Key policies say `"Resource": "*"` throughout, and begin with the statement of the owner's account. */
function isCompleteKeyPolicy(policy: Omit<Policy, 'kind'>): boolean {
  const { statements } = policy;
  return statements.every(({ resource }) => resource?.patterns.every(({ form }) => form === 'any') === true)
    && (hasKeyPolicyId(policy) || statements.some(isAccountAdminStatement));
}

function isAccountAdminStatement({ effect, principal, action }: Statement): boolean {
  return effect === 'Allow' && principal?.principals.some(({ form }) => form === 'account') === true
    && action?.patterns.some(({ text: policyString }) => policyString.value.toLowerCase() === 'kms:*') === true;
}
