/** A service that works with a key through grants (docs/aws-rules.md 7.3). */
export interface GrantService {
  readonly name: string;
  /** The page of AWS that says so. */
  readonly href: string;
  /** Its actions that use the key of a volume, snapshot, image or database. */
  readonly actions: readonly string[];
}

/** By the name in `kms:ViaService`. */
export const GRANT_SERVICES: ReadonlyMap<string, GrantService> = new Map([
  ['ec2', {
    name: 'Amazon EBS', href: 'https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html',
    actions: ['AttachVolume', 'CopyImage', 'CopySnapshot', 'CreateVolume', 'RunInstances', 'StartInstances'].map((name) => `ec2:${name}`),
  }],
  ['rds', {
    name: 'Amazon RDS', href: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html',
    actions: [
      'CopyDBClusterSnapshot', 'CopyDBSnapshot', 'CreateDBCluster', 'CreateDBClusterSnapshot', 'CreateDBInstance',
      'CreateDBInstanceReadReplica', 'CreateDBSnapshot',
      'RestoreDBClusterFromS3', 'RestoreDBClusterFromSnapshot', 'RestoreDBClusterToPointInTime',
      'RestoreDBInstanceFromDBSnapshot', 'RestoreDBInstanceFromS3', 'RestoreDBInstanceToPointInTime',
    ].map((name) => `rds:${name}`),
  }],
  ['dynamodb', { name: 'Amazon DynamoDB',
    href: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html', actions: [] }],
]);
