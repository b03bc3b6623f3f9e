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
export function matchesSchema(value: unknown, schema: JsonSchema, root: JsonSchema): boolean {
  if (schema.$ref !== undefined) return matchesSchema(value, schemaDefinition(schema.$ref, root), root);
  return (schema.type === undefined || typeOf(value) === schema.type)
    && (schema.enum === undefined || schema.enum.includes(value as string))
    && (schema.allOf ?? []).every((part) => matchesSchema(value, part, root))
    && (schema.oneOf === undefined || schema.oneOf.filter((part) => matchesSchema(value, part, root)).length === 1)
    && (schema.not === undefined || !matchesSchema(value, schema.not, root))
    && (typeof value !== 'string' || stringMatchesSchema(value, schema))
    && (!Array.isArray(value) || value.every((item) => schema.items === undefined || matchesSchema(item, schema.items, root)))
    && (typeOf(value) !== 'object' || objectMatchesSchema(value as Record<string, unknown>, schema, root));
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

function objectMatchesSchema(value: Record<string, unknown>, schema: JsonSchema, root: JsonSchema): boolean {
  return (schema.required ?? []).every((name) => Object.hasOwn(value, name))
    && Object.entries(value).every(([name, member]) => {
      if (schema.propertyNames && !matchesSchema(name, schema.propertyNames, root)) return false;
      const known = schema.properties?.[name] ?? schema.additionalProperties ?? true;
      return typeof known === 'boolean' ? known : matchesSchema(member, known, root);
    });
}
