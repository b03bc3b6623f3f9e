import type { PolicyKind } from '../policy/policy';
import type { ConditionChoices, Presence } from '../policy/presence';
import type { PlaceholderValues } from '../policy/policy-string';
import type { SyntaxFault } from '../syntax/syntax-fault';
import type { SourceLayer, Syntax } from '../syntax/syntax';
import type { Node, ObjectNode } from '../syntax/tree';
import type { TemplateFile, PolicyInTemplate } from './cloudformation/template-file';
import type { ContainerFacts, KeyFact, PoliciesWithoutDocument, ResourceMetadata, TemplateIdentity } from './discovery-result';
import type { PolicyAddress } from './policy-address';
import type { PolicyInModule } from './terraform/reference-in-module';
import type { TemplateFault } from './template-fault';
import type { UnitPart, UnitValues } from './unit-part';

/** Finds policies and facts about keys and identities in files of one kind. */
export interface Discoverer {
  readonly id: 'metadata-files' | 'parameter-files' | 'cloud-assemblies' | 'cloudformation' | 'terraform' | 'terraform-values'
    | 'policy-documents' | 'aws-output';
  /** The syntaxes of the files that it looks at. */
  readonly syntaxes: readonly Syntax['id'][];
  /**
   * Whether a file may contain what it looks for. Asked before the file is parsed, so it takes well under a millisecond per megabyte,
   * and it errs on the side of yes.
   */
  readonly mayContain: (file: DiscoveryFile) => boolean;
  /** Reports what it finds in the values of a file, and gives those back that are left for the discoverers behind it. */
  readonly discover: (values: readonly DiscoveryValue[], sink: DiscoverySink) => readonly DiscoveryValue[];
}

export interface DiscoveryFile {
  readonly uri: string;
  readonly text: string;
}

/** A value of a file with its JSON pointer, empty for the whole document. */
export interface DiscoveryValue {
  readonly node: Node;
  readonly pointer: string;
  readonly layer: SourceLayer;
}

/** A policy found in a file, before it is read. */
export interface DiscoveredDocument {
  /** The document, or statements without a document around them that are one policy. */
  readonly content: ObjectNode | readonly ObjectNode[];
  readonly address: PolicyAddress;
  readonly layer: SourceLayer;
  readonly container: ContainerFacts;
  readonly kind: PolicyKind | undefined;
  /** It is not certain that the policy is there, or who has it. */
  readonly isMaybe?: boolean | undefined;
  /** The conditions of a template under which it is there. */
  readonly presence?: Presence | undefined;
  readonly choiceOf?: ConditionChoices | undefined;
  /** The file has no text for it: AWS gives the policy where none is written. */
  readonly isImplicit?: boolean | undefined;
  /** What the references of a template stand for, behind what is declared. */
  readonly referenceValues?: PlaceholderValues | undefined;
  readonly template?: PolicyInTemplate | undefined;
  readonly module?: PolicyInModule | undefined;
  readonly templateFaults?: readonly TemplateFault[] | undefined;
}

/** Collects what the discoverers find in one file. */
export interface DiscoverySink {
  readonly uri: string;
  /** Declared values of placeholders. */
  readonly placeholderValues: PlaceholderValues | undefined;
  readonly documents: DiscoveredDocument[];
  readonly keyFacts: KeyFact[];
  readonly policiesWithoutDocument: PoliciesWithoutDocument[];
  readonly identities: TemplateIdentity[];
  readonly faults: LayerFault[];
  /** The first one of the file. */
  template: TemplateFile | undefined;
  readonly unitParts: UnitPart[];
  /** What the other files of the unit say about this one. */
  readonly unitValues: UnitValues;
  /** Those that are not in a policy. */
  readonly templateFaults: TemplateFault[];
  metadata: ResourceMetadata | undefined;
  managedPolicyArns: readonly string[];
}

/** A fault of a text; of a JSON text inside a string it counts in that string's layer. */
export interface LayerFault {
  readonly fault: SyntaxFault;
  readonly layer: SourceLayer;
}
