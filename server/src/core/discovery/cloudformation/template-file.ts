import type { SourceLayer } from '../../syntax/syntax';
import type { ObjectNode } from '../../syntax/tree';
import { dependentsOf } from './dependents';
import type { Template } from './template';
import { templateReferences, type GivenValues, type TemplateReferences } from './template-references';

/** A template with all that edits of it need. */
export interface TemplateFile {
  readonly template: Template;
  readonly references: TemplateReferences;
  readonly root: ObjectNode;
  readonly layer: SourceLayer;
  /** Logical ids of the resources that depend on a resource: a reference to one of them would be a circular dependency. */
  readonly dependents: (logicalId: string) => readonly string[];
}

/** @param partition that of the ARNs in the template */
export function createTemplateFile(template: Template, root: ObjectNode, layer: SourceLayer, given: GivenValues,
  partition: string | undefined): TemplateFile {
  return { template, references: templateReferences(template, given, partition), root, layer, dependents: dependentsOf(template) };
}

/** Where a policy stands in a template. */
export interface PolicyInTemplate {
  readonly file: TemplateFile;
  /** Of the resource that the policy is a part of. */
  readonly logicalId: string;
  /** How a reference is written in the policy. */
  readonly referenceForm: ReferenceForm;
}

/** `function`: `Fn::GetAtt`; `sub`: `${Worker.Arn}` in a text of `Fn::Sub`; `none`: in a text without `Fn::Sub` there is no reference. */
export type ReferenceForm = 'function' | 'sub' | 'none';
