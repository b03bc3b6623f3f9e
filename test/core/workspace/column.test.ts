import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { columnOf, inOrder, missing, placesIn, sameOrder, swapsIn, unlike, type Column } from '../../../server/src/core/workspace/column';

interface Item { readonly name: number }
const ITEMS: readonly Item[] = Array.from({ length: 30 }, (_, name) => ({ name }));
const lists = fc.shuffledSubarray([...ITEMS]);

describe('a column', () => {
  it('keeps what was made with its item, wherever the item stands now', () => {
    fc.assert(fc.property(lists, lists, (before, now) => {
      let made = 0;
      const make = (item: Item, known: { of: Item } | undefined): { of: Item } => {
        if (!known) made++;
        return known ?? { of: item };
      };
      const first: Column<Item, { of: Item }> = columnOf(before, undefined, make);
      assert.equal(made, before.length);
      const second = columnOf(now, first, make);
      assert.equal(made, new Set([...before, ...now]).size);
      now.forEach((item, i) => {
        assert.equal(second.made[i]?.of, item);
        const at = before.indexOf(item);
        if (at >= 0) assert.equal(second.made[i], first.made[at]);
      });
    }));
  });

  it('is the same again while items and what is made of them are', () => {
    const column = columnOf(ITEMS, undefined, ({ name }) => name);
    assert.equal(columnOf([...ITEMS], column, (_, known) => known ?? -1), column);
    assert.notEqual(columnOf(ITEMS.slice(1), column, (_, known) => known ?? -1), column);
    assert.notEqual(columnOf(ITEMS, column, ({ name }) => name + 1), column);
  });

  it('makes again what another list says otherwise at the same position, and nothing else', () => {
    const values = fc.array(fc.nat(2), { minLength: ITEMS.length, maxLength: ITEMS.length });
    fc.assert(fc.property(lists, lists, values, values, (before, now, old, fresh) => {
      const asked: Item[] = [];
      const made = (of: readonly number[]) => (item: Item, _: unknown, position: number): string => {
        asked.push(item);
        return `${item.name} ${of[position]}`;
      };
      const first = columnOf(before, undefined, made(old));
      asked.length = 0;
      const positions = swapsIn(fresh, old) ?? [];
      const second = columnOf(now, first, made(fresh), positions);
      assert.deepEqual(second.made, now.map((item, i) => `${item.name} ${fresh[i]}`));
      if (now.length === before.length) {
        assert.deepEqual(new Set(asked), new Set(now.filter((item, i) => item !== before[i] || positions.includes(i))));
      }
    }));
  });
});

describe('two lists', () => {
  it('tell what the second has not, and whether what both have is in one order', () => {
    fc.assert(fc.property(lists, lists, (a, b) => {
      assert.deepEqual(missing(a, b), a.filter((item) => !b.includes(item)));
      const inBoth = (list: readonly Item[]): number[] => list.filter((item) => a.includes(item) && b.includes(item)).map(({ name }) => name);
      assert.equal(sameOrder(a, b), inBoth(a).join() === inBoth(b).join());
    }));
  });

  it('tell where they differ, and where some of the items stand', () => {
    fc.assert(fc.property(lists, lists, (a, b) => {
      assert.deepEqual(unlike(a, b), a.filter((item, i) => item !== b[i]));
      assert.deepEqual(swapsIn(a, b), a.length === b.length ? a.flatMap((item, i) => (item === b[i] ? [] : [i])) : undefined);
      assert.deepEqual(placesIn(a, b), a.flatMap((item, i) => (b.includes(item) ? [i] : [])));
      assert.deepEqual(inOrder(a, b), a.filter((item) => b.includes(item)));
    }));
  });
});
