import type { SourceLayer } from '../../syntax/syntax';
import type { Node, ScalarNode } from '../../syntax/tree';

/** A policy document of a template as it is written, with its functions. */
export interface WrittenDocument {
  readonly node: Node;
  readonly layer: SourceLayer;
  /** The string that the document is the text of, with its layer. */
  readonly string?: { readonly node: ScalarNode; readonly layer: SourceLayer } | undefined;
  /** That string is the text of an `Fn::Sub`. */
  readonly sub?: SubText | undefined;
}

/** Of the text of an `Fn::Sub`, its map, whose names come before those of the template. */
export interface SubText {
  readonly substitutions: Node | undefined;
}
