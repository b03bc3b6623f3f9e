/** One of several that the person can choose from. */
export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly description: string;
}
