import assert from 'node:assert/strict';
import { POLICY_HINTS } from '../../../../server/src/core/aws/policy-grammar';
import { parseJson } from '../../../../server/src/core/syntax/json/json-syntax';
import type { ParseOptions, ParseResult, SourceLayer } from '../../../../server/src/core/syntax/syntax';
import type { TreeEdit } from '../../../../server/src/core/syntax/tree-edit';
import { nodeToJson } from '../../../../server/src/core/syntax/canonical-value';
import type { SyntaxFault } from '../../../../server/src/core/syntax/syntax-fault';
import type { Node } from '../../../../server/src/core/syntax/tree';
import type { Span, TextEdit } from '../../../../server/src/core/text/span';

export const STRICT: ParseOptions = { comments: 'fault' };

export function parse(text: string, options: ParseOptions = STRICT): ParseResult {
  return parseJson(text, { hints: POLICY_HINTS, ...options });
}

/** The values of a text's top level. */
export function valuesOf(text: string, options: ParseOptions = STRICT): unknown[] {
  return parse(text, options).roots.map((root) => plain(nodeToJson(root)));
}

/** `kind × count "text at the span"` of each fault. */
export function faultsOf(text: string, options: ParseOptions = STRICT): string[] {
  return parse(text, options).faults.map(({ kind, count, span }) => `${kind}${count === 1 ? '' : ` × ${count}`} `
    + JSON.stringify(text.slice(span.start, span.end)));
}

export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let at = 0;
  const sorted = edits.map((edit, index) => ({ edit, index })).sort((a, b) =>
    a.edit.span.start - b.edit.span.start || a.edit.span.end - b.edit.span.end || a.index - b.index
  );
  for (const { edit: { span, newText } } of sorted) {
    assert.ok(span.start >= at && span.end >= span.start && span.end <= text.length,
      `edit ${span.start}-${span.end} behind ${at}, of ${text.length}`);
    result += text.slice(at, span.start) + newText;
    at = span.end;
  }
  return result + text.slice(at);
}

/** The edits of the file; fails where they are refused. */
export function renderedEdits(layer: SourceLayer, edits: readonly TreeEdit[]): readonly TextEdit[] {
  const rendered = layer.syntax.renderEdits(layer, edits);
  return rendered.edits ?? assert.fail(rendered.refusal);
}

export function applyFix(text: string, fault: SyntaxFault): string {
  return applyEdits(text, fault.fix?.edits ?? []);
}

/** Takes the first fix again and again, as a person with a quick fix would. */
export function repaired(text: string, options: ParseOptions = STRICT): string {
  let result = text;
  for (let round = 0; round < 50; round++) {
    const fixable = parse(result, options).faults.find((fault) => fault.fix);
    if (!fixable) return result;
    const next = applyFix(result, fixable);
    assert.notEqual(next, result, `the fix of ${fixable.kind} changes nothing`);
    result = next;
  }
  return assert.fail(`still not mended: ${result}`);
}

/** Spans lie within the text and within each other, in order. */
export function checkSpans(result: ParseResult, text: string): void {
  for (const root of result.roots) checkNode(root, { start: 0, end: text.length });
  for (const fault of result.faults) {
    checkWithin(fault.span, { start: 0, end: text.length });
    for (const edit of fault.fix?.edits ?? []) checkWithin(edit.span, { start: 0, end: text.length });
    applyFix(text, fault);
    assert.ok(fault.count >= 1 && fault.message !== '' && !fault.message.endsWith('.'));
  }
}

function checkNode(root: Node, around: Span): void {
  const stack: { node: Node; around: Span }[] = [{ node: root, around }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { node } = next;
    checkWithin(node.span, next.around);
    if (node.kind === 'scalar') checkScalar(node);
    else if (node.kind === 'list') {
      inOrder(node.items.map((item) => item.span));
      for (const item of node.items) stack.push({ node: item, around: node.span });
    } else {
      inOrder(node.members.map((member) => member.span));
      for (const { span, key, value } of node.members) {
        checkWithin(span, node.span);
        stack.push({ node: key, around: span });
        if (value) stack.push({ node: value, around: { start: key.span.end, end: span.end } });
      }
    }
  }
}

function checkScalar(node: Extract<Node, { kind: 'scalar' }>): void {
  checkWithin(node.content, node.span);
  if (node.offsets) {
    assert.equal(node.offsets.length, node.value.length + 1);
    node.offsets.forEach((offset, index) =>
      assert.ok(offset >= node.content.start && offset <= node.content.end && offset >= (node.offsets?.[index - 1] ?? 0))
    );
  } else {
    assert.equal(node.value.length, node.content.end - node.content.start);
  }
  for (const placeholder of node.placeholders)
    assert.ok(
      placeholder.start >= 0 && placeholder.start < placeholder.end && placeholder.end <= node.value.length && placeholder.name !== '',
    );
}

function inOrder(spans: readonly Span[]): void {
  spans.forEach((span, index) => assert.ok(index === 0 || (spans[index - 1]?.end ?? 0) <= span.start, 'parts overlap'));
}

function checkWithin(inner: Span, outer: Span): void {
  assert.ok(outer.start <= inner.start && inner.start <= inner.end && inner.end <= outer.end,
    `${inner.start}-${inner.end} in ${outer.start}-${outer.end}`);
}

/** Without prototypes and read-only marks, for comparing. */
export function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}
