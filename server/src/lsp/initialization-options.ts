import type { InitializationOptions } from './protocol/initialize';

/** Takes what it understands of whatever the editor sends as `initializationOptions`. */
export function readInitializationOptions(value: unknown): InitializationOptions {
  if (typeof value !== 'object' || value === null) return {};
  const { editorChecksSyntaxOf, editorCompletesSchema, clientCommands, ruleDocumentation, tellChanges, settings } = value as Readonly<
    Record<keyof InitializationOptions, unknown>
  >;
  return {
    ...(Array.isArray(editorChecksSyntaxOf) ? { editorChecksSyntaxOf: editorChecksSyntaxOf.filter((id) => typeof id === 'string') } : {}),
    ...(typeof editorCompletesSchema === 'boolean' ? { editorCompletesSchema } : {}),
    ...(clientCommands === true ? { clientCommands } : {}),
    ...(isRuleAddress(ruleDocumentation) ? { ruleDocumentation } : {}),
    ...(tellChanges === true ? { tellChanges } : {}),
    ...(settings === undefined ? {} : { settings }),
  };
}

function isRuleAddress(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z][a-z0-9+.-]*:[^\s]*\{code\}/i.test(value);
}
