import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { columnOf, missing, sameOrder, type Column } from '../../../server/src/core/workspace/column';

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
});

describe('two lists', () => {
  it('tell what the second has not, and whether what both have is in one order', () => {
    fc.assert(fc.property(lists, lists, (a, b) => {
      assert.deepEqual(missing(a, b), a.filter((item) => !b.includes(item)));
      const inBoth = (list: readonly Item[]): number[] => list.filter((item) => a.includes(item) && b.includes(item)).map(({ name }) => name);
      assert.equal(sameOrder(a, b), inBoth(a).join() === inBoth(b).join());
    }));
  });
});
