import type { Manifest } from '../../workspace/manifest';
import type { Workspace } from '../../workspace/workspace';
import { actionCandidates } from './actions';
import type { Candidate } from './candidate';
import { conditionKeyCandidates } from './condition-keys';
import { conditionValueCandidates } from './condition-values';
import { documentCandidates } from './documents';
import { elementCandidates, elementValueCandidates } from './elements';
import { completeManifest, manifestDocuments } from './manifest';
import { offered, offeredAlone, type Completions } from './offer';
import { operatorCandidates } from './operators';
import { placeAt, type Place } from './place';
import { principalCandidates } from './principals';
import { resourceCandidates } from './resources';
import { statementCandidates } from './statements';

export interface CompletionOptions {
  /** The editor knows snippets. */
  readonly snippets: boolean;
  /** The editor completes `kms-handshake.json` by its JSON schema. */
  readonly schema: boolean;
  /** A file as its reader names it. */
  readonly file: (uri: string) => string;
}

/** What can be typed at an offset of a file; undefined in files and at places that are neither a policy's nor of `kms-handshake.json`. */
export function complete(workspace: Workspace, uri: string, offset: number, { snippets, schema, file }: CompletionOptions): Completions | undefined {
  const manifest = manifestAt(workspace, uri);
  if (manifest) return completeManifest(workspace, manifest, offset, { snippets, schema });
  const place = placeAt(workspace, uri, offset, file);
  return place && offered(candidatesAt(place), place, snippets);
}

/**
 * Whole policies for a document in which nothing stands yet, or an empty object; for `kms-handshake.json` what it could declare.
 *
 * @param text the document's: the workspace keeps no text without a policy
 */
export function completeEmpty(workspace: Workspace, uri: string, text: string, { snippets }: CompletionOptions): Completions | undefined {
  if (!/^(?:\{\s*\})?$/.test(text.trim())) return undefined;
  const start = text.length - text.trimStart().length;
  const manifest = manifestAt(workspace, uri);
  return offeredAlone(manifest ? manifestDocuments(workspace, manifest) : documentCandidates(workspace, uri), { start, end: Math.max(start, text.trimEnd().length) }, text.trim(), snippets);
}

function manifestAt({ world }: Workspace, uri: string): Manifest | undefined {
  return world.manifests.find((one) => one.uri === uri);
}

function candidatesAt(place: Place): Candidate[] {
  const { wants } = place;
  switch (wants.what) {
    case 'document-element': case 'statement-element': case 'principal-key': return elementCandidates(place, wants);
    case 'statement': return statementCandidates(place);
    case 'operator': return operatorCandidates(place, wants);
    case 'condition-key': return conditionKeyCandidates(place, wants);
    case 'condition-value': return conditionValueCandidates(place, wants.condition);
    case 'principal': return principalCandidates(place, wants.key);
    case 'element-value': return valueCandidates(place, wants.element);
  }
}

function valueCandidates(place: Place, element: string): Candidate[] {
  switch (element) {
    case 'Action': case 'NotAction': return actionCandidates(place);
    case 'Resource': return resourceCandidates(place);
    case 'NotResource': return place.kind === 'key' ? [] : resourceCandidates(place);
    default: return elementValueCandidates(element);
  }
}
