import type { SourceLayer } from '../../syntax/syntax';
import { memberOf, type Node } from '../../syntax/tree';
import { stringMemberOf } from '../policy-documents/document-shapes';

const CONSTRUCT_PATH = 'aws:cdk:path';

/**
 * Whether the CDK generates the file: it is in `cdk.out`, or the resources in it name constructs.
 *
 * Source: https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html (paths in templates)
 */
export function isCdkOutput({ uri, text }: { readonly uri: string; readonly text: string }): boolean {
  return text.includes(CONSTRUCT_PATH) || uri.includes('/cdk.out/');
}

/** `AppStack/DataKey/Resource`, of a resource in the output of the CDK. */
export function constructPathOf(resource: Node | undefined): string | undefined {
  return stringMemberOf(memberOf(resource, 'Metadata')?.value, CONSTRUCT_PATH);
}

/** Refuses all edits: the next synthesis would undo them. */
export function generatedLayer(layer: SourceLayer): SourceLayer {
  const refusal = 'The CDK generates this file. Change the construct in the code of the CDK app instead.';
  return { ...layer, syntax: { ...layer.syntax, renderEdits: () => ({ refusal }) }, refusalOf: () => refusal };
}
