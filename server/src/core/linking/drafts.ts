import { pointerOfAddress } from '../discovery/policy-address';
import type { KeyFact, TemplateIdentity } from '../discovery/discovery-result';
import type { Location } from '../text/span';
import type { PolicyFacts } from './policy-facts';
import type { DeclaredIdentity, DeclaredKey, Manifest, Spanned } from '../manifest/manifest';
import type { PolicyKind } from '../policy/policy';
import type { DeclaredKind } from '../manifest/manifest-schema';
import type { ParsedIdentityArn, ParsedKeyArn } from './names';
import type { PathHints } from './path-hints';
import type { PlainUri } from '../text/uri-path';
import type { Identity, Key, Link, LinkConflict, ManifestProblem, SharedKeyId, TemplateResourceRef } from './entities';

/**
 * A policy as linking sees it: what it says and where its file lies, but no text and no places. Drafts of keys and
 * identities point to it; `records.ts` puts the policy of the moment in its place.
 */
export interface LinkPolicy {
  readonly uri: string;
  /** Position in its file's reading. */
  readonly policyIndex: number;
  readonly path: PlainUri;
  readonly pathHints: PathHints;
  readonly facts: PolicyFacts;
  readonly policyTargets: readonly PolicyTarget[];
  /** The entry of `kinds` that counts for its file. */
  readonly kindEntry: DeclaredKindEntry | undefined;
  /** Those of `keys` and `identities` that decide about its kind. */
  readonly kindClaims: readonly KindClaim[];
}

/** A place that is looked up when a record is made: it moves while somebody types. */
export type SourceAnchor =
  | { readonly of: 'text'; readonly location: Location }
  | { readonly of: 'document' | 'owner'; readonly policy: LinkPolicy }
  | { readonly of: 'keys' | 'principals'; readonly policy: LinkPolicy; readonly item: number }
  | FactAnchor;

/** A fact of a file, by its position in the list of these facts. */
export interface FactAnchor {
  readonly of: 'key-fact' | 'template-identity';
  readonly uri: string;
  readonly item: number;
}

/** What a file says about a key, or about an identity that a template makes, without its place. */
export type LinkKeyFact = Omit<KeyFact, 'span'> & { readonly anchor: FactAnchor };
export type LinkTemplateIdentity = Omit<TemplateIdentity, 'location'> & { readonly anchor: FactAnchor };

export type LinkDraft = Omit<Link, 'at'> & { readonly at?: SourceAnchor | undefined };

/** The link with a further phrase in its description. */
export function extendLink(link: LinkDraft, phrase: string, certain = link.certain): LinkDraft {
  return { ...link, certain, description: `${link.description}, ${phrase}` };
}

/** The ARN of a key taken apart, or the parts that are known of it. */
export type KeyParts = Pick<Key, 'arn' | 'partition' | 'region' | 'account' | 'keyId'>;
type TemplateResourceDraft = Omit<TemplateResourceRef, 'at'> & { readonly at: FactAnchor };

export type KeyDraft = Omit<Key, 'policy' | 'link' | 'template'> & {
  readonly policy?: LinkPolicy | undefined; readonly link?: LinkDraft | undefined; readonly template?: TemplateResourceDraft | undefined;
};
export type KeyProperties = Pick<KeyDraft,
  'aliases' | 'aliasesComplete' | 'keySpec' | 'keyUsage' | 'multiRegion' | 'grants' | 'awsManaged' | 'template'>;

/** Who a policy is attached to, and by what; `id` is the same for all policies of the identity. */
export type Attachment = Pick<Identity, 'id' | 'arn' | 'partition' | 'account' | 'kind' | 'pathNames'> & { readonly link: LinkDraft };

export type IdentityDraft = Omit<Identity, 'policies' | 'link' | 'template'> & {
  readonly policies: readonly LinkPolicy[]; readonly link: LinkDraft; readonly template?: TemplateResourceDraft | undefined;
};

export interface AmbiguousLinkDraft {
  readonly policy: LinkPolicy;
  readonly account: string;
  readonly at: SourceAnchor;
  /** Ids of keys. Shared between all policies that they are candidates for, and so are `competingPolicies`. */
  readonly candidates: readonly string[];
  readonly competingPolicies: readonly LinkPolicy[];
}

export type LinkConflictDraft = Omit<LinkConflict, 'places'> & { readonly places: readonly SourceAnchor[] };
export type SharedKeyIdDraft = Omit<SharedKeyId, 'arns'> & {
  readonly arns: readonly { readonly arn: string; readonly places: readonly SourceAnchor[] }[];
};

export interface KeyDeclaration extends DeclaredKey {
  readonly manifest: Manifest;
  readonly name: ParsedKeyArn;
}

export interface IdentityDeclaration extends DeclaredIdentity {
  readonly manifest: Manifest;
  readonly name: ParsedIdentityArn | undefined;
}

/** A place of a manifest that ties policies of some files to a key or identity. */
export interface PolicyTarget {
  readonly key: KeyDeclaration | undefined;
  readonly identity: IdentityDeclaration | undefined;
  readonly reference: Spanned;
  readonly at: Location;
  readonly pointer: string | undefined;
  readonly logicalId: string | undefined;
  /** Of its manifest. */
  readonly folder: PlainUri;
  /** The file that it names; the folder that it takes in where it is a folder or glob. */
  readonly basePath: PlainUri;
  readonly link: LinkDraft;
  /** For an identity with an ARN: what every policy of the target is attached to. */
  readonly attachment: Attachment | undefined;
}

/** What an entry of `kinds` says, and the folder of its manifest. */
export interface DeclaredKindEntry {
  readonly kind: DeclaredKind;
  readonly folder: PlainUri;
}

/** What `keys` or `identities` say about the kind of some policies of a file. */
export interface KindClaim {
  readonly kind: 'key' | 'identity';
  readonly nearness: number;
  readonly pointer: string | undefined;
  /** The declaration names the file, not a folder around it or a glob. */
  readonly isExact: boolean;
  /** The kind that the rest of the path tells, behind what the declaration names. */
  readonly pathKind: PolicyKind | undefined;
}

/** All links of a workspace, before policies are put in. */
export interface WorkspaceLinks {
  readonly keys: readonly KeyDraft[];
  readonly identities: readonly IdentityDraft[];
  readonly ambiguousLinks: readonly AmbiguousLinkDraft[];
  readonly conflicts: readonly LinkConflictDraft[];
  readonly sharedKeyIds: readonly SharedKeyIdDraft[];
  readonly manifestProblems: readonly ManifestProblem[];
  readonly accounts: ReadonlyMap<string, string>;
  readonly keyFacts: readonly LinkKeyFact[];
}

/** The file whose text decides where the anchor is. */
export function fileOfAnchor(anchor: SourceAnchor | undefined): string | undefined {
  if (anchor === undefined || anchor.of === 'text') return undefined;
  return 'uri' in anchor ? anchor.uri : anchor.policy.uri;
}

/** The name of a policy in ids of what has no ARN. */
export function policyId(policy: LinkPolicy): string {
  return `${policy.uri}#${pointerOfAddress(policy.facts.address)}`;
}
