import type { LayerFault } from '../discovery/discoverer';
import type { FileDiscovery } from '../discovery/read-file';
import type { SyntaxFault, SyntaxFaultKind } from '../syntax/syntax-fault';
import { pastedText, type PastedText } from './shared/pasted-text';
import { fixFiles, type Fix } from './shared/fix';
import { mayBeKmsPolicy } from './shared/kms-statements';
import { repairFixes } from './shared/repair-fixes';
import type { FindingDraft, Rule } from './rule';

/** What has one repair only; where a broken string or a cut-off text ends is a guess, and a comment may be worth keeping. */
const SAFE_TO_FIX_FAULTS: ReadonlySet<SyntaxFaultKind> = new Set(['no-break-space', 'missing-comma', 'trailing-comma', 'curly-quote']);

export const jsonSyntax: Rule = {
  code: 'json-syntax',
  severity: 'error',
  summary: 'The text is not valid JSON',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html',
  suppressible: false,
  check: {
    *file({ uri, reading }) {
      // Files whose policies are no KMS matter are left to the editor.
      if (!reading.policies.some(({ policy }) => mayBeKmsPolicy(policy))) return;
      const pasted = pastedText(reading);
      if (pasted) yield pastedTextDraft(uri, reading, pasted);
      for (const layerFault of reading.faults) {
        const { layer: sourceLayer, fault } = layerFault;
        if (sourceLayer === reading.layer && pasted?.faults.includes(fault)) continue;
        yield {
          at: { uri, span: sourceLayer.toFileSpan(fault.span) },
          message: messageOfFault(fault),
          fixes: () => [...sourceLayer === reading.layer && pasted ? repairFixes(uri, reading) : [], ...fixesOfFault(uri, layerFault)],
        };
      }
    },
  },
};

/** One finding for all that came along when the text was pasted. */
function pastedTextDraft(uri: string, reading: FileDiscovery, { span, faults, message }: PastedText): FindingDraft {
  const [first, ...others] = faults;
  return {
    at: { uri, span },
    message: first && others.length === 0 ? messageOfFault(first) : message,
    related: others.length === 0 ? [] : faults.map((fault) => ({ at: { uri, span: fault.span }, message: messageOfFault(fault) })),
    fixes: () => {
      const repair = repairFixes(uri, reading);
      const single = faults.flatMap((fault) => fixesOfFault(uri, { fault, layer: reading.layer }));
      return repair.length > 0 ? [...repair, ...single.map((fix) => ({ ...fix, preferred: false }))] : single;
    },
  };
}

function messageOfFault({ message, count }: SyntaxFault): string {
  return count > 1 ? `${message} (${count} places).` : `${message}.`;
}

function fixesOfFault(uri: string, { fault: { fix, kind }, layer: sourceLayer }: LayerFault): Fix[] {
  if (!fix) return [];
  const edits = fix.edits.map((edit) => ({ span: sourceLayer.toFileSpan(edit.span), newText: sourceLayer.escape(edit.newText) }));
  // The parts of a string without blanks, such as an ARN, can be joined in one way only.
  const isSafe = SAFE_TO_FIX_FAULTS.has(kind) || kind === 'raw-newline' && fix.edits.every(({ newText }) => newText === '');
  return [fixFiles(fix.title, [{ uri, edits }], { preferred: true, safe: isSafe })];
}
