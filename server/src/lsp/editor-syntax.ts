import { overlaps, type Finding } from '../core/index';
import type { OpenDocument } from '../host/contract';
import type { Abilities } from './abilities';
import type { Knowledge } from './knowledge';

export const SYNTAX = 'json-syntax';

/**
 * Whether the editor itself reports what this finding says: the JSON syntax of an open document. It knows nothing of JSON
 * inside a string, does not look at closed files, and reads any depth.
 */
export function saidByEditor(finding: Finding, document: OpenDocument | undefined, knowledge: Knowledge, abilities: Abilities): boolean {
  if (finding.code !== SYNTAX || document === undefined || !abilities.checksSyntaxOf.has(document.languageId)) return false;
  const reading = knowledge.workspace().readings.get(finding.at.uri);
  return reading?.faults.some(({ layer, fault }) => layer === reading.layer && fault.kind !== 'too-deep' && overlaps(fault.span, finding.at.span)) ?? false;
}
