import { containsSymbol } from '../../aws/identifier-comparison';
import { resolveFunctions } from '../../discovery/cloudformation/template-functions';
import type { Template } from '../../discovery/cloudformation/template';
import type { TemplateReferences } from '../../discovery/cloudformation/template-references';
import { readPolicyString } from '../../policy/read-policy-string';
import type { Node, ScalarNode } from '../../syntax/tree';

/** The name of an export or import, as far as it is known. */
export interface ExportName {
  /** The whole name; undefined while a part of it is not known or may be something else. */
  readonly text: string | undefined;
  /** The name with a star for each part that a deployment gives; undefined where it has none, or nothing but such parts. */
  readonly pattern: string | undefined;
}

export function exportNameOf(node: Node, template: Template, references: TemplateReferences): ExportName {
  const nameNode = resolveFunctions(node, { template, choices: references });
  if (nameNode.kind !== 'scalar') return { text: undefined, pattern: undefined };
  // In a name any word is a word: only functions leave something open.
  const scalar = { ...nameNode, placeholders: nameNode.placeholders.filter(({ form }) => form === 'template') };
  const { value, placeholders, assumptions } = readPolicyString(scalar, references.valueOf, 'any');
  const isKnown = placeholders.length === 0 && !assumptions && !containsSymbol(value);
  return { text: isKnown ? value : undefined, pattern: patternOf(scalar) };
}

/** `*-KeyArn` of `!Sub '${AWS::StackName}-KeyArn'` as of `!Sub '${NetworkStack}-KeyArn'`. */
function patternOf({ value, placeholders }: ScalarNode): string | undefined {
  if (placeholders.length === 0) return undefined;
  let pattern = '';
  let end = 0;
  for (const placeholder of placeholders) {
    pattern += `${value.slice(end, placeholder.start)}*`;
    end = placeholder.end;
  }
  pattern += value.slice(end);
  return /[A-Za-z0-9]/.test(pattern) ? pattern : undefined;
}
