/**
 * Loaded into the process of the server before the server itself: answers each message of the tests when the server has nothing left to do,
 * that is when no timer, no turn of the event loop and no file is awaited. Tests know by it that nothing more is to come.
 */
const { setInterval: originalSetInterval } = globalThis;
// The check of whether the editor is still alive never ends, and is no work.
globalThis.setInterval = Object.assign((...parameters) => originalSetInterval(...parameters).unref(), originalSetInterval);

const isWork = (resource) => resource === 'Timeout' || resource === 'Immediate' || resource.startsWith('FSReq');

function answer() {
  // In a turn of its own, so that the timer that led here is over.
  setImmediate(() => {
    if (process.getActiveResourcesInfo().some(isWork)) setTimeout(answer, 1);
    else process.send('idle');
  });
}

process.on('message', answer);
process.channel.unref();
