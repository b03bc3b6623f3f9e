import { spansOverlap, type Finding } from '../core/index';
import type { OpenDocument } from '../host/host';
import type { ClientCapabilities } from './client-capabilities';
import type { AnalysisHost } from './analysis-host';

export const JSON_SYNTAX_CODE = 'json-syntax';

/**
 * Whether the editor itself reports what this finding says: the JSON syntax of an open document. It knows nothing of JSON
 * inside a string, does not look at closed files, and reads any depth.
 */
export function isReportedByEditor(finding: Finding, document: OpenDocument | undefined, analysisHost: AnalysisHost,
  clientCapabilities: ClientCapabilities): boolean {
  if (finding.code !== JSON_SYNTAX_CODE || document === undefined || !clientCapabilities.syntaxCheckedLanguages.has(document.languageId))
    return false;
  const reading = analysisHost.workspace().readings.get(finding.at.uri);
  return reading?.faults.some(({ layer: sourceLayer, fault }) =>
    sourceLayer === reading.layer && fault.kind !== 'too-deep' && spansOverlap(fault.span, finding.at.span)
  ) ?? false;
}
