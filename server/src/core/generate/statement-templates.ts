import { NO_ACTIONS } from '../aws/actions';
import { parseArn } from '../aws/arn';
import { GRANT_ACTIONS, KEY_ADMINISTRATOR_ACTIONS, KEY_USER_ACTIONS, USE_CASES, type UseCase } from '../aws/use-cases';
import type { Key } from '../linking/entities';
import type { JsonValue } from '../syntax/tree-edit';
import { GRANTS_FOR_AWS_RESOURCES, type ConditionEntry } from './condition-entries';
import type { Grantee } from './grantee';
import { keyPolicyFrame } from './grantee-statements';
import { identityPolicyFrame } from './identity-policy';
import { keyPolicySid } from './key-policy';
import { ownerStatement } from './owner-statement';
import { placeholderMarker } from './placeholder-marker';
import type { RequiredPermission } from './required-permission';
import { isServiceUseCase, serviceStatement } from './service-statement';
import { allowStatement, statementObject, uniqueSid, type JsonObject, type StatementFrame } from './statement-additions';
import { identityPolicyPermissions, permissionsForUseCase } from './use-case-permissions';

/** One or two statements that are written together, to choose from a list. */
export interface StatementTemplate {
  /** Stable: `owner`, `administrators`, `users`, `grants`, and the ids of use cases. */
  readonly id: string;
  readonly title: string;
  /** What it is for, in a sentence or two. */
  readonly description: string;
  /** The AWS page. */
  readonly source: string;
  readonly statements: readonly JsonObject[];
}

/** What the statements of a key policy are written with; what is not known is a placeholder. */
export interface KeyPolicyTemplateOptions {
  readonly key: Key & { readonly account: string; readonly partition: string };
  /** Principals of the owner's account for the administrators' and users' statements. */
  readonly administrators: JsonValue;
  readonly users: JsonValue;
  /** The external account that is allowed. */
  readonly consumer: Grantee;
  /** Sids that the policy has. */
  readonly existingSids: readonly string[];
}

const DEFAULT_KEY_POLICY_PAGE = 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html';

/**
 * The owner's statement, the statements of the console for administrators, users and grants (KMS Developer Guide, default key policy), an
 * external account, and each use case of `aws/use-cases.ts`.
 */
export function keyPolicyTemplates({ key, administrators, users, consumer, existingSids }: KeyPolicyTemplateOptions): StatementTemplate[] {
  return [
    {
      id: 'owner', title: 'Owner account: default key policy', source: DEFAULT_KEY_POLICY_PAGE,
      description: 'The statement of the default key policy. '
        + 'With it IAM policies of the owner\'s account can give access to the key, and nobody can lose it permanently.',
      statements: [ownerStatement(key)],
    },
    {
      id: 'administrators', title: 'Key administrators', source: DEFAULT_KEY_POLICY_PAGE,
      description: 'The people or roles named may manage the key but not use it for cryptography.',
      statements: [consoleStatement('Allow access for Key Administrators', administrators, KEY_ADMINISTRATOR_ACTIONS)],
    },
    {
      id: 'users', title: 'Key users', source: DEFAULT_KEY_POLICY_PAGE,
      description: 'The roles or users named may encrypt and decrypt with the key.',
      statements: [consoleStatement('Allow use of the key', users, KEY_USER_ACTIONS)],
    },
    {
      id: 'grants', title: 'Grants by AWS services for key users', source: DEFAULT_KEY_POLICY_PAGE,
      description: 'Lets AWS services that work through grants (Amazon EBS, Amazon RDS and others) use the key for the roles or '
        + 'users named.',
      statements: [consoleStatement('Allow attachment of persistent resources', users, GRANT_ACTIONS, [GRANTS_FOR_AWS_RESOURCES])],
    },
    ...USE_CASES.map((useCase) => useCaseTemplate(useCase, 'External account', useCaseStatements(useCase, key, consumer))),
  ].map((template) => ({ ...template, statements: withUniqueSids(template.statements, new Set(existingSids)) }));
}

/** What an identity policy is written with. */
export interface IdentityPolicyTemplateOptions {
  readonly key: Pick<Key, 'keyId'>;
  readonly keyArn: string;
  readonly existingSids: readonly string[];
}

/** What each use case of `aws/use-cases.ts` needs of an identity policy; none for services that call as themselves. */
export function identityPolicyTemplates({ key, keyArn, existingSids }: IdentityPolicyTemplateOptions): StatementTemplate[] {
  const consumer = { account: placeholderMarker('CONSUMER_ACCOUNT_ID'), partition: parseArn(keyArn)?.partition };
  return USE_CASES.filter(({ consumerActions }) => consumerActions.length > 0).map((useCase) => {
    const { directUse, grants } = identityPolicyPermissions(useCase, [consumer]);
    const permissions = [directUse, ...grants ? [grants] : []].filter(({ actions }) => actions !== NO_ACTIONS);
    return useCaseTemplate(useCase, 'Use a KMS key', allowStatements(permissions, identityPolicyFrame(key, keyArn), new Set(existingSids)));
  });
}

function consoleStatement(sid: string, principals: JsonValue, actions: readonly string[],
  conditions: readonly ConditionEntry[] = []): JsonObject {
  return statementObject({ sid, principal: { AWS: principals }, actions, resource: '*', conditions });
}

/** What a use case needs of the key policy: statements for the consumer's account, or for the service that calls as itself. */
function useCaseStatements(useCase: UseCase, key: KeyPolicyTemplateOptions['key'], consumer: Grantee): JsonObject[] {
  const { partition } = key;
  const usedSids = new Set<string>();
  const service = isServiceUseCase(useCase) ? [serviceStatement(useCase, key, consumer, usedSids)] : [];
  if (isServiceUseCase(useCase) && useCase.consumerActions.length === 0) return service;
  const permissions = permissionsForUseCase(useCase, [{ account: consumer.account, partition }]);
  return [...service, ...allowStatements(permissions, keyPolicyFrame(consumer, partition, keyPolicySid(consumer)), usedSids)];
}

function allowStatements(permissions: readonly RequiredPermission[], frame: StatementFrame, usedSids: Set<string>): JsonObject[] {
  return permissions.map((permission) => allowStatement(permission, frame, usedSids));
}

/** @param direct the title of the use without a service */
function useCaseTemplate({ id, title, source, note }: UseCase, direct: string, statements: readonly JsonObject[]): StatementTemplate {
  const description = `${title}.${note === undefined ? '' : ` ${note}`}`;
  return { id, title: id === 'direct' ? direct : title, description, source, statements };
}

function withUniqueSids(statements: readonly JsonObject[], usedSids: Set<string>): JsonObject[] {
  return statements.map((statement) => {
    const sid = statement['Sid'];
    return typeof sid === 'string' ? { ...statement, Sid: uniqueSid(sid, usedSids) } : statement;
  });
}
