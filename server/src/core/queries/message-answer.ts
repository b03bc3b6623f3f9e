import type { LocationFormatter } from '../access/text/explain-verdict';
import { relevantPairsOf } from '../access/graph/access-graph';
import type { Outcome } from '../access/verdict';
import { isRefusal, type Refusal } from '../generate/counterpart';
import type { Identity, Key } from '../linking/entities';
import type { World } from '../workspace/world';
import type { AwsDenialReason } from './aws-denial-reason';
import type { MessageSource } from './denied-message';
import { explain, EXPLANATION_SCOPE, type Explanation, type ExplainRequest } from './explain';
import { resolveIdentity, resolveKey } from './name-resolution';

/** What an AWS error contains, where it leaves out who called, which key is meant, or both. */
export interface MessageQuestion {
  readonly identity?: string | undefined;
  readonly key?: string | undefined;
  readonly action: string;
  readonly source: MessageSource;
  readonly aws?: AwsDenialReason | undefined;
}

/** What such an error can be about. */
export interface MessageAnswer extends MessageQuestion {
  readonly missing: readonly ('identity' | 'key')[];
  /** What the message leaves out. */
  readonly sentence: string;
  /** What fits the message, the usual first. */
  readonly causes: readonly string[];
  /** The answers for the identities and keys that can be meant, denials first. */
  readonly candidates: readonly Explanation[];
  /** How many further ones there are. */
  readonly moreCandidates: number;
  readonly scope: string;
}

const MAX_EXPLAINED_CANDIDATES = 10;
/** Each evaluation takes a millisecond. */
const MAX_EVALUATED_PAIRS = 300;

/** Answers an error that does not name both identity and key by what fits it, and by the keys of the workspace that can be meant. */
export function answerMessage(world: World, question: MessageQuestion, formatLocation: LocationFormatter): MessageAnswer | Refusal {
  const pairs = candidatePairs(world, question);
  if (isRefusal(pairs)) return pairs;
  const answers = pairs.slice(0, MAX_EVALUATED_PAIRS).map(({ identity, key }) =>
    explain(world, { identity, key, action: question.action }, formatLocation));
  const refusal = answers.find((answer) => isRefusal(answer));
  const explanations = answers.filter((answer): answer is Explanation => !isRefusal(answer));
  // What is wrong with the action, for example, is wrong with it everywhere.
  if (refusal && explanations.length === 0) return refusal;
  const candidates = explanations.sort((a, b) => OUTCOME_ORDER.indexOf(a.outcome) - OUTCOME_ORDER.indexOf(b.outcome))
    .slice(0, MAX_EXPLAINED_CANDIDATES);
  const missing = (['identity', 'key'] as const).filter((name) => question[name] === undefined);
  return {
    ...question, missing, sentence: `Unknown: the message does not say ${missing.map((name) => MISSING_PART_TEXTS[name]).join(', nor ')}.`,
    causes: possibleCauses(question), candidates, moreCandidates: pairs.length - candidates.length, scope: EXPLANATION_SCOPE,
  };
}

const OUTCOME_ORDER: readonly Outcome[] = ['denied', 'unknown', 'conditional', 'allowed'];
const MISSING_PART_TEXTS: Readonly<Record<'identity' | 'key', string>> = { identity: 'who called', key: 'which key it is about' };

function candidatePairs(world: World, { identity, key }: MessageQuestion): Omit<ExplainRequest, 'action'>[] | Refusal {
  const keys = key === undefined ? world.keys : keysMatchingName(world, key);
  if (isRefusal(keys)) return keys;
  const pairs = relevantPairsOf(world).filter((pair) => keys.includes(pair.key));
  if (identity === undefined)
    return pairs.map((pair) => ({ identity: pair.identity.arn ?? pair.identity.id, key: keyDisplayName(pair.key) }));
  const resolvedName = resolveIdentity(world, identity);
  if (isRefusal(resolvedName)) return resolvedName;
  const relevant = pairs.filter((pair) => isSameIdentity(pair.identity, resolvedName.records[0])).map((pair) => pair.key);
  return (relevant.length > 0 ? relevant : keys).map((candidate) => ({ identity, key: keyDisplayName(candidate) }));
}

/** The session of a role has the policies of the role. */
function isSameIdentity(identity: Identity, { arn, policies }: Identity): boolean {
  return arn !== undefined && identity.arn === arn || policies.length > 0 && identity.policies === policies;
}

/** An alias has the same name in several accounts and Regions: where the caller's has no such alias, another one is meant. */
function keysMatchingName(world: World, name: string): readonly Key[] | Refusal {
  const alias = name.slice(name.indexOf('alias/'));
  if (name.includes('alias/')) {
    const keys = world.keys.filter(({ aliases }) => aliases.includes(alias));
    return keys.length > 0 ? keys : world.keys;
  }
  const resolvedName = resolveKey(world, name);
  return isRefusal(resolvedName) ? resolvedName : resolvedName.records;
}

function keyDisplayName({ arn, id }: Key): string {
  return arn ?? id;
}

/** What fits each wording. */
function possibleCauses({ action, source, aws }: MessageQuestion): string[] {
  const keyPolicy = `The key policy does not allow ${action} for the caller, or denies it.`;
  const identityPolicy = `No IAM policy of the caller allows ${action} on the key.`;
  // Source: https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html
  const region = 'The key is in another Region than the one that was called: KMS finds the key of a ciphertext in its own Region only.';
  if (aws?.policyType === 'identity-based-policy') return [identityPolicy];
  if (aws?.policyType === 'resource-based-policy') return [keyPolicy];
  switch (source) {
    case 'message': case 'cloudtrail': return [keyPolicy, identityPolicy, region];
    case 'ciphertext': return [keyPolicy, identityPolicy, region, 'The key was deleted, or the ciphertext was made with a key of an '
      + 'account that no longer exists.'];
    // Source: https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html, and for the ARN: find-cmk-alias.html
    case 'not-found': return [
      'The alias or key belongs to another account: a name such as alias/app means an alias of the caller\'s own account. '
        + 'Use the ARN of the key, or of the alias with its account.',
      'It belongs to another Region than the one that was called: '
        + 'aliases and keys, multi-Region keys too, are found in their own Region only.',
      'It was deleted, or is written in another way: names of aliases have capitals.',
    ];
    // Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
    case 's3': return [
      'An IAM policy of the caller, or the bucket policy, does not allow the action of Amazon S3 itself, such as s3:GetObject.',
      `The object is encrypted with a KMS key: ${lowerFirst(keyPolicy)}`,
      `The object is encrypted with a KMS key: ${lowerFirst(identityPolicy)}`,
      'The object is encrypted with the AWS managed key aws/s3, which other accounts cannot use.',
    ];
    // Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
    case 'secrets-manager': return [
      'The secret is encrypted with the AWS managed key aws/secretsmanager, which other accounts cannot use: '
        + 'encrypt it with a customer managed key.',
      keyPolicy, identityPolicy,
    ];
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
