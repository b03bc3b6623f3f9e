import { placeholderNode } from '../../syntax/hcl/canonical-tree';
import type { Expression } from '../../syntax/hcl/hcl-tree';
import type { SourceLayer } from '../../syntax/syntax';
import { isStringNode, itemsOf, memberOf, type Node, type ObjectNode } from '../../syntax/tree';
import { readEmbeddedJson, type EmbeddedJson } from '../embedded-document';
import { evaluate, isTrue } from './evaluate';
import { LIST_FUNCTIONS } from './functions';
import { argumentOf, NO_VARIABLES, scopeOfBlock, type ModuleBlock, type Scope, type TerraformModule } from './module';
import { documentNode, statementsOfDocument } from './policy-document';
import { choiceNode, nodeOf, withoutOwnPlaces, type PlaceholderRegistry } from './policy-node';
import { policyTextsOf, type PolicyText } from './policy-texts';
import type { TerraformFile } from './terraform-file';

export interface TreeContext {
  readonly module: TerraformModule;
  /** The file whose policies are read: all places count in it. */
  readonly file: TerraformFile;
  readonly layer: SourceLayer;
  readonly registry: PlaceholderRegistry;
}

/** The tree of a policy that is written in the file, with its layer. */
export interface PolicyTree {
  readonly node: ObjectNode;
  readonly layer: SourceLayer;
  /** The JSON text in a string. */
  readonly embedded: EmbeddedJson | undefined;
}

export function policyTreeOf(text: PolicyText, context: TreeContext): PolicyTree | undefined {
  const { layer, registry, module } = context;
  if (text.kind === 'document') {
    const node = documentNode(text.document, mergedStatements(text.document, context, []), module, registry);
    return node && { node, layer, embedded: undefined };
  }
  const node = nodeOf(text.expression, { scope: text.scope, registry });
  if (node?.kind === 'object') return { node, layer, embedded: undefined };
  const embedded = isStringNode(node) ? readEmbeddedJson(layer, node, 'allowed') : undefined;
  return embedded?.root?.kind === 'object' ? { node: embedded.root, layer: embedded.layer, embedded } : undefined;
}

/**
 * The statements of a document: of its sources in order, its own, and of those that override. One with a Sid takes the place of an earlier
 * one with it.
 *
 * Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
 */
function mergedStatements(document: ModuleBlock, context: TreeContext, path: readonly string[]): readonly Node[] {
  // Documents that contain each other are an error of Terraform's.
  if (path.includes(document.address)) return [];
  const innerPath = [...path, document.address];
  const statements: Node[] = [];
  const replaceOrAppend = (added: readonly Node[]): void => {
    const earlier = statements.map(sidOf);
    for (const statement of added) {
      const sid = sidOf(statement);
      const position = sid === undefined ? -1 : earlier.indexOf(sid);
      if (position < 0) statements.push(statement);
      else statements[position] = statement;
    }
  };
  replaceOrAppend(statementsOfArgument(document, 'source_policy_documents', context, innerPath));
  replaceOrAppend(statementsOfDocument(document, context.module, context.registry));
  replaceOrAppend(statementsOfArgument(document, 'override_policy_documents', context, innerPath));
  return statements;
}

function sidOf(statement: Node): string | undefined {
  const sid = memberOf(statement, 'Sid')?.value;
  return isStringNode(sid) && sid.placeholders.length === 0 && sid.value !== '' ? sid.value : undefined;
}

function statementsOfArgument(document: ModuleBlock, argument: string, context: TreeContext, path: readonly string[]): readonly Node[] {
  const source = argumentOf(document, argument);
  if (!source) return [];
  return listedExpressions(source.expression, scopeOfBlock(document, source.file, context.module), false)
    .flatMap((item) => statementsOfItem(item, context, path));
}

interface ListedExpression {
  readonly expression: Expression;
  readonly scope: Scope;
  readonly isMaybe: boolean;
}

/** The items of a list of documents, as far as they are written. */
function listedExpressions(expression: Expression, scope: Scope, isMaybe: boolean): readonly ListedExpression[] {
  switch (expression.kind) {
    case 'tuple': return expression.items.flatMap((item) => listedExpressions(item, scope, isMaybe));
    case 'parenthesized': return listedExpressions(expression.expression, scope, isMaybe);
    case 'conditional': {
      const isConditionTrue = isTrue(evaluate(expression.condition, scope));
      if (isConditionTrue !== undefined)
        return listedExpressions(isConditionTrue ? expression.whenTrue : expression.whenFalse, scope, isMaybe);
      return [expression.whenTrue, expression.whenFalse].flatMap((branch) => listedExpressions(branch, scope, true));
    }
    case 'call':
      return LIST_FUNCTIONS.has(expression.name) && !expression.isExpanded
        ? expression.arguments.flatMap((argument) => listedExpressions(argument, scope, isMaybe)) : [{ expression, scope, isMaybe }];
    case 'traversal': {
      const [name, ...others] = expression.steps;
      const local = expression.source.kind === 'variable' && expression.source.name === 'local' && name?.kind === 'attribute'
        && others.length === 0 ? scope.module.locals.get(name.name) : undefined;
      const isList = local && (local.expression.kind === 'tuple'
        || local.expression.kind === 'call' && LIST_FUNCTIONS.has(local.expression.name));
      const localScope = local && { module: scope.module, file: local.file, variables: NO_VARIABLES, iteration: '' };
      return isList && localScope ? listedExpressions(local.expression, localScope, isMaybe) : [{ expression, scope, isMaybe }];
    }
    default: return [{ expression, scope, isMaybe }];
  }
}

/** What is not written in the file stands where the document refers to it; of what is not known at all anything may be there. */
function statementsOfItem({ expression, scope, isMaybe }: ListedExpression, context: TreeContext,
  path: readonly string[]): readonly Node[] {
  const value = evaluate(expression, scope);
  if (value.kind === 'null' && value.assumptions.length === 0 || value.kind === 'text' && value.text === '') return [];
  const texts = policyTextsOf(expression, scope, isMaybe);
  const { span } = expression;
  if (texts.length === 0) return [placeholderNode(span, scope.file.text)];
  return texts.flatMap((text) => {
    const statements = text.kind === 'document' ? mergedStatements(text.document, context, path) : statementsOfPolicy(text, context);
    const file = text.kind === 'document' ? text.file : text.scope.file;
    const placedStatements = file === scope.file ? statements : statements.map((statement) => withoutOwnPlaces(statement, span));
    return text.isMaybe ? placedStatements.map((statement) => choiceNode(span, span, [statement], scope.file.text)) : placedStatements;
  });
}

/** Those in a JSON text stand where the text is: their places would count in it. */
function statementsOfPolicy(text: Extract<PolicyText, { kind: 'expression' }>, context: TreeContext): readonly Node[] {
  const tree = policyTreeOf(text, context);
  const { span } = text.expression;
  if (!tree) return [placeholderNode(span, text.scope.file.text)];
  const statements = itemsOf(memberOf(tree.node, 'Statement')?.value);
  return tree.embedded ? statements.map((statement) => withoutOwnPlaces(statement, span)) : statements;
}
