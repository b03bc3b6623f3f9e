/** `data` of every diagnostic. */
export interface DiagnosticData {
  /** Tells the findings of one file apart. */
  readonly id: string;
}

/** One finding, as its diagnostic tells. */
export interface FindingRef {
  readonly uri: string;
  /** `DiagnosticData.id` */
  readonly id: string;
}

export interface SuppressParams extends FindingRef {
  /** Why the finding is right as it is. */
  readonly reason: string;
}
