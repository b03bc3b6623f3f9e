import type { Workspace } from '../../workspace/workspace';
import { manifestWithUri } from '../manifest-targets';
import { actionCandidates } from './action-candidates';
import type { CompletionCandidate } from './candidate';
import { conditionKeyCandidates, operatorCandidates } from './condition-candidates';
import { conditionValueCandidates } from './condition-value-candidates';
import { documentCandidates, statementCandidates } from './statement-candidates';
import { elementCandidates, elementValueCandidates } from './element-candidates';
import { completeManifest, manifestDocumentCandidates } from './manifest-completion';
import { toCompletions, toDocumentCompletions, type Completions } from './completions';
import { policyCompletionContextAt, type PolicyCompletionContext } from './completion-context';
import { principalCandidates } from './principal-candidates';
import { resourceCandidates } from './resource-candidates';
import { candidatesInPolicy } from './template-candidates';

export interface CompletionOptions {
  /** The editor knows snippets. */
  readonly supportsSnippets: boolean;
  /** The editor completes `kms-handshake.json` by its JSON schema. */
  readonly hasSchemaCompletion: boolean;
  /** A file as its reader names it. */
  readonly formatFile: (uri: string) => string;
}

/** What can be typed at an offset of a file; undefined in files and at places that are neither a policy's nor of `kms-handshake.json`. */
export function complete(workspace: Workspace, uri: string, offset: number,
  { supportsSnippets, hasSchemaCompletion, formatFile }: CompletionOptions): Completions | undefined {
  const manifest = manifestWithUri(workspace.world, uri);
  if (manifest) return completeManifest(workspace, manifest, offset, { supportsSnippets, hasSchemaCompletion });
  const context = policyCompletionContextAt(workspace, uri, offset, formatFile);
  return context && toCompletions(candidatesInPolicy(candidatesForContext(context), context), context, supportsSnippets);
}

/**
 * Whole policies for a document in which nothing stands yet, or an empty object; for `kms-handshake.json` what it could declare.
 *
 * @param text the document's: the workspace keeps no text without a policy
 */
export function completeEmptyDocument(
  workspace: Workspace, uri: string, text: string, { supportsSnippets }: CompletionOptions,
): Completions | undefined {
  const typed = text.trim();
  const manifest = manifestWithUri(workspace.world, uri);
  const syntax = manifest?.layer.syntax ?? workspace.files.get(uri)?.reading.layer.syntax;
  // A policy in a YAML file stands in a template.
  if (syntax?.id !== 'json' || !/^(?:\{\s*\})?$/.test(typed)) return undefined;
  const start = text.length - text.trimStart().length;
  const candidates = manifest ? manifestDocumentCandidates(workspace, manifest) : documentCandidates(workspace, uri);
  return toDocumentCompletions(candidates, syntax, { start, end: start + typed.length }, typed, supportsSnippets);
}

function candidatesForContext(context: PolicyCompletionContext): CompletionCandidate[] {
  const { expected } = context;
  switch (expected.kind) {
    case 'statement-element':
      return [...elementCandidates(context, expected), ...expected.canBeStatements === true ? statementCandidates(context) : []];
    case 'document-element': case 'principal-key': return elementCandidates(context, expected);
    case 'statement': return statementCandidates(context);
    case 'operator': return operatorCandidates(context, expected);
    case 'condition-key': return conditionKeyCandidates(context, expected);
    case 'condition-value': return conditionValueCandidates(context, expected.condition);
    case 'principal': return principalCandidates(context, expected.key);
    case 'element-value': return elementListCandidates(context, expected.element);
  }
}

function elementListCandidates(context: PolicyCompletionContext, element: string): CompletionCandidate[] {
  switch (element) {
    case 'Action': case 'NotAction': return actionCandidates(context);
    case 'Resource': return resourceCandidates(context);
    case 'NotResource': return context.kind === 'key' ? [] : resourceCandidates(context);
    default: return elementValueCandidates(element);
  }
}
