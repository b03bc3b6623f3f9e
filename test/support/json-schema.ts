/** A JSON schema, as far as our own uses it. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
  readonly allOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly not?: JsonSchema;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
  readonly description?: string;
  readonly examples?: readonly string[];
}

/** Whether the value fits the schema, by the rules of draft-07 for the keywords above. */
export function matchesSchema(value: unknown, jsonSchema: JsonSchema, root: JsonSchema): boolean {
  if (jsonSchema.$ref !== undefined) return matchesSchema(value, schemaDefinition(jsonSchema.$ref, root), root);
  return (jsonSchema.type === undefined || typeOf(value) === jsonSchema.type)
    && (jsonSchema.enum === undefined || jsonSchema.enum.includes(value as string))
    && (jsonSchema.allOf ?? []).every((part) => matchesSchema(value, part, root))
    && (jsonSchema.oneOf === undefined || jsonSchema.oneOf.filter((part) => matchesSchema(value, part, root)).length === 1)
    && (jsonSchema.not === undefined || !matchesSchema(value, jsonSchema.not, root))
    && (typeof value !== 'string' || stringMatchesSchema(value, jsonSchema))
    && (!Array.isArray(value) || value.every((item) => jsonSchema.items === undefined || matchesSchema(item, jsonSchema.items, root)))
    && (typeOf(value) !== 'object' || objectMatchesSchema(value as Record<string, unknown>, jsonSchema, root));
}

export function schemaDefinition(reference: string, root: JsonSchema): JsonSchema {
  const found = root.definitions?.[reference.replace('#/definitions/', '')];
  if (!found) throw new Error(`the schema has no ${reference}`);
  return found;
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

function stringMatchesSchema(value: string, { pattern, minLength }: JsonSchema): boolean {
  return (pattern === undefined || new RegExp(pattern, 'u').test(value)) && value.length >= (minLength ?? 0);
}

function objectMatchesSchema(value: Record<string, unknown>, jsonSchema: JsonSchema, root: JsonSchema): boolean {
  return (jsonSchema.required ?? []).every((name) => Object.hasOwn(value, name))
    && Object.entries(value).every(([name, member]) => {
      if (jsonSchema.propertyNames && !matchesSchema(name, jsonSchema.propertyNames, root)) return false;
      const known = jsonSchema.properties?.[name] ?? jsonSchema.additionalProperties ?? true;
      return typeof known === 'boolean' ? known : matchesSchema(member, known, root);
    });
}
