import { AWS_OUTPUT } from './aws-output/aws-output';
import { CLOUDFORMATION } from './cloudformation/cloudformation';
import type { Discoverer, DiscoveryFile } from './discoverer';
import { METADATA_FILES } from './metadata-files';
import { POLICY_DOCUMENTS } from './policy-documents/policy-documents';
import { TERRAFORM_VALUES } from './terraform-values/terraform-values';

/** In their order: each gets the values that those before it have left. */
export const DISCOVERERS: readonly Discoverer[] = [METADATA_FILES, CLOUDFORMATION, TERRAFORM_VALUES, POLICY_DOCUMENTS, AWS_OUTPUT];

/** Whether a file can matter: of all others it is enough to know that they exist. */
export function mayContainPolicies(file: DiscoveryFile): boolean {
  return DISCOVERERS.some((discoverer) => discoverer.mayContain(file));
}
