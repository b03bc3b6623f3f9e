/** What a name of AWS means, in one sentence of ours, and the page of AWS's documentation that it rests on. */
export interface Documentation {
  readonly description: string;
  readonly href: string;
}

/** The texts of one of the files `data/*-texts.json`, by AWS's spelling of the name. A test holds that each name has one. */
export type DocumentationTexts = Readonly<Record<string, Documentation>>;

export function documentationFor(texts: DocumentationTexts, name: string): Documentation {
  const text = texts[name];
  if (!text) throw new Error(`No text for ${name}`);
  return text;
}
