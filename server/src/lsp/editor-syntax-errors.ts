import { pastedText, spansOverlap, type FileDiscovery, type Finding } from '../core/index';
import type { OpenDocument } from '../host/host';
import type { ClientCapabilities } from './client-capabilities';
import type { AnalysisHost } from './analysis-host';

const JSON_SYNTAX_CODE = 'json-syntax';

/**
 * Whether the editor itself reports what this finding says: the JSON syntax of an open document. It knows nothing of JSON
 * inside a string, does not look at closed files, and reads any depth. It has no word for what comes with a pasted text.
 */
export function isReportedByEditor(finding: Finding, document: OpenDocument | undefined, analysisHost: AnalysisHost,
  clientCapabilities: ClientCapabilities): boolean {
  if (!isSyntaxCheckedByEditor(finding, document, clientCapabilities)) return false;
  const reading = analysisHost.workspace().readings.get(finding.at.uri);
  return reading !== undefined && !isAboutPastedText(finding, reading) && reading.faults.some(({ layer: sourceLayer, fault }) =>
    sourceLayer === reading.layer && fault.kind !== 'too-deep' && spansOverlap(fault.span, finding.at.span));
}

/** Whether this is the finding that names the cause of what the editor reports all over the document. */
export function isCauseOfEditorErrors(finding: Finding, document: OpenDocument | undefined, analysisHost: AnalysisHost,
  clientCapabilities: ClientCapabilities): boolean {
  const reading = analysisHost.workspace().readings.get(finding.at.uri);
  return reading !== undefined && isSyntaxCheckedByEditor(finding, document, clientCapabilities) && isAboutPastedText(finding, reading);
}

function isSyntaxCheckedByEditor({ code }: Finding, document: OpenDocument | undefined, { syntaxCheckedLanguages }: ClientCapabilities) {
  return code === JSON_SYNTAX_CODE && document !== undefined && syntaxCheckedLanguages.has(document.languageId);
}

function isAboutPastedText({ at: { span } }: Finding, reading: FileDiscovery): boolean {
  const pasted = pastedText(reading);
  return pasted?.span.start === span.start && pasted.span.end === span.end;
}
