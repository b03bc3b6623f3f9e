import assert from 'node:assert/strict';
import { createCachedResponse } from '../../client/src/tree/cached-response';

describe('tree: the answer that it is made of', () => {
  it('is asked for once until it is forgotten', async () => {
    let asked = 0;
    const answer = createCachedResponse(() => Promise.resolve(++asked));
    assert.deepEqual(await Promise.all([answer.get(), answer.get()]), [1, 1]);
    answer.invalidate();
    assert.equal(await answer.get(), 2);
  });

  it('is asked for again when it could not be had, by those who come after', async () => {
    const answers = [Promise.reject<string>(new Error('on its way out')), Promise.resolve('there')];
    const answer = createCachedResponse(() => answers.shift() ?? Promise.resolve('once more'));
    const [promiseSettledResult, other] = await Promise.allSettled([answer.get(), answer.get()]);
    assert.deepEqual([promiseSettledResult.status, other.status], ['rejected', 'rejected']);
    assert.equal(await answer.get(), 'there');
    assert.equal(await answer.get(), 'there');
  });

  it('that fails late takes nothing from the one that was asked for meanwhile', async () => {
    let fail = (_: Error): void => undefined;
    const answers = [new Promise<string>((_, reject) => { fail = reject; }), Promise.resolve('there')];
    const answer = createCachedResponse(() => answers.shift() ?? Promise.resolve('once more'));
    const first = answer.get();
    answer.invalidate();
    assert.equal(await answer.get(), 'there');
    fail(new Error('too late'));
    await assert.rejects(first);
    assert.equal(await answer.get(), 'there');
  });
});
