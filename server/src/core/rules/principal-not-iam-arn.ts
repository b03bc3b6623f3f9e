import { parseArn } from '../aws/arn';
import { ORGANIZATION_ID } from '../aws/organizations';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Principal, Statement } from '../policy/policy';
import { couldAllowPrincipal } from './shared/caller-conditions';
import { hasConditionOnKey } from './shared/condition-edits';
import { fixBySuggestion, type Fix } from './shared/fix';
import { fixByPrincipalArn } from './shared/principal-arn-condition-fix';
import { hasPolicyVariable } from './shared/kms-conditions';
import { describeReference, fixesByIdentityArn } from './shared/template-values';
import { hasReferenceAsText } from './shared/template-faults';
import { capitalize } from './shared/wording';
import type { Rule } from './rule';

export const principalNotIamArn: Rule = {
  code: 'principal-not-iam-arn',
  severity: 'error',
  summary: 'An AWS principal is not an account, user, role or session',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html',
  check: {
    *rejectedPrincipal({ principal, statement, problem }, { policy: located }) {
      const { text } = principal;
      if (problem !== 'other' || hasReferenceAsText(located, text.node.span)) return;
      const suggestion = suggestArn(text.value);
      const reference = describeReference(located, text);
      yield {
        at: locationInFile(located, text.node.span),
        message: `${reference !== undefined ? capitalize(`${reference} is not a principal: a role or user is named by its ARN.`)
          : suggestion === undefined ? faultOf(principal) : fieldFault(text.value, suggestion)} KMS rejects this key policy.`,
        fixes: (world) => {
          if (suggestion === undefined)
            return [...fixesByIdentityArn(world, located, text), ...fixesForOrganization(located, statement, principal)];
          return couldAllowPrincipal(statement, located.policy, suggestion) ? fixBySuggestion(located, text, suggestion) : [];
        },
      };
    },
  },
};

/** Everybody, limited to the organization by a condition. It allows identities that were denied, so it is only offered. */
function fixesForOrganization(located: DiscoveredPolicy, statement: Statement, principal: Principal): readonly Fix[] {
  const id = principal.text.value.replace(/^arn:[^:]*:organizations::\d{12}:organization\//, '');
  if (!ORGANIZATION_ID.test(id) || hasConditionOnKey(statement, 'aws:principalorgid')) return [];
  return fixByPrincipalArn(`Name "*", limited to organization ${id} by aws:PrincipalOrgID`, located, statement, [principal],
    { principal: { AWS: '*' }, conditionTests: [{ operator: 'StringEquals', key: 'aws:PrincipalOrgID', value: id }] });
}

const INCOMPLETE_PRINCIPAL_ARN = /^arn:([a-z-]+):(?:iam)?:*(?:[a-z]+(?:-[a-z]+)+-\d:)?(\d{12}):(root|(?:user|role)\/.+)$/;

/** The ARN of an account, user or role for a value that lacks a field, or that has a Region. */
function suggestArn(value: string): string | undefined {
  const [, partition, account, resource] = INCOMPLETE_PRINCIPAL_ARN.exec(value) ?? [];
  return partition && account && resource && `arn:${partition}:iam::${account}:${resource}`;
}

function fieldFault(value: string, expected: string): string {
  if (parseArn(value)?.service === 'iam') return 'IAM is not Regional: the field for the Region is empty in the ARN of a principal.';
  const field = value.split(':')[2] === 'iam' ? 'The field for the Region, which is empty for IAM,' : 'The field "iam" for the service';
  return `${field} is missing in this ARN: it is ${expected}.`;
}

function faultOf({ text: { value }, arn }: Principal): string {
  if (hasPolicyVariable(value)) return 'A principal cannot contain policy variables: AWS reads ${…} as plain text.';
  if (!arn) return faultOfName(value);
  const { service, region, resource } = arn;
  if (service === 'organizations') return 'An organization is not a principal; limit "*" to it with the condition aws:PrincipalOrgID.';
  if (service !== 'iam' && service !== 'sts') return `A resource of the service "${service}" is not a principal. `
    + 'Principals are accounts, users, roles and sessions.';
  switch (resource.split('/')[0]) {
    case 'instance-profile': return 'An instance profile is not a principal; name the role that is in it.';
    case 'policy': return 'An IAM policy is not a principal; name the users and roles that have it.';
    case 'saml-provider': case 'oidc-provider': return 'An identity provider is a principal in the trust policies of roles only; name '
      + 'the role that its users assume.';
    default:
      return region === ''
        ? `"${resource}" of the service ${service} is not a principal: `
          + 'a principal is root, user/… or role/… of iam, assumed-role/… or federated-user/… of sts.'
        : 'IAM is not Regional: the field for the Region is empty in the ARN of a principal.';
  }
}

/** The unique ids of IAM besides AIDA for users and AROA for roles (IAM User Guide, IAM identifiers). */
const UNIQUE_ID_PREFIXES: Readonly<Record<string, string>> = {
  AGPA: 'a group', AIPA: 'an instance profile', ANPA: 'a managed policy', ANVA: 'a version of a managed policy', AKIA: 'an access key',
  ASIA: 'a temporary access key', ABIA: 'a bearer token', ACCA: 'a credential', APKA: 'a public key', ASCA: 'a certificate',
};

function faultOfName(value: string): string {
  const kind = UNIQUE_ID_PREFIXES[value.slice(0, 4)];
  if (kind !== undefined && /^[A-Z0-9]{16,128}$/.test(value)) return `This is the id of ${kind}, which is not a principal.`;
  if (/^o-[a-z0-9]{4,}$/.test(value)) return 'An organization is not a principal; limit "*" to it with the condition aws:PrincipalOrgID.';
  if (/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(value)) return 'A service principal belongs under "Service", not under "AWS".';
  if (/^arn:/i.test(value)) return 'This is not a well-formed ARN: arn:partition:iam::account:role/name, in lower case up to the name.';
  return `"${value}" is neither the id of an account nor an ARN.`;
}
