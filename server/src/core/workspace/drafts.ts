import type { KeyFact } from '../locate/located';
import type { Location } from '../text/span';
import type { PolicyTarget } from './declared';
import type { PolicyFacts } from './facts';
import type { PathHints } from './path-hints';
import type { PlainUri } from './paths';
import type { Identity, Key, Link, LinkConflict, ManifestProblem, SharedKeyId } from './world';

/**
 * A policy as linking sees it: what it says and where its file lies, but no text and no places. Drafts of keys and
 * identities point to it; `build-world.ts` puts the policy of the moment in its place.
 */
export interface LinkPolicy {
  readonly uri: string;
  /** Position in its file's reading. */
  readonly index: number;
  readonly path: PlainUri;
  readonly hints: PathHints;
  readonly facts: PolicyFacts;
  readonly targets: readonly PolicyTarget[];
}

/** A place that is looked up when a record is made: it moves while somebody types. */
export type Anchor =
  | { readonly of: 'text'; readonly location: Location }
  | { readonly of: 'document' | 'owner'; readonly policy: LinkPolicy }
  | { readonly of: 'keyArns' | 'principals'; readonly policy: LinkPolicy; readonly item: number };

export type LinkDraft = Omit<Link, 'at'> & { readonly at: Anchor | undefined };
export type KeyDraft = Omit<Key, 'policy' | 'link'> & { readonly policy: LinkPolicy | undefined; readonly link: LinkDraft | undefined };
export type IdentityDraft = Omit<Identity, 'policies' | 'link'> & { readonly policies: readonly LinkPolicy[]; readonly link: LinkDraft };

export interface AmbiguousDraft {
  readonly policy: LinkPolicy;
  readonly account: string;
  readonly at: Anchor;
  /** Ids of keys. Shared between all policies that they are candidates for, and so are `rivals`. */
  readonly candidates: readonly string[];
  readonly rivals: readonly LinkPolicy[];
}

export type ConflictDraft = Omit<LinkConflict, 'places'> & { readonly places: readonly Anchor[] };
export type SharedKeyIdDraft = Omit<SharedKeyId, 'arns'> & { readonly arns: readonly { readonly arn: string; readonly places: readonly Anchor[] }[] };

/** All links of a workspace, before policies are put in. */
export interface Links {
  readonly keys: readonly KeyDraft[];
  readonly identities: readonly IdentityDraft[];
  readonly ambiguous: readonly AmbiguousDraft[];
  readonly conflicts: readonly ConflictDraft[];
  readonly sharedKeyIds: readonly SharedKeyIdDraft[];
  readonly manifest: readonly ManifestProblem[];
  readonly accounts: ReadonlyMap<string, string>;
  readonly facts: readonly KeyFact[];
}

export function policyOfAnchor(anchor: Anchor): LinkPolicy | undefined {
  return anchor.of === 'text' ? undefined : anchor.policy;
}

/** How a policy without any better name is called in ids. */
export function policyId(policy: LinkPolicy): string {
  return `${policy.uri}#${policy.facts.pointer}`;
}
