type Schema = Readonly<Record<string, unknown>>;

/** What validates, or is taken over in another form. */
const VALIDATING_KEYWORDS: ReadonlySet<string> = new Set(['additionalProperties', 'required', 'oneOf', 'not', 'propertyNames', 'minLength',
  'pattern', 'patternErrorMessage', 'errorMessage', 'type', 'enum', 'enumDescriptions', 'allOf']);

/**
 * The schema of `kms-handshake.json` for an editor that has the language server besides: it describes and completes the same and accepts
 * everything, since the server says better what is wrong, and one mistake is told once.
 */
export function suggestionSchema(schema: Schema): Schema {
  const { definitions, ...root } = schema;
  return { ...withoutValidation(root), definitions: mapValues(definitions as Schema, withoutValidation) };
}

function withoutValidation(schema: Schema): Schema {
  const { allOf = [], enum: values, enumDescriptions, additionalProperties, properties, items } = schema;
  const kept = Object.entries(schema).filter(([keyword]) => !VALIDATING_KEYWORDS.has(keyword));
  return {
    ...Object.fromEntries(kept),
    // A reference beside other keywords stands in a list, where validators of draft-07 look at it.
    ...(allOf as readonly Schema[]).length > 0 ? { allOf } : {},
    ...properties === undefined ? {} : { properties: mapValues(properties as Schema, withoutValidation) },
    ...items === undefined ? {} : { items: withoutValidation(items as Schema) },
    ...typeof additionalProperties === 'object' ? { additionalProperties: withoutValidation(additionalProperties as Schema) } : {},
    ...values === undefined ? {} : wordSuggestions(values as readonly string[], enumDescriptions as readonly string[] | undefined),
    ...emptyValueSuggestion(schema),
  };
}

/** What an editor writes for a new member, where neither examples nor members tell it that this is a text or an object. */
function emptyValueSuggestion({ type, enum: values, examples, properties }: Schema): Schema {
  if (type === 'object' && properties === undefined) return { defaultSnippets: [{ label: '{}', body: {} }] };
  return type === 'string' && values === undefined && examples === undefined ? { defaultSnippets: [{ label: '""', body: '$1' }] } : {};
}

function wordSuggestions(words: readonly string[], descriptions: readonly string[] | undefined): Schema {
  if (descriptions === undefined) return { examples: words };
  return { defaultSnippets: words.map((word, i) => ({ label: `"${word}"`, description: descriptions[i], body: word })) };
}

function mapValues(value: Schema, map: (member: Schema) => Schema): Schema {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, map(member as Schema)]));
}
