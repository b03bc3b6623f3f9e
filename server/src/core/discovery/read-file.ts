import { POLICY_HINTS } from '../aws/policy-grammar';
import type { PolicyKind } from '../policy/policy';
import { readFragment, readPolicy, type PolicyKindHints } from '../policy/read-policy';
import type { PlaceholderValues } from '../policy/policy-string';
import { fileLayer, type ParseOptions, type ParseResult, type SourceLayer } from '../syntax/syntax';
import type { Node } from '../syntax/tree';
import { generatedLayer, isCdkOutput } from './cloudformation/cdk-output';
import type { TemplateFile } from './cloudformation/template-file';
import type { DiscoveredDocument, DiscoverySink, DiscoveryValue, LayerFault } from './discoverer';
import { discoverersFor } from './discoverers';
import type { KeyFact, DiscoveredPolicy, PoliciesWithoutDocument, ResourceMetadata, TemplateIdentity } from './discovery-result';
import { fileSyntaxOf } from './file-syntax';
import type { PolicyAddress } from './policy-address';
import { isSamConfig, readSamConfig } from './cloudformation/sam-config';
import { readSuppressionComments, type SuppressionComment } from './suppression-comments';
import { isTerraformFile, isVariablesFile } from './terraform/terraform-file';
import { mayHoldKmsPolicy, terraformPartOf } from './terraform/terraform-part';
import { NO_UNIT_VALUES, type UnitPart, type UnitValues } from './unit-part';
import type { TemplateFault } from './template-fault';

export interface DiscoveryInput {
  readonly uri: string;
  readonly text: string;
  /** Declared values of placeholders. */
  readonly placeholderValues?: PlaceholderValues | undefined;
  /** What the other files of its unit say about the file. */
  readonly unitValues?: UnitValues | undefined;
  /**
   * What is known about the kind of the policy at an address, given the kind that its container tells; without it container and content
   * tell.
   */
  readonly kindHintsAt?: ((address: PolicyAddress, containerKind: PolicyKind | undefined) => PolicyKindHints) | undefined;
  /** Whether comments are fine; without it the suffix of the file tells. An editor knows better of a text without name. */
  readonly comments?: 'allowed' | 'fault' | undefined;
}

/** What a file says, as far as this product reads it. */
export interface FileDiscovery {
  readonly uri: string;
  readonly layer: SourceLayer;
  /** How the text of the file is parsed. */
  readonly parseOptions: ParseOptions;
  /** The file's top-level values; empty when it was not parsed. */
  readonly roots: readonly Node[];
  /** The first document has no braces of its own. */
  readonly isBraceless: boolean;
  readonly policies: readonly DiscoveredPolicy[];
  readonly keyFacts: readonly KeyFact[];
  readonly policiesWithoutDocument: readonly PoliciesWithoutDocument[];
  readonly identities: readonly TemplateIdentity[];
  /** The template that the file contains. */
  readonly template: TemplateFile | undefined;
  /** To what the policies beside the file belong, where it is a `metadata.json` that says so. */
  readonly metadata: ResourceMetadata | undefined;
  /** The ARNs of managed policies in a `managed-policies.json`: the identity of its folder has them. */
  readonly managedPolicyArns: readonly string[];
  /** Faults of the JSON, only where there is a policy: the editor reports those of other JSON. */
  readonly faults: readonly LayerFault[];
  readonly unitParts: readonly UnitPart[];
  /** What is wrong in a template outside of its policies. */
  readonly templateFaults: readonly TemplateFault[];
  readonly suppressionComments: readonly SuppressionComment[];
}

/** Reads a file of any content. Never throws; a file without policies and facts yields an empty result. */
export function discoverPolicies(input: DiscoveryInput): FileDiscovery {
  const { uri, text } = input;
  if (isSamConfig(input)) return discoverSamConfig(input);
  if (isOnlyPartOfDirectory(input)) return { ...discoverPolicies({ uri, text: '' }), unitParts: [terraformPartOf(uri, text)] };
  const writtenLayer = fileLayer(text, fileSyntaxOf(input));
  const layer = isCdkOutput(input) ? generatedLayer(writtenLayer) : writtenLayer;
  const parseOptions = parseOptionsFor(input);
  const discoverers = discoverersFor(input, layer.syntax);
  const { roots, isBraceless, faults, comments } = discoverers.length === 0 ? NOT_PARSED : layer.syntax.parse(text, parseOptions);
  const sink: DiscoverySink = {
    uri, placeholderValues: input.placeholderValues, documents: [], keyFacts: [], policiesWithoutDocument: [], identities: [],
    faults: faults.map((fault) => ({ fault, layer })), templateFaults: [], template: undefined, metadata: undefined, managedPolicyArns: [],
    unitParts: [], unitValues: input.unitValues ?? NO_UNIT_VALUES,
  };
  let values: readonly DiscoveryValue[] = roots.map((node, index) => ({ node, pointer: roots.length === 1 ? '' : `/${index}`, layer }));
  for (const discoverer of discoverers) values = discoverer.discover(values, sink);
  const { documents, placeholderValues: _, unitValues: __, ...facts } = sink;
  const policies = documents.map((document) => readDocument(document, input));
  return { ...facts, layer, parseOptions, roots, isBraceless, policies, faults: documents.length === 0 ? [] : facts.faults,
    suppressionComments: policies.length === 0 && !facts.template ? [] : readSuppressionComments(layer, comments, roots, policies) };
}

/** Whether nothing in a file of Terraform, or beside it, has to do with KMS: then it matters only once something else does. */
function isOnlyPartOfDirectory({ uri, text, unitValues }: DiscoveryInput): boolean {
  if (text === '') return false;
  return isVariablesFile(uri) || isTerraformFile(uri) && !mayHoldKmsPolicy(text) && unitValues?.terraformFiles === undefined;
}

/** Has no policies, and no syntax that edits could be written in. */
function discoverSamConfig({ uri, text }: DiscoveryInput): FileDiscovery {
  return { ...discoverPolicies({ uri, text: '' }), unitParts: readSamConfig(text) };
}

const NOT_PARSED: Omit<ParseResult, 'root'> = { roots: [], isBraceless: false, faults: [], comments: [] };

function readDocument({ content, address, layer, container, kind, isMaybe, presence, choiceOf, isImplicit, referenceValues, template,
  module, templateFaults }: DiscoveredDocument,
  { uri, placeholderValues, kindHintsAt }: DiscoveryInput): DiscoveredPolicy {
  const options = { placeholderValues: referenceValues ?? placeholderValues, isMaybe, presence, choiceOf,
    ...kindHintsAt?.(address, kind) ?? { declaredKind: kind } };
  const policy = 'kind' in content ? readPolicy(content, options) : readFragment(content, options);
  const hasAssumptions = policy.statements.some(({ assumptions }) => assumptions !== undefined);
  return { uri, address, layer, container, policy, ...isImplicit ? { isImplicit } : {}, ...hasAssumptions ? { hasAssumptions } : {},
    ...template ? { template } : {}, ...module ? { module } : {},
    ...templateFaults && templateFaults.length > 0 ? { templateFaults } : {} };
}

/** Comments are fine in `.jsonc`, template expressions in template files; the suffixes can follow each other. */
function parseOptionsFor({ uri, comments }: DiscoveryInput): ParseOptions {
  const path = (/^[^?#]*/.exec(uri)?.[0] ?? uri).toLowerCase();
  return {
    comments: comments ?? (/\.jsonc(?:\.|$)/.test(path) ? 'allowed' : 'fault'),
    templates: /\.(?:tpl|tftpl|tmpl|j2|erb)$/.test(path) ? 'allowed' : 'fault',
    hints: POLICY_HINTS,
  };
}
