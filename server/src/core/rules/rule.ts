import type { VerdictGroup } from '../access/pair-verdicts';
import type { Reason } from '../access/verdict';
import type { ActionSet } from '../aws/actions';
import type { FileDiscovery } from '../discovery/read-file';
import type { KeyAccessRequest } from './shared/key-access-requests';
import type { DiscoveredPolicy } from '../discovery/discovery-result';
import type { Identity, Key, Link } from '../linking/entities';
import type { World } from '../workspace/world';
import type { Finding, Severity } from './shared/finding';
import type { Trait } from './shared/traits';

/** What is said of a rule in `docs/rules/index.md`, in the settings and in tests. */
export interface RuleMeta {
  readonly code: string;
  /** The level of its plain case; single findings may be lower. */
  readonly severity: Severity;
  /** One line, as a statement about the policy: "The key policy lets everyone in". */
  readonly summary: string;
  /** The AWS documentation page that the rule rests on. */
  readonly href: string;
  /** Whether any of its findings has a quick fix. */
  readonly fixable: boolean;
}

/**
 * A rule looks at one subject at a time and yields what it finds. A finding may depend on its subject only: results are
 * kept until the subject changes. Six scopes, so that a change is judged again only where it matters.
 */
export type Rule =
  | RuleFor<'file', FileSubject> | RuleFor<'policy', PolicySubject> | RuleFor<'pair', PairSubject>
  | RuleFor<'key', KeySubject> | RuleFor<'identity', IdentitySubject> | RuleFor<'world', WorldSubject>;

export interface RuleFor<Scope extends string, Subject> {
  readonly scope: Scope;
  readonly meta: RuleMeta;
  /** For rules of scope `policy`: it finds nothing in policies without all of these, and need not be asked about them. */
  readonly needs?: readonly Trait[];
  /** For rules of scope `pair`: it finds nothing where no verdict rests on one of these. */
  readonly reasons?: readonly Reason[];
  readonly check: (subject: Subject) => Iterable<FindingDraft>;
}

/**
 * A finding without what the rule's meta says; `severity` only where it differs from the meta's. `rests`: the links that
 * the finding hangs on, where they are others than the subject's own; an empty list for what no link can change.
 */
export type FindingDraft = Pick<Finding, 'at' | 'message'> & Partial<
  Pick<Finding, 'severity' | 'related' | 'fixes' | 'href' | 'unnecessary' | 'words'>
> & { readonly dependsOnLinks?: readonly Link[] };

export interface FileSubject {
  readonly uri: string;
  readonly reading: FileDiscovery;
}

/** One policy with what its links say. A key policy has at most one key; an identity policy may be attached to several identities. */
export interface PolicySubject {
  readonly policy: DiscoveredPolicy;
  readonly key: Key | undefined;
  readonly identities: readonly Identity[];
}

/** An identity and a key that meet in either half, with the verdict on each action that either half mentions. */
export interface PairSubject {
  readonly identity: Identity;
  readonly key: Key;
  readonly verdicts: readonly VerdictGroup[];
  /** The actions of them that the identity may use, or may use under conditions, or of which nobody can tell. */
  readonly usableActions: ActionSet;
  /** What the identity's policies ask of the key. */
  readonly requests: readonly KeyAccessRequest[];
}

/** A key with all the identities that it meets. */
export interface KeySubject {
  readonly key: Key;
  readonly pairs: readonly PairSubject[];
  /** The accounts of which the workspace has identity policies, for whatever keys. */
  readonly consumerAccounts: ReadonlySet<string>;
}

/** An identity with all the keys that it meets. */
export interface IdentitySubject {
  readonly identity: Identity;
  readonly pairs: readonly PairSubject[];
}

export interface WorldSubject {
  readonly world: World;
  /** Every key of the world with its pairs. */
  readonly keySubjects: readonly KeySubject[];
}

