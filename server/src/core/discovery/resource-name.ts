import type { DiscoveredPolicy } from './discovery-result';
import { addressFragment } from './policy-address';

/** A resource of a template by its file and logical id: `stacks/template.yaml#DataKey`. Undefined for any other text. */
export function splitResourceName(name: string): { readonly file: string; readonly logicalId: string } | undefined {
  const [, file, logicalId] = /^(.+)#([A-Za-z0-9]+)$/.exec(name) ?? [];
  return file === undefined || logicalId === undefined ? undefined : { file, logicalId };
}

/**
 * A resource of Terraform by its directory and address: `infra/prod#aws_kms_key.main`, or the address alone for one of the folder that is
 * read. Undefined for any other text.
 */
export function splitResourceAddress(name: string): { readonly directory: string; readonly address: string } | undefined {
  const [, directory = '.', address] = /^(?:(.+)#)?((?:aws_\w+|module)\.[\w-]+)$/.exec(name) ?? [];
  return address === undefined ? undefined : { directory, address };
}

/** The JSON pointer of a resource in its template. */
export function pointerOfResource(logicalId: string): string {
  return `/Resources/${logicalId}`;
}

/** `#DataKey` behind the name of a file, unless the resource has several of the policies: then `#/…`, and nothing for a whole document. */
export function policyFragment({ address, container: { logicalId } }: Pick<DiscoveredPolicy, 'address' | 'container'>,
  policies: readonly Pick<DiscoveredPolicy, 'container'>[]): string {
  const isUnique = policies.filter(({ container }) => container.logicalId === logicalId).length === 1;
  return logicalId !== undefined && isUnique ? `#${logicalId}` : addressFragment(address);
}
