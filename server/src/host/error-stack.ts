/** What there is to say about a thrown value, its causes included. */
export function errorStack(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause === undefined ? stack : `${stack}\ncaused by ${errorStack(error.cause)}`;
}
