import { locationInFile } from '../discovery/discovery-result';
import { fixPolicy } from './shared/fix';
import { hasUnusualCharacter, nameOfCharacter } from './shared/forbidden-characters';
import { isValidIdentityPolicySid, validSidFor } from './shared/sids';
import type { Rule } from './rule';

export const sidInvalid: Rule = {
  code: 'sid-invalid',
  severity: 'error',
  summary: 'The Sid of an identity policy contains other characters than letters and digits',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html',
  check: {
    *identityPolicyStatement(statement, { policy: located }) {
      const { policy } = located;
      const { sid } = statement;
      if (!sid || sid.placeholders.length > 0 || isValidIdentityPolicySid(sid.value)) return;
      const suggestion = validSidFor(sid.value, statement, policy);
      yield {
        at: locationInFile(located, sid.node.span),
        message: `This Sid contains ${invalidCharactersIn(sid.value)}, so IAM rejects the policy. `
          + 'It allows only the letters A-Z, a-z and digits. Key policies may have such Sids, identity policies may not.',
        fixes: () => [fixPolicy(`Replace the Sid with "${suggestion}"`, located, [{ edit: 'replace', node: sid.node, value: suggestion }],
          { preferred: true, safe: true })],
      };
    },
  },
};

function invalidCharactersIn(sid: string): string {
  const names = [...new Set(sid.replace(/[A-Za-z0-9]/g, ''))].map((character) => {
    if (character === ' ') return 'a space';
    if (/\s/.test(character)) return 'white space';
    return hasUnusualCharacter(character) ? nameOfCharacter(character) : `"${character}"`;
  });
  return [...new Set(names)].slice(0, 4).join(', ');
}
