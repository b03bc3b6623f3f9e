import { validateParameter, invalidParametersError, objectMembers } from '../parameter-validation';
import type { CommandPlace } from '../protocol/policies';

/**
 * The argument of a command, without what is null, which some editors send for what is left out. People write it by hand in the settings of
 * their editor: a value that is something else is refused by its name.
 */
export function readCommandArgument(argument: unknown): unknown {
  if (argument === undefined || argument === null) return undefined;
  const members = objectMembers(argument, 'the argument of a command');
  for (const [name, value] of Object.entries(members)) validateParameter(name, value, 'the argument');
  return members;
}

/** What a client sent as the argument, as far as every command on a policy needs it; the rest is looked at where it is used. */
export function requireCommandPlace(argument: unknown): CommandPlace {
  const place = argument as Partial<CommandPlace> | undefined;
  if (place?.textDocument === undefined) throw invalidParametersError('the argument has no textDocument');
  return place as CommandPlace;
}
