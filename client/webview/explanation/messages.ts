/** What the page of an explanation asks the extension for. */
export type ExplanationMessage =
  /** The place that a link of the answer leads to, by its position among the links. */
  | { readonly type: 'open'; readonly link: number }
  | { readonly type: 'button'; readonly button: ExplanationButton };

/** The buttons of the page. */
export type ExplanationButton = 'showEdit' | 'copyStatement' | 'explainAnother' | 'copy' | 'openAsText';
