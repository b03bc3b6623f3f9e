import type { FileDiscovery } from '../discovery/read-file';
import { pastedText, type PastedText } from './shared/pasted-text';
import { mayBeKmsPolicy } from './shared/kms-statements';
import { repairFixes } from './shared/repair-fixes';
import { faultsOfSyntax, fixesOfFault, messageOfFault } from './shared/syntax-faults-of-file';
import type { FindingDraft, Rule } from './rule';

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
      const pasted = reading.layer.syntax.id === 'json' ? pastedText(reading) : undefined;
      if (pasted) yield pastedTextDraft(uri, reading, pasted);
      for (const layerFault of faultsOfSyntax(reading, 'json')) {
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
