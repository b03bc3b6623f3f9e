import { containsSymbol } from '../aws/identifier-comparison';
import { isTemplateFunctionName } from '../policy/template-function';
import { mapStrings } from '../syntax/canonical-value';
import type { RenderedEdits } from '../syntax/syntax';
import type { JsonValue, TreeEdit } from '../syntax/tree-edit';
import { symbolsAsWords } from '../text/symbol-text';
import { functionOfReadText, referenceInTemplate, textForSub } from './cloudformation/reference-in-template';
import type { PolicyInTemplate } from './cloudformation/template-file';
import type { DiscoveredPolicy } from './discovery-result';
import { renderDocumentEdits } from './terraform/document-edits';
import { referenceInModule, type PolicyInModule } from './terraform/reference-in-module';

/**
 * Edits of a policy as edits of its file. A value that only a deployment gives is a reference in the template or the directory of Terraform
 * that makes it, and a word to replace elsewhere.
 */
export function renderPolicyEdits({ layer, policy, template, module }: DiscoveredPolicy, edits: readonly TreeEdit[]): RenderedEdits {
  const refusals: string[] = [];
  const write = (value: JsonValue): JsonValue =>
    withReferences(module ? withModuleReferences(value, module, refusals) : value, template, refusals);
  const editsWithReferences = edits.map((edit) => ('value' in edit ? { ...edit, value: write(edit.value) } : edit));
  const [refusal] = refusals;
  if (refusal !== undefined) return { refusal };
  return renderDocumentEdits(layer, policy.node, editsWithReferences) ?? layer.syntax.renderEdits(layer, editsWithReferences);
}

/** The value as it is written in a directory of Terraform. */
function withModuleReferences(value: JsonValue, module: PolicyInModule, refusals: string[]): JsonValue {
  return mapStrings(value, (text) => {
    const reference = referenceInModule(text, module);
    if (reference && 'refusal' in reference) refusals.push(reference.refusal);
    return reference && 'value' in reference ? reference.value : text;
  });
}

/**
 * The value as it is written at a place of a template, or in a file that is none.
 *
 * @param refusals gets the reasons why parts of it cannot be written
 */
export function withReferences(value: JsonValue, template: PolicyInTemplate | undefined, refusals: string[]): JsonValue {
  const write = (text: string): JsonValue => {
    const reference = template && (referenceInTemplate(text, template)
      ?? (template.referenceForm === 'function' ? functionOfReadText(text) : undefined));
    if (reference && 'refusal' in reference) refusals.push(reference.refusal);
    if (reference && 'value' in reference) return reference.value;
    if (containsSymbol(text)) return symbolsAsWords(text);
    return template?.referenceForm === 'sub' ? textForSub(text) : text;
  };
  return mapStrings(value, write, isTemplateFunctionName);
}
