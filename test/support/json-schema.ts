/** A JSON schema, as far as our own uses it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
  readonly definitions?: Readonly<Record<string, Schema>>;
  readonly description?: string;
  readonly examples?: readonly string[];
}

/** Whether the value fits the schema, by the rules of draft-07 for the keywords above. */
export function fits(value: unknown, schema: Schema, root: Schema): boolean {
  if (schema.$ref !== undefined) return fits(value, definition(schema.$ref, root), root);
  return (schema.type === undefined || typeOf(value) === schema.type)
    && (schema.enum === undefined || schema.enum.includes(value as string))
    && (schema.allOf ?? []).every((part) => fits(value, part, root))
    && (schema.oneOf === undefined || schema.oneOf.filter((part) => fits(value, part, root)).length === 1)
    && (schema.not === undefined || !fits(value, schema.not, root))
    && (typeof value !== 'string' || fitsText(value, schema))
    && (!Array.isArray(value) || value.every((item) => schema.items === undefined || fits(item, schema.items, root)))
    && (typeOf(value) !== 'object' || fitsObject(value as Record<string, unknown>, schema, root));
}

export function definition(reference: string, root: Schema): Schema {
  const found = root.definitions?.[reference.replace('#/definitions/', '')];
  if (!found) throw new Error(`the schema has no ${reference}`);
  return found;
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

function fitsText(value: string, { pattern, minLength }: Schema): boolean {
  return (pattern === undefined || new RegExp(pattern, 'u').test(value)) && value.length >= (minLength ?? 0);
}

function fitsObject(value: Record<string, unknown>, schema: Schema, root: Schema): boolean {
  return (schema.required ?? []).every((name) => Object.hasOwn(value, name))
    && Object.entries(value).every(([name, member]) => {
      if (schema.propertyNames && !fits(name, schema.propertyNames, root)) return false;
      const known = schema.properties?.[name] ?? schema.additionalProperties ?? true;
      return typeof known === 'boolean' ? known : fits(member, known, root);
    });
}
