import { joinNames } from '../text/join-names';
import type { Location, Span } from '../text/span';
import type { Declarations } from './declarations';
import type { SourceAnchor, LinkConflictDraft } from './drafts';
import type { Manifest, Spanned } from '../manifest/manifest';
import { appendToList } from './link-index';
import { innermostDeclarations } from '../manifest/manifest-files';
import type { PlainUri } from '../text/uri-path';
import type { ManifestProblem } from './entities';

/** One thing that is said of a subject (an account, a key) at a place. */
interface DeclaredAttribute {
  readonly subject: string;
  readonly value: string;
  readonly at: Location;
  /** Of the manifest. */
  readonly folder: PlainUri;
}

/** What manifests of neighbouring folders, or of one, say of the same account or key, and cannot both be true. */
export function conflictingDeclarations({ manifests, keys }: Declarations): LinkConflictDraft[] {
  const names = manifests.flatMap((manifest) => manifest.accounts.map(({ id, name }) => createDeclaredAttribute(manifest, id.value, name)));
  const specs = keys.flatMap((key) => (key.keySpec ? [createDeclaredAttribute(key.manifest, key.arn.value, key.keySpec)] : []));
  const usages = keys.flatMap((key) => (key.keyUsage ? [createDeclaredAttribute(key.manifest, key.arn.value, key.keyUsage)] : []));
  return [
    ...conflictingAttributes('account-with-two-names', names,
      (subject, values) => `Account ${subject} has two names: ${values}. The first one counts.`),
    ...conflictingAttributes('key-with-two-values', specs,
      (subject, values) => `Two key specs are declared for ${subject}: ${values}. The first one counts.`),
    ...conflictingAttributes('key-with-two-values', usages,
      (subject, values) => `Two key usages are declared for ${subject}: ${values}. The first one counts.`),
  ];
}

function createDeclaredAttribute(manifest: Manifest, subject: string, { value, span }: Spanned): DeclaredAttribute {
  return { subject, value, at: { uri: manifest.uri, span }, folder: manifest.folder };
}

function conflictingAttributes(about: LinkConflictDraft['about'], statements: readonly DeclaredAttribute[],
  say: (subject: string, values: string) => string): LinkConflictDraft[] {
  const bySubject = new Map<string, DeclaredAttribute[]>();
  for (const statement of statements) appendToList(bySubject, statement.subject, statement);
  return [...bySubject].flatMap(([subject, all]): LinkConflictDraft[] => {
    const said = innermostDeclarations(all, ({ folder }) => folder);
    const values = [...new Set(said.map(({ value }) => value))];
    if (values.length < 2) return [];
    return [{ about, message: say(subject, joinNames(values.map((value) => `"${value}"`))),
      places: said.map(({ at }) => ({ of: 'text', location: at })) }];
  });
}

/** A contradiction inside one manifest is a fault of that manifest; one between files is a conflict of links. */
export function partitionConflicts(
  all: readonly LinkConflictDraft[],
): { readonly conflicts: LinkConflictDraft[]; readonly problems: ManifestProblem[] } {
  const conflicts: LinkConflictDraft[] = [];
  const problems: ManifestProblem[] = [];
  for (const conflictDraft of all) {
    const places = locationsInSingleManifest(conflictDraft.places);
    if (places === undefined) conflicts.push(conflictDraft);
    // The first one counts, so the others are the faults.
    else problems.push(...places.slice(1).map(({ uri, span }) => createManifestProblem(uri, span, conflictDraft.message)));
  }
  return { conflicts, problems };
}

/** The places, if all of them lie in the same manifest. */
function locationsInSingleManifest(places: readonly SourceAnchor[]): Location[] | undefined {
  const locations = places.flatMap((place) => (place.of === 'text' ? [place.location] : []));
  const one = new Set(locations.map(({ uri }) => uri)).size === 1;
  return one && locations.length === places.length ? locations : undefined;
}

export function createManifestProblem(uri: string, span: Span, message: string,
  severity: ManifestProblem['severity'] = 'error'): ManifestProblem {
  return { uri, span, message, severity };
}
