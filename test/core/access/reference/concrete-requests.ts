import type { ReferenceCaller, ReferenceRequest } from './reference-evaluator';

/** Who can be behind an identity. */
export interface ReferenceActor extends ReferenceCaller {
  readonly userName: string | undefined;
}

export function actorOfUser(arn: string): ReferenceActor {
  return { account: arn.split(':')[4] ?? '', arn, sessionArn: undefined, userName: arn.slice(arn.lastIndexOf('/') + 1) };
}

/** A role in one of its sessions. */
export function actorOfRole(arn: string, session: string): ReferenceActor {
  const account = arn.split(':')[4] ?? '';
  return { account, arn, sessionArn: `arn:aws:sts::${account}:assumed-role/${arn.slice(arn.lastIndexOf('/') + 1)}/${session}`,
    userName: undefined };
}

type PossibleContextValues = readonly (readonly string[] | undefined)[];

const ENCRYPTION_CONTEXT_ACTION_NAMES = new Set(['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:CreateGrant']);
const ALIAS_REQUEST_ACTION_NAMES = new Set(['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:DescribeKey']);
const BOOLEAN_CONTEXT_VALUES: PossibleContextValues = [['true'], ['false']];

/**
 * What a request can have for a key, by its name in lower case: undefined among the values where it can be missing. Which requests have a
 * key is in KMS Developer Guide, kms-api-permissions-reference; what services are sent, in conditions-kms; the others in IAM User Guide,
 * reference_policies_condition-keys.
 */
function possibleContextValues(key: string, action: string, referenceActor: ReferenceActor, keyArn: string): PossibleContextValues {
  const [, , , region = '', owner = ''] = keyArn.split(':');
  if (key.startsWith('kms:encryptioncontext:'))
    return ENCRYPTION_CONTEXT_ACTION_NAMES.has(action)
      ? [undefined, ['x'], ['y'], ['z']]
      : [undefined];
  if (key.startsWith('aws:principaltag/')) return [undefined, ['a'], ['b'], ['A']];
  switch (key) {
    case 'kms:calleraccount':
    case 'aws:principalaccount':
      return [[referenceActor.account]];
    case 'aws:principalarn':
      return [[referenceActor.arn]];
    case 'aws:principaltype':
      return [[referenceActor.sessionArn === undefined ? 'User' : 'AssumedRole']];
    case 'aws:principalisawsservice':
      return [['false']];
    case 'aws:username':
      return [referenceActor.userName === undefined ? undefined : [referenceActor.userName]];
    case 'aws:principalorgid':
      return [undefined, ['o-exampleorgid'], ['o-anotherorgid']];
    case 'aws:viaawsservice':
      return BOOLEAN_CONTEXT_VALUES;
    case 'aws:requestedregion':
      return [[region]];
    case 'aws:resourceaccount':
      return [[owner]];
    case 'aws:sourcearn':
    case 'aws:sourceaccount':
      return [undefined];
    case 'aws:calledvia':
      return [undefined, ['athena.amazonaws.com'], ['athena.amazonaws.com', 'cloudformation.amazonaws.com']];
    case 'kms:viaservice':
      return [undefined, ...['s3', 'sqs', 'ec2'].map((service) => [`${service}.${region}.amazonaws.com`])];
    case 'kms:encryptioncontextkeys':
      return ENCRYPTION_CONTEXT_ACTION_NAMES.has(action) ? [undefined, ['app'], ['app', 'env'], ['env']] : [undefined];
    case 'kms:grantisforawsresource':
      return action === 'kms:CreateGrant' || action === 'kms:ListGrants' ? BOOLEAN_CONTEXT_VALUES : [undefined];
    case 'kms:grantoperations':
      return action === 'kms:CreateGrant' ? [['Decrypt'], ['Decrypt', 'Encrypt'], ['Encrypt']] : [undefined];
    case 'kms:requestalias':
      return ALIAS_REQUEST_ACTION_NAMES.has(action) ? [undefined, ['alias/app'], ['alias/other']] : [undefined];
    default:
      throw new RangeError(`no value is known for ${key}`);
  }
}

/** More than these would add nothing but time. */
const MAX_REQUESTS = 72;

/** Requests with all that these keys can be together, by each of the actors; spread evenly where there are too many. */
export function requestsWith(keys: readonly string[],
  { actors: referenceActors, action, keyArn }: { readonly actors: readonly ReferenceActor[]; readonly action: string;
    readonly keyArn: string }): ReferenceRequest[] {
  const names = [...new Set(keys.map((key) => key.toLowerCase()))];
  return referenceActors.flatMap((referenceActor) => {
    const choices = names.map((name) => possibleContextValues(name, action, referenceActor, keyArn));
    const total = choices.reduce((product, values) => product * values.length, 1);
    const count = Math.min(total, Math.ceil(MAX_REQUESTS / referenceActors.length));
    return Array.from({ length: count }, (_, index) => {
      const context: Record<string, readonly string[]> = {};
      let rest = Math.floor(index * total / count);
      for (const [place, values] of choices.entries()) {
        const value = values[rest % values.length];
        rest = Math.floor(rest / values.length);
        if (value) context[names[place] ?? ''] = value;
      }
      return { caller: referenceActor, action, keyArn, context };
    });
  });
}
