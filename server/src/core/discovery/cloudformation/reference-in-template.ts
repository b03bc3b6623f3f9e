import { parseArn } from '../../aws/arn';
import { isDeploymentSymbol, isSymbolOfScope } from '../../aws/identifier-comparison';
import type { JsonValue } from '../../syntax/tree-edit';
import { describeSymbols, SYMBOL_TEXTS } from '../../text/symbol-text';
import type { TemplateMembership } from '../discovery-result';

/**
 * The function of a template that gives a text with symbols: `!GetAtt Worker.Arn`, `!Ref DataKey`, `!Sub` for what is put together.
 * Undefined for symbols of another deployment; refused where the reference would close a circle of resources, which CloudFormation does not
 * deploy.
 *
 * @param uri of the template
 * @param membership of the resource that the text becomes a part of
 */
export function referenceInTemplate(text: string, uri: string,
  { logicalId, dependents }: TemplateMembership): { readonly value: JsonValue } | { readonly refusal: string } | undefined {
  const symbols = text.match(SYMBOL_TEXTS) ?? [];
  if (!symbols.every((symbol) => isSymbolOfScope(symbol, uri))) return undefined;
  const target = symbols.filter((symbol) => isDeploymentSymbol(symbol, 'resource')).map(referenceName)
    .find((name) => name === logicalId || dependents.includes(name));
  if (target !== undefined) {
    return { refusal: `${target} depends on ${logicalId}: a reference back to it would be a circular dependency, which CloudFormation `
      + 'refuses.' };
  }
  return { value: functionFor(text) };
}

function functionFor(text: string): JsonValue {
  const name = referenceName(text);
  if (isDeploymentSymbol(text)) return { Ref: name };
  const arn = parseArn(text);
  const resource = arn?.resource.split('/').at(-1) ?? '';
  const isMadeHere = isDeploymentSymbol(resource, 'resource') && (arn?.service === 'kms' || /^(?:role|user|group)\//.test(arn?.resource ?? ''));
  if (isMadeHere) return { 'Fn::GetAtt': [referenceName(resource), 'Arn'] };
  const escapedText = text.replaceAll('${', '${!');
  return { 'Fn::Sub': escapedText.replace(SYMBOL_TEXTS, (symbol: string) => `\${${referenceName(symbol)}}`) };
}

/** `Worker` of the symbol that is shown as `Worker of template.yaml`. */
function referenceName(symbol: string): string {
  return describeSymbols(symbol).split(' ')[0] ?? '';
}
