import { formatArn } from '../aws/arn';
import { locationInFile, type DiscoveredPolicy } from '../discovery/discovery-result';
import type { Principal, Statement } from '../policy/policy';
import { fixValue, type Fix } from './shared/fix';
import { couldAllowPrincipal } from './shared/caller-conditions';
import type { Rule } from './rule';

export const assumedRoleFormat: Rule = {
  code: 'assumed-role-format',
  severity: 'error',
  summary: 'The ARN of a role session is not well-formed',
  href: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html',
  check: {
    *rejectedPrincipal({ principal, statement, problem }, { policy: located }) {
      if (problem !== 'session') return;
      const session = readAssumedRoleSession(principal);
      if (!session) return;
      yield {
        at: locationInFile(located, principal.text.node.span),
        message: `${session.fault}: KMS rejects this key policy. `
          + 'A session is arn:aws:sts::account:assumed-role/role/session; the ARN of the role means all its sessions.',
        fixes: () => fixesFor(located, statement, principal, session),
      };
    },
  },
};

interface AssumedRoleSession {
  readonly fault: string;
  /** With the path, where one is written. */
  readonly role: string;
  /** Undefined while it is missing or a pattern. */
  readonly session: string | undefined;
}

function readAssumedRoleSession({ arn }: Principal): AssumedRoleSession | undefined {
  if (!arn) return undefined;
  const names = arn.resource.split('/').slice(1).filter((name) => name !== '');
  const session = names.length > 1 ? names.pop() : undefined;
  const role = names.join('/');
  if (session !== undefined && /[*?]/.test(session))
    return { role, session: undefined, fault: 'A session must be named in full: wildcards match no session' };
  if (arn.service === 'iam') return { role, session, fault: 'A role session is an identity of the service sts, not of iam' };
  if (session === undefined) return { role, session, fault: 'The name of the session is missing' };
  const hasPath = names.length > 1;
  const fault = hasPath ? 'The path of the role is not part of the ARN of a session' : 'This is not the ARN of a session';
  return { role, session, fault };
}

function fixesFor(
  located: DiscoveredPolicy, statement: Statement, { text, arn }: Principal, { role, session }: AssumedRoleSession,
): readonly Fix[] {
  if (!arn || role === '') return [];
  const useArn = (title: string, service: string, resource: string): Fix[] => {
    const value = formatArn({ ...arn, service, region: '', resource });
    if (!couldAllowPrincipal(statement, located.policy, value)) return [];
    return fixValue(title, located, text, value, { preferred: session === undefined });
  };
  const fixes = useArn('Name the role, with all its sessions', 'iam', `role/${role}`);
  return session === undefined ? fixes
    : [...fixes, ...useArn(`Name the session ${session} only`, 'sts', `assumed-role/${role.split('/').at(-1) ?? role}/${session}`)];
}
