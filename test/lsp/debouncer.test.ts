import assert from 'node:assert/strict';
import { createDebouncer, type Debouncer, type DebounceTiming } from '../../server/src/lsp/debouncer';

const RHYTHM: DebounceTiming = { burstWindow: 40, quietPeriod: 12, maximumDelay: 80 };

/** A pulse over a clock that only goes on when it is told to, and when its work was done. */
function ticking(
  debounceTiming: DebounceTiming,
): { readonly asked: Debouncer; readonly pass: (milliseconds: number) => void; readonly done: number[] } {
  let now = 0;
  let next: { readonly at: number; readonly work: () => void } | undefined;
  const done: number[] = [];
  const schedule = (milliseconds: number, work: () => void): (() => void) => {
    const own = next = { at: now + milliseconds, work };
    return () => { if (next === own) next = undefined; };
  };
  const pass = (milliseconds: number): void => {
    for (const end = now + milliseconds; ; now++) {
      if (next && next.at <= now) {
        const { work } = next;
        next = undefined;
        work();
      }
      if (now === end) return;
    }
  };
  return {
    asked: createDebouncer({ now: () => now, schedule, yieldToEventLoop: () => Promise.resolve() }, debounceTiming, () =>
      void done.push(now)),
    pass,
    done,
  };
}

describe('lsp: work that is requested often', () => {
  it('is done at once after a quiet time', () => {
    const { asked, pass, done } = ticking(RHYTHM);
    asked.schedule();
    pass(100);
    asked.schedule();
    pass(100);
    assert.deepEqual(done, [0, 100]);
  });

  it('is done once for a burst, when it pauses', () => {
    const { asked, pass, done } = ticking(RHYTHM);
    asked.schedule();
    pass(10);
    for (let i = 0; i < 5; i++) {
      asked.schedule();
      pass(5);
    }
    pass(100);
    assert.deepEqual(done, [0, 42]);
  });

  it('is done now and then while a burst goes on', () => {
    const { asked, pass, done } = ticking(RHYTHM);
    for (let i = 0; i < 100; i++) {
      asked.schedule();
      pass(5);
    }
    pass(100);
    const waits = done.map((at, i) => at - (done[i - 1] ?? 0));
    assert.ok(done.length >= 5, String(done));
    assert.ok(Math.max(...waits) <= RHYTHM.maximumDelay + RHYTHM.quietPeriod + 5, String(waits));
  });

  it('is not done any more once it is stopped', () => {
    const { asked, pass, done } = ticking(RHYTHM);
    asked.schedule();
    pass(0);
    asked.schedule();
    asked.stop();
    pass(200);
    assert.deepEqual(done, [0]);
  });
});
