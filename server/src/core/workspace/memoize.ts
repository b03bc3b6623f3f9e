/**
 * Gives what `compute` makes of the subject, computed once for each pair of them. The function has to be pure and declared once (a new
 * closure for each call would never be found again), the subject immutable. A result is kept as long as its subject lives.
 */
export type Memoize = <Subject extends object, Result>(compute: (subject: Subject) => Result, subject: Subject) => Result;

/** The results belong to whoever holds the function: a workspace has one, which all its later states share. */
export function createMemoize(): Memoize {
  const resultsByFunction = new Map<unknown, WeakMap<object, unknown>>();
  return <Subject extends object, Result>(compute: (subject: Subject) => Result, subject: Subject): Result => {
    let results = resultsByFunction.get(compute) as WeakMap<Subject, Result> | undefined;
    if (!results) resultsByFunction.set(compute, results = new WeakMap<Subject, Result>());
    const result = results.get(subject);
    if (result !== undefined || results.has(subject)) return result as Result;
    const computed = compute(subject);
    results.set(subject, computed);
    return computed;
  };
}
