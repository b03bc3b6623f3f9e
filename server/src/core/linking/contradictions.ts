import { joinNames } from '../text/join-names';
import type { Location, Span } from '../text/span';
import type { Declared } from './declarations';
import type { Anchor, ConflictDraft } from './drafts';
import type { Manifest, Said } from '../manifest/manifest';
import { push } from './link-index';
import { innermost } from '../manifest/manifest-files';
import type { PlainUri } from '../text/uri-path';
import type { ManifestProblem } from './entities';

/** One thing that is said of a subject (an account, a key) at a place. */
interface Statement {
  readonly subject: string;
  readonly value: string;
  readonly at: Location;
  /** Of the manifest. */
  readonly folder: PlainUri;
}

/** What manifests of neighbouring folders, or of one, say of the same account or key, and cannot both be true. */
export function declaredContradictions({ manifests, keys }: Declared): ConflictDraft[] {
  const names = manifests.flatMap((manifest) => manifest.accounts.map(({ id, name }) => statement(manifest, id.value, name)));
  const specs = keys.flatMap((key) => (key.keySpec ? [statement(key.manifest, key.arn.value, key.keySpec)] : []));
  const usages = keys.flatMap((key) => (key.keyUsage ? [statement(key.manifest, key.arn.value, key.keyUsage)] : []));
  return [
    ...contradictions('account-with-two-names', names, (subject, values) => `Account ${subject} has two names: ${values}. The first one counts.`),
    ...contradictions('key-with-two-values', specs, (subject, values) => `Two key specs are declared for ${subject}: ${values}. The first one counts.`),
    ...contradictions('key-with-two-values', usages, (subject, values) => `Two key usages are declared for ${subject}: ${values}. The first one counts.`),
  ];
}

function statement(manifest: Manifest, subject: string, { value, span }: Said): Statement {
  return { subject, value, at: { uri: manifest.uri, span }, folder: manifest.folder };
}

function contradictions(about: ConflictDraft['about'], statements: readonly Statement[], say: (subject: string, values: string) => string): ConflictDraft[] {
  const bySubject = new Map<string, Statement[]>();
  for (const statement of statements) push(bySubject, statement.subject, statement);
  return [...bySubject].flatMap(([subject, all]): ConflictDraft[] => {
    const said = innermost(all, ({ folder }) => folder);
    const values = [...new Set(said.map(({ value }) => value))];
    if (values.length < 2) return [];
    return [{ about, message: say(subject, joinNames(values.map((value) => `"${value}"`))), places: said.map(({ at }) => ({ of: 'text', location: at })) }];
  });
}

/** A contradiction inside one manifest is a fault of that manifest; one between files is a conflict of links. */
export function sortContradictions(all: readonly ConflictDraft[]): { readonly conflicts: ConflictDraft[]; readonly problems: ManifestProblem[] } {
  const conflicts: ConflictDraft[] = [];
  const problems: ManifestProblem[] = [];
  for (const conflictDraft of all) {
    const places = ownPlaces(conflictDraft.places);
    if (places === undefined) conflicts.push(conflictDraft);
    // The first one counts, so the others are the faults.
    else problems.push(...places.slice(1).map(({ uri, span }) => problem(uri, span, conflictDraft.message)));
  }
  return { conflicts, problems };
}

/** The places, if all of them lie in the same manifest. */
function ownPlaces(places: readonly Anchor[]): Location[] | undefined {
  const locations = places.flatMap((place) => (place.of === 'text' ? [place.location] : []));
  const one = new Set(locations.map(({ uri }) => uri)).size === 1;
  return one && locations.length === places.length ? locations : undefined;
}

export function problem(uri: string, span: Span, message: string, severity: ManifestProblem['severity'] = 'error'): ManifestProblem {
  return { uri, span, message, severity };
}
