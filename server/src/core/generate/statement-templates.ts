import type { JsonValue } from '../syntax/tree-edit';
import { GRANT_ACTIONS, KEY_ADMINISTRATOR_ACTIONS, KEY_USER_ACTIONS, USE_CASES, type UseCase } from '../aws/use-cases';
import { parseArn } from '../aws/arn';
import type { Key } from '../linking/entities';
import { permissionsForUseCase } from './requested-permissions';
import { GRANTS_FOR_AWS_RESOURCES, type ConditionEntry } from './condition-entries';
import { identityPolicyStatement } from './identity-policy';
import { keyPolicyStatement } from './key-policy';
import { placeholderMarker } from './placeholder-marker';
import { ownerStatement } from './owner-statement';
import type { Grantee } from './grantee';
import { isServiceUseCase, serviceStatement } from './service-statement';
import { uniqueSid } from './sid';
import { identityPolicyPermissions } from './use-case-permissions';
import { statementObject, type JsonObject } from './statement-additions';

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
  /** Who is let in from outside. */
  readonly consumer: Grantee;
  /** Sids that the policy has. */
  readonly existingSids: readonly string[];
}

/** A key of which nothing is known. */
export const UNKNOWN_KEY: Key = {
  id: '', arn: undefined, partition: undefined, region: undefined, account: undefined, keyId: undefined, policy: undefined, link: undefined,
  aliases: [],
  aliasesComplete: false, keySpec: undefined, keyUsage: undefined, multiRegion: undefined, grants: [], awsManaged: false,
};

const DEFAULT_KEY_POLICY_PAGE = 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html';

/**
 * The owner's statement, the console's statements for administrators, users and grants, an external account, and each use case of
 * `aws/use-cases.ts`.
 */
export function keyPolicyTemplates(plan: KeyPolicyTemplateOptions): StatementTemplate[] {
  return [
    {
      id: 'owner', title: 'Owner account: default key policy', source: DEFAULT_KEY_POLICY_PAGE,
      description: 'The statement of the default key policy. '
        + 'With it IAM policies of the owner\'s account can give access to the key, and nobody can lose it permanently.',
      statements: [ownerStatement(plan.key)],
    },
    {
      id: 'administrators', title: 'Key administrators', source: DEFAULT_KEY_POLICY_PAGE,
      description: 'The people or roles named may manage the key but not use it for cryptography.',
      statements: [administratorsStatement(plan.administrators)],
    },
    {
      id: 'users', title: 'Key users', source: DEFAULT_KEY_POLICY_PAGE,
      description: 'The roles or users named may encrypt and decrypt with the key.',
      statements: [usersStatement(plan.users)],
    },
    {
      id: 'grants', title: 'Grants by AWS services for key users', source: DEFAULT_KEY_POLICY_PAGE,
      description: 'Lets AWS services that work through grants (Amazon EBS, Amazon RDS and others) use the key for the roles or '
        + 'users named.',
      statements: [grantsStatement(plan.users)],
    },
    ...USE_CASES.map((useCase) => ({ ...useCaseTemplateFields(useCase), title: useCaseTitle(useCase, 'External account'),
      statements: useCaseStatements(useCase, plan) })
    ),
  ].map((template) => withUniqueSids(template, plan.existingSids));
}

/** What an identity policy is written with. */
export interface IdentityPolicyTemplateOptions {
  readonly key: Pick<Key, 'keyId'>;
  readonly keyArn: string;
  readonly existingSids: readonly string[];
}

/** What each use case of `aws/use-cases.ts` needs of an identity policy; none for services that call as themselves. */
export function identityPolicyTemplates({ key, keyArn, existingSids }: IdentityPolicyTemplateOptions): StatementTemplate[] {
  return USE_CASES.filter(({ consumerActions }) => consumerActions.length > 0).map((useCase) => {
    const sids = new Set(existingSids);
    const { directUse, grants } = identityPolicyPermissions(useCase, [{ account: placeholderMarker('CONSUMER_ACCOUNT_ID'),
      partition: parseArn(keyArn)?.partition }]);
    const statements = [directUse, ...grants ? [grants] : []].filter(({ actions }) => actions !== 0n).map((requiredPermission) =>
      identityPolicyStatement(requiredPermission, key, keyArn, sids)
    );
    return { ...useCaseTemplateFields(useCase), title: useCaseTitle(useCase, 'Use a KMS key'), statements };
  });
}

/** What the console gives key administrators (KMS Developer Guide, default key policy). */
function administratorsStatement(principals: JsonValue): JsonObject {
  return consoleStatement('Allow access for Key Administrators', principals, KEY_ADMINISTRATOR_ACTIONS);
}

/** What the console gives key users (same page). */
function usersStatement(principals: JsonValue): JsonObject {
  return consoleStatement('Allow use of the key', principals, KEY_USER_ACTIONS);
}

/** What the console gives key users beside: grants that AWS services make for them (same page). */
function grantsStatement(principals: JsonValue): JsonObject {
  return consoleStatement('Allow attachment of persistent resources', principals, GRANT_ACTIONS, [GRANTS_FOR_AWS_RESOURCES]);
}

function consoleStatement(sid: string, principals: JsonValue, actions: readonly string[],
  conditions: readonly ConditionEntry[] = []): JsonObject {
  return statementObject({ sid, principal: { AWS: principals }, actions, resource: '*', conditions });
}

/** What a use case needs of the key policy: statements for the consumer's account, or for the service that calls as itself. */
function useCaseStatements(useCase: UseCase, { key, consumer }: Pick<KeyPolicyTemplateOptions, 'key' | 'consumer'>): JsonObject[] {
  const taken = new Set<string>();
  const requiredPermissions = isServiceUseCase(useCase) && useCase.consumerActions.length === 0
    ? []
    : permissionsForUseCase(useCase, [{ account: consumer.account, partition: key.partition }]);
  return [
    ...isServiceUseCase(useCase) ? [serviceStatement(useCase, key, consumer, taken)] : [],
    ...requiredPermissions.filter(({ actions }) => actions !== 0n).map((requiredPermission) =>
      keyPolicyStatement(requiredPermission, consumer, key.partition, taken)
    ),
  ];
}

function useCaseTemplateFields({ id, title, source, note }: UseCase): Pick<StatementTemplate, 'id' | 'description' | 'source'> {
  return { id, source, description: `${title}.${note === undefined ? '' : ` ${note}`}` };
}

function useCaseTitle(useCase: UseCase, direct: string): string {
  return useCase.id === 'direct' ? direct : useCase.title;
}

function withUniqueSids(template: StatementTemplate, taken: readonly string[]): StatementTemplate {
  const sids = new Set(taken);
  return { ...template, statements: template.statements.map((statement) => {
    const sid = statement['Sid'];
    return typeof sid === 'string' ? { ...statement, Sid: uniqueSid(sid, sids) } : statement;
  }) };
}
