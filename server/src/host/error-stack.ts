/** What there is to say about a thrown value, its causes included. */
export function errorStack(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause === undefined ? own : `${own}\ncaused by ${errorStack(error.cause)}`;
}
