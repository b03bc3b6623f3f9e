import { locationInFile } from '../discovery/discovery-result';
import { compareIdentifiers } from '../aws/identifier-comparison';
import type { Rule } from './rule';
import { linksOfKey } from './shared/external-grantees';

export const externalAccountIsOwner: Rule = {
  code: 'external-account-is-owner',
  severity: 'info',
  summary: 'A statement meant for another account names the owner of the key',
  href: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html',
  fixable: false,
  check: {
    *keyPolicyStatement(statement, { policy: located, key }) {
      const owner = key?.account;
      if (owner === undefined) return;
      const principals = statement.principal?.principals ?? [];
      if (statement.effect !== 'Allow' || statement.principal?.negated) return;
      // Beside another account, the owner's account is not a mistake.
      if (principals.some((principal) => compareIdentifiers(principal.account, owner) !== 'same')
        || !sidMentionsExternal(statement.sid?.value ?? '')) return;
      for (const principal of principals) {
        yield {
          at: locationInFile(located, principal.text.node.span),
          message: `${owner} is the owner of this key, not another account as the Sid "${statement.sid?.value ?? ''}" says: `
            + 'the statement gives no other account access.',
          related: key?.link?.at ? [{ at: key.link.at, message: `Owner of the key: ${key.link.description}.` }] : [],
          dependsOnLinks: linksOfKey(key),
        };
      }
    },
  },
};

/** Words of a Sid, with blanks or in PascalCase. */
function sidMentionsExternal(sid: string): boolean {
  const words = sid.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return /\b(external|foreign|third[ -]?party)\b/.test(words) || /\b(another|other|cross|different)[ -_]*(aws )?accounts?\b/.test(words);
}
