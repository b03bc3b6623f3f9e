import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { patchMap } from '../../../server/src/core/workspace/patched-map';

const key = fc.nat(150);
const value = fc.option(fc.record({ of: fc.nat(5) }), { nil: undefined });
const patches = fc.array(fc.array(fc.tuple(key, value), { maxLength: 90 }), { maxLength: 12 });

describe('a map that is patched', () => {
  it('holds what a copy would hold, and leaves every state before as it was', () => {
    fc.assert(fc.property(fc.uniqueArray(key), patches, (keys, changes) => {
      let plain = new Map(keys.map((entry) => [entry, { of: entry }]));
      let map: ReadonlyMap<number, { of: number }> = plain;
      const states: [ReadonlyMap<number, { of: number }>, Map<number, { of: number }>][] = [];
      for (const patch of changes) {
        map = patchMap(map, patch);
        plain = new Map(plain);
        for (const [name, now] of patch) {
          if (now) plain.set(name, now);
          else plain.delete(name);
        }
        states.push([map, plain]);
      }
      for (const [state, copy] of states) {
        assert.equal(state.size, copy.size);
        assert.deepEqual(new Map(state), copy);
        assert.deepEqual(new Map([...state.keys()].map((name, i) => [name, [...state.values()][i]])), copy);
        for (let name = 0; name <= 150; name++) assert.deepEqual([state.get(name), state.has(name)], [copy.get(name), copy.has(name)]);
      }
    }), { numRuns: 60 });
  });

  it('keeps the order of entries that are only replaced', () => {
    const map = new Map(['a', 'b', 'c'].map((name) => [name, { name }]));
    const patched = patchMap(patchMap(map, [['b', { name: 'B' }]]), [['d', { name: 'D' }], ['a', { name: 'A' }]]);
    assert.deepEqual(Array.from(patched.values(), ({ name }) => name), ['A', 'B', 'c', 'D']);
  });

  it('is the map below again when nothing is left of the changes', () => {
    const map = new Map([['a', { name: 'a' }]]);
    assert.equal(patchMap(patchMap(map, [['b', { name: 'b' }]]), [['b', undefined]]), map);
  });
});
