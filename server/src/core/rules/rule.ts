import type { VerdictGroup } from '../access/pair-verdicts';
import type { Reason } from '../access/verdict';
import type { ActionSet } from '../aws/actions';
import type { FileDiscovery } from '../discovery/read-file';
import type { KeyAccessRequest } from './shared/key-access-requests';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Identity, Key, Link } from '../linking/entities';
import type { MalformedElement, Statement } from '../policy/policy';
import type { Memoize } from '../workspace/memoize';
import type { World } from '../workspace/world';
import type { FaultyValue } from './shared/faulty-values';
import type { Finding, Severity } from './shared/finding';
import type { ConditionInStatement, ResolvedCondition } from './shared/kms-conditions';
import type { PrincipalInStatement, RejectedPrincipal } from './shared/principal-form';

/**
 * What is checked about policies, keys and identities under one code. Findings depend on the subject that a check is given and nothing
 * else: they are kept until the subject changes. Adding a rule means adding its file, its line in `index.ts`, its page and its tests.
 */
export interface Rule {
  readonly code: string;
  /** The severity of its typical findings; a finding can have another. */
  readonly severity: Severity;
  /** One line, as a statement about the policy: "The key policy allows the identities of every AWS account". */
  readonly summary: string;
  /** The AWS documentation page that the rule is based on. */
  readonly href: string;
  /** The pages of findings that are based on another one. */
  readonly otherHrefs?: readonly string[];
  /** False where none of its findings has a quick fix. */
  readonly fixable?: false;
  /** False where AWS rejects what it finds whatever anybody thinks of it: no quick fix suppresses it. */
  readonly suppressible?: false;
  readonly check: RuleChecks;
}

/** A check for each kind of subject that the rule is about. */
export interface RuleChecks extends PolicyVisitor {
  readonly file?: Check<FileSubject>;
  readonly pair?: Check<PairSubject>;
  /** The pair check finds something only where a verdict has one of these reasons. */
  readonly pairReasons?: readonly Reason[];
  readonly key?: Check<KeySubject>;
  readonly identity?: Check<IdentitySubject>;
  readonly world?: Check<WorldSubject>;
}

type Check<Subject> = (subject: Subject) => Iterable<FindingDraft>;

/**
 * The parts of a policy that a rule is about. A policy is walked once for all rules (`analysis/check-policy.ts`), and a rule is called for
 * the parts that it has a function for. `kmsPolicy` and all below it are for key policies and for identity policies that concern KMS.
 */
export interface PolicyVisitor {
  readonly anyPolicy?: Check<PolicySubject>;
  /** A policy that is neither a key policy nor an identity policy. */
  readonly otherPolicy?: Check<PolicySubject>;
  /** What the reader found malformed in a policy of any kind. */
  readonly malformed?: PartCheck<MalformedElement>;
  readonly kmsPolicy?: Check<PolicySubject>;
  readonly malformedInKmsPolicy?: PartCheck<MalformedElement>;
  /** A policy that contains anything but printable ASCII, directly or as an escape. */
  readonly policyWithUnusualCharacters?: Check<PolicySubject>;
  readonly keyPolicy?: Check<PolicySubject>;
  readonly identityPolicy?: Check<PolicySubject>;
  readonly statement?: PartCheck<Statement>;
  readonly keyPolicyStatement?: PartCheck<Statement>;
  readonly identityPolicyStatement?: PartCheck<Statement>;
  /** The principals of a key policy under `Service`. */
  readonly servicePrincipal?: PartCheck<PrincipalInStatement>;
  /** The principals of a key policy that are roles created by AWS: of IAM Identity Center, or linked to a service. */
  readonly reservedRole?: PartCheck<PrincipalInStatement>;
  /** The principals of a key policy that KMS rejects, except in statements that only show the structure of a policy. */
  readonly rejectedPrincipal?: PartCheck<RejectedPrincipal>;
  /** The conditions of statements that may be about keys, and those on `kms:` keys anywhere. */
  readonly condition?: PartCheck<ConditionInStatement>;
  /** Those whose operator and key exist. */
  readonly resolvedCondition?: PartCheck<ResolvedCondition>;
  readonly faultyValue?: PartCheck<FaultyValue>;
}

export type PartCheck<Part> = (part: Part, subject: PolicySubject) => Iterable<FindingDraft>;

/**
 * A finding without what its rule says. `dependsOnLinks`: the links that the finding depends on, if they are not the subject's own; an
 * empty list if no link can change it.
 */
export type FindingDraft = Pick<Finding, 'at' | 'message'> & Partial<
  Pick<Finding, 'severity' | 'related' | 'fixes' | 'href' | 'unnecessary' | 'words' | 'unusedSuppression'>
> & { readonly dependsOnLinks?: readonly Link[] };

/** Checks memoize what several of them need; they keep no state themselves. */
interface Memoizing {
  readonly memoize: Memoize;
}

export interface FileSubject {
  readonly uri: string;
  readonly reading: FileDiscovery;
  /** Of all rules that are run. */
  readonly ruleCodes: readonly string[];
}

/** A policy with its links. A key policy has at most one key; an identity policy may be attached to several identities. */
export interface PolicySubject extends Memoizing {
  readonly policy: DiscoveredPolicy;
  readonly key: Key | undefined;
  readonly identities: readonly Identity[];
}

/** An identity and a key that may matter to each other, with the verdict on each action that one of their policies mentions. */
export interface PairSubject extends Memoizing {
  readonly identity: Identity;
  readonly key: Key;
  readonly verdicts: readonly VerdictGroup[];
  /** The actions that are allowed, allowed under conditions, or not decided. */
  readonly usableActions: ActionSet;
  /** The statements of the identity's policies that cover the key. */
  readonly requests: readonly KeyAccessRequest[];
}

/** A key with all its pairs. */
export interface KeySubject extends Memoizing {
  readonly key: Key;
  readonly pairs: readonly PairSubject[];
  /** The accounts that have identity policies in the workspace, for whatever keys. */
  readonly consumerAccounts: ReadonlySet<string>;
}

/** An identity with all its pairs. */
export interface IdentitySubject extends Memoizing {
  readonly identity: Identity;
  readonly pairs: readonly PairSubject[];
}

export interface WorldSubject {
  readonly world: World;
  /** Every key of the world with its pairs. */
  readonly keySubjects: readonly KeySubject[];
}

