/** Where the resources are that a service works for; the Region is `*` where it is not known. */
export interface SourceResourceScope {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** A condition that limits a service to resources of one account. */
export interface SourceCondition {
  readonly operator: 'StringEquals' | 'ArnLike';
  readonly key: string;
  readonly value: (place: SourceResourceScope) => string;
  /** What the service still works for, before the id of an account: "log groups of account". */
  readonly scope: string;
  /** The use cases that take this limit and not the first one of the service. */
  readonly useCases?: readonly string[];
}

/** How a service that calls KMS as itself says for whom it does. */
export interface ServiceSourceConditions {
  /** The first one is what is written unless a use case takes another. */
  readonly conditions: readonly SourceCondition[];
  /** A sentence on how to limit the service. */
  readonly advice: string;
  /** Whether its calls for members of an organization are told by `aws:SourceOrgID`. */
  readonly sendsOrganization: boolean;
  /** Whether some of its calls support no limit at all. */
  readonly hasUnlimitedUses: boolean;
}

const SOURCE_ACCOUNT_CONDITION: SourceCondition = { operator: 'StringEquals', key: 'aws:SourceAccount', value: ({ account }) => account,
  scope: 'calls for account' };

/** IAM User Guide, The confused deputy problem; reference_policies_condition-keys, aws:SourceOrgID. */
const DEFAULT_SOURCE_CONDITIONS: ServiceSourceConditions = {
  conditions: [SOURCE_ACCOUNT_CONDITION],
  advice: 'Limit it by aws:SourceAccount or aws:SourceArn, to all accounts of an organization by aws:SourceOrgID, or by the '
    + 'encryption context.',
  sendsOrganization: true,
  hasUnlimitedUses: false,
};

/** By the first part of the service principal: those whose guides say something else of some of their calls. */
const SOURCE_CONDITIONS_BY_SERVICE: ReadonlyMap<string, ServiceSourceConditions> = new Map<string, ServiceSourceConditions>([
  // CloudWatch Logs User Guide, encrypt-log-data-kms.
  ['logs', {
    ...DEFAULT_SOURCE_CONDITIONS,
    conditions: [{
      operator: 'ArnLike', key: 'kms:EncryptionContext:aws:logs:arn', scope: 'log groups of account',
      value: ({ partition, region, account }) => `arn:${partition}:logs:${region}:${account}:*`,
    }],
    sendsOrganization: false,
  }],
  // CloudTrail User Guide, create-kms-key-policy-for-cloudtrail.
  ['cloudtrail', {
    conditions: [{ operator: 'ArnLike', key: 'aws:SourceArn', scope: 'trails of account',
      value: ({ partition, account }) => `arn:${partition}:cloudtrail:*:${account}:trail/*` }],
    advice: 'For trails limit it by aws:SourceArn; event data stores support no such condition.',
    sendsOrganization: false,
    hasUnlimitedUses: true,
  }],
  // SNS Developer Guide, sns-key-management: source conditions are "not supported for EventBridge-to-encrypted topics".
  ['events', {
    conditions: [
      {
        operator: 'ArnLike', key: 'kms:EncryptionContext:aws:sns:topicArn', scope: 'topics of account',
        value: ({ partition, region, account }) => `arn:${partition}:sns:${region}:${account}:*`,
      },
      { ...SOURCE_ACCOUNT_CONDITION, useCases: ['sqs-from-eventbridge'] },
    ],
    advice: 'For encrypted Amazon SNS topics EventBridge supports no source condition (aws:SourceAccount, aws:SourceArn, '
      + 'aws:SourceOrgID): limit it by kms:EncryptionContext:aws:sns:topicArn there, and for Amazon SQS queues by aws:SourceAccount or '
      + 'aws:SourceArn.',
    sendsOrganization: false,
    hasUnlimitedUses: false,
  }],
]);

/** @param service the service principal: `events.amazonaws.com` */
export function sourceConditionsOf(service: string): ServiceSourceConditions {
  return SOURCE_CONDITIONS_BY_SERVICE.get(service.split('.')[0] ?? '') ?? DEFAULT_SOURCE_CONDITIONS;
}

/** The condition that limits the service, in a use case or in general. */
export function sourceConditionFor(service: string, useCase?: string): SourceCondition {
  const { conditions } = sourceConditionsOf(service);
  return conditions.find(({ useCases }) => useCase !== undefined && useCases?.includes(useCase)) ?? conditions[0]
    ?? SOURCE_ACCOUNT_CONDITION;
}
