import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { SourceLayer } from '../../../server/src/core/syntax/syntax';
import { fileLayer } from '../../../server/src/core/syntax/syntax';
import { JSON_SYNTAX } from '../../../server/src/core/syntax/json/json-syntax';
import { urlEncodedLayer } from '../../../server/src/core/syntax/url-encoded-layer';
import { parse } from './json/support';

function layerOf(encoded: string): { readonly layer: SourceLayer; readonly file: string } {
  const file = JSON.stringify(encoded);
  const { root } = parse(file);
  assert.ok(root?.kind === 'scalar');
  return { layer: urlEncodedLayer(fileLayer(file, JSON_SYNTAX), root, JSON_SYNTAX), file };
}

// IAM API Reference, PolicyDetail: "Policies are URL-encoded compliant with RFC 3986"
describe('URL-encoded text', () => {
  it('is read, and each of its characters has its place in the file', () => {
    const { layer: sourceLayer, file } = layerOf('%7B%22a%22%3A%22%C3%A9%F0%9F%94%91*%22%7D');
    assert.equal(sourceLayer.text, '{"a":"é🔑*"}');
    const place = (part: string): string => {
      const start = sourceLayer.text.indexOf(part);
      const span = sourceLayer.toFileSpan({ start, end: start + part.length });
      return file.slice(span.start, span.end);
    };
    assert.deepEqual(['{', '"a"', 'é', '🔑', '*', '"}'].map(place), ['%7B', '%22a%22', '%C3%A9', '%F0%9F%94%91', '*', '%22%7D']);
  });

  it('is written as it is read, whatever it contains', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const { layer } = layerOf('');
      assert.equal(layerOf(JSON.parse(`"${layer.escape(text)}"`) as string).layer.text, text);
      assert.doesNotMatch(layer.escape(text), /[!'()*\s"{}]/);
    }));
  });

  it('bytes that are not UTF-8, and a percent sign alone, are read as far as possible', () => {
    const { layer, file } = layerOf('%7B%FFx%');
    assert.equal(layer.text, '{\u00ffx%');
    assert.deepEqual(layer.toFileSpan({ start: 2, end: 3 }), { start: file.indexOf('x'), end: file.indexOf('x') + 1 });
    assert.equal(layerOf('100%').layer.text, '100%');
  });
});
