import type { InitializationOptions } from './protocol/initialize';

/** Takes what it understands of whatever the editor sends as `initializationOptions`. */
export function readInitializationOptions(value: unknown): InitializationOptions {
  if (typeof value !== 'object' || value === null) return {};
  const options = value as Readonly<Record<keyof InitializationOptions, unknown>>;
  const { editorChecksSyntaxOf, editorCompletesSchema, clientCommands, ruleDocumentation, tellChanges, tellStatus, settings } = options;
  return {
    ...(Array.isArray(editorChecksSyntaxOf) ? { editorChecksSyntaxOf: editorChecksSyntaxOf.filter((id) => typeof id === 'string') } : {}),
    ...(typeof editorCompletesSchema === 'boolean' ? { editorCompletesSchema } : {}),
    ...(clientCommands === true ? { clientCommands } : {}),
    ...(isRuleAddress(ruleDocumentation) ? { ruleDocumentation } : {}),
    ...(tellChanges === true ? { tellChanges } : {}),
    ...(tellStatus === true ? { tellStatus } : {}),
    ...(settings === undefined ? {} : { settings }),
  };
}

function isRuleAddress(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z][a-z0-9+.-]*:[^\s]*\{code\}/i.test(value);
}
