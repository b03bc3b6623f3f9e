/** What a check of all policies came to. */
export interface CheckOutcome {
  /** It was stopped; the numbers are those of what is known by then. */
  readonly cancelled: boolean;
  /** Files that hold policies. */
  readonly files: number;
  readonly policies: number;
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  readonly hints: number;
}
