import { propertyOf, type Template, type TemplateResource } from '../../discovery/cloudformation/template';
import { isStringNode, type Node } from '../../syntax/tree';
import { parentFolder, resolvePath, type PlainUri } from '../../text/uri-path';

/** A stack that a template makes of another template of the workspace. */
export interface NestedStack {
  readonly logicalId: string;
  /** The path of the other template. */
  readonly path: PlainUri;
  /** The values for its parameters. */
  readonly parameters: Node | undefined;
}

/**
 * The stacks of local templates: `aws cloudformation package` and `sam deploy` take their paths.
 *
 * Source: https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html
 */
export function nestedStacksOf({ resources }: Template, path: PlainUri): readonly NestedStack[] {
  return [...resources.values()].flatMap((resource) => {
    const location = locationOf(resource);
    if (location === undefined) return [];
    return [{ logicalId: resource.logicalId, path: resolvePath(parentFolder(path), location), parameters: propertyOf(resource,
      'Parameters') }];
  });
}

/** A path, as opposed to an address of S3. */
function locationOf(resource: TemplateResource): string | undefined {
  const property = resource.type === 'AWS::CloudFormation::Stack' ? 'TemplateURL'
    : resource.type === 'AWS::Serverless::Application' ? 'Location' : undefined;
  const node = property === undefined ? undefined : propertyOf(resource, property);
  if (!isStringNode(node) || node.value.startsWith('/')) return undefined;
  return /^[a-z][a-z0-9+.-]*:/i.test(node.value) ? undefined : node.value;
}
