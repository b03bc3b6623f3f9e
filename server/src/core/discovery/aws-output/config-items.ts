import { itemsOf, type Node, type ObjectNode } from '../../syntax/tree';
import { outputMember, outputString } from './output-members';

/**
 * The configurations in a snapshot or history of AWS Config by the type of their resource (`AWS::IAM::Role`); undefined for all other
 * objects.
 *
 * Source: https://docs.aws.amazon.com/config/latest/developerguide/config-item-table.html
 */
export function configurationsOf(node: ObjectNode): ReadonlyMap<string, readonly Node[]> | undefined {
  const items = outputMember(node, 'ConfigurationItems') ?? outputMember(node, 'BaseConfigurationItems');
  if (!items) return undefined;
  const configurations = new Map<string, Node[]>();
  for (const item of itemsOf(items.value)) {
    const type = outputString(item, 'ResourceType');
    const configuration = outputMember(item, 'Configuration')?.value;
    if (type === undefined || configuration?.kind !== 'object') continue;
    const ofSameType = configurations.get(type);
    if (ofSameType) ofSameType.push(configuration);
    else configurations.set(type, [configuration]);
  }
  return configurations;
}

/**
 * Members that contain JSON text in output of the AWS CLI: `configuration` of `aws configservice get-resource-config-history` and
 * `batch-get-resource-config`, and the items of `Results` of `select-resource-config`.
 */
export const MEMBERS_WITH_JSON: ReadonlySet<string> = new Set(['configuration', 'supplementaryconfiguration', 'results']);
