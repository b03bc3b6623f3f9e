import { AWS_OUTPUT } from './aws-output/aws-output';
import { CLOUD_ASSEMBLIES } from './cloudformation/cloud-assembly';
import { CLOUDFORMATION } from './cloudformation/cloudformation';
import { PARAMETER_FILES } from './cloudformation/parameter-files';
import { isSamConfig } from './cloudformation/sam-config';
import { isTerraformFile, isVariablesFile } from './terraform/terraform-file';
import type { Syntax } from '../syntax/syntax';
import type { Discoverer, DiscoveryFile } from './discoverer';
import { fileSyntaxOf } from './file-syntax';
import { METADATA_FILES } from './metadata-files';
import { POLICY_DOCUMENTS } from './policy-documents/policy-documents';
import { TERRAFORM } from './terraform/terraform';
import { TERRAFORM_VALUES } from './terraform-values/terraform-values';

/** In their order: each gets the values that those before it have left. */
export const DISCOVERERS: readonly Discoverer[] = [METADATA_FILES, CLOUD_ASSEMBLIES, CLOUDFORMATION, PARAMETER_FILES,
  TERRAFORM, TERRAFORM_VALUES, POLICY_DOCUMENTS, AWS_OUTPUT];

/** Whether a file can matter, with policies or to a unit: of all others it is enough to know that they exist. */
export function mayContainPolicies(file: DiscoveryFile): boolean {
  return isSamConfig(file) || isTerraformFile(file.uri) || isVariablesFile(file.uri) || discoverersFor(file, fileSyntaxOf(file)).length > 0;
}

/** The discoverers that may find something in the file. */
export function discoverersFor(file: DiscoveryFile, { id }: Syntax): readonly Discoverer[] {
  return DISCOVERERS.filter((discoverer) => discoverer.syntaxes.includes(id) && discoverer.mayContain(file));
}
