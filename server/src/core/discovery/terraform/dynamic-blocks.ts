import { expressionName } from '../../syntax/hcl/canonical-tree';
import type { HclBlock } from '../../syntax/hcl/hcl-tree';
import type { Span } from '../../text/span';
import { elementsOf, evaluate } from './evaluate';
import { isOfType, type Scope } from './module';
import { attributeIn, blocksIn } from './terraform-file';
import { objectValue, UNKNOWN } from './value';

/** A nested block as it counts: as it is written, or one that a `dynamic` block makes. */
export interface ExpandedBlock {
  readonly block: HclBlock;
  /** What is written for the whole of it. */
  readonly span: Span;
  /** The word that names it. */
  readonly typeSpan: Span;
  readonly scope: Scope;
  /** It is not known whether it is there, or how often. */
  readonly isMaybe: boolean;
}

/**
 * The nested blocks of a type in a body: a `dynamic` block stands for one block for each element that it goes through, and for one that is
 * not certain where these are not known.
 *
 * Source: https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks
 */
export function expandBlocks(body: HclBlock['body'], type: string, scope: Scope): readonly ExpandedBlock[] {
  return blocksIn(body).filter((block) => isOfType(block, type)).flatMap((block) => expandBlock(block, type, scope));
}

export function expandBlock(block: HclBlock, type: string, scope: Scope): readonly ExpandedBlock[] {
  if (block.type === type) return [{ block, span: block.span, typeSpan: block.typeSpan, scope, isMaybe: false }];
  const content = blocksIn(block.body).find((nested) => nested.type === 'content');
  if (!content) return [];
  const { span, labels, typeSpan } = block;
  const iteratorName = attributeIn(block.body, 'iterator')?.value;
  const iterator = iteratorName?.kind === 'variable' ? iteratorName.name : type;
  const collection = attributeIn(block.body, 'for_each')?.value;
  const value = collection ? evaluate(collection, scope) : UNKNOWN;
  const elements = elementsOf(value);
  const isAssumed = value.kind !== 'unknown' && value.assumptions.length > 0;
  const name = collection ? expressionName(scope.file.text.slice(collection.span.start, collection.span.end)) : '';
  const expand = (index: string, iteratorValue: Scope['variables'], isMaybe: boolean): ExpandedBlock => ({
    block: content, span, typeSpan: labels[0]?.span ?? typeSpan, isMaybe,
    scope: { ...scope, variables: new Map([...scope.variables, ...iteratorValue]), iteration: `${scope.iteration} ${name}[${index}]` },
  });
  if (!elements || elements.length > MAX_ELEMENTS || isAssumed && elements.length === 0)
    return [expand('', new Map([[iterator, UNKNOWN]]), true)];
  return elements.map(([key, element], index) =>
    expand(String(index), new Map([[iterator, objectValue([['key', key], ['value', element]])]]), isAssumed));
}

/** A policy has at most a few hundred statements (docs/aws-rules.md 1.4, sizes). */
const MAX_ELEMENTS = 500;
