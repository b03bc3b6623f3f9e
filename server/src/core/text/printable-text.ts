import { plainLine } from './plain-line';

/**
 * What a CI takes for a command to itself: GitHub Actions `::name::` at the start of a line and `##[name]` anywhere in it (actions/runner,
 * ActionCommand.cs), Azure Pipelines `##vso[name]` anywhere, TeamCity `##teamcity[name]`.
 */
const CI_COMMAND = /^(\s*):(?=:)|#(?=#(?:vso|teamcity)?\[)/g;

/**
 * Output as a terminal, and a CI that reads it line by line, may take it: no control character but ends of lines and tabs, nothing that
 * deceives the eye, and no command to a CI. They are written as JSON writes characters, `\u001b`, so that JSON stays the same data.
 */
export function printableText(text: string): string {
  return text.split('\n').map(printableLine).join('\n');
}

/** @param line may end with the carriage return of a CSV record */
function printableLine(line: string): string {
  const end = line.endsWith('\r') ? '\r' : '';
  return plainLine(end === '' ? line : line.slice(0, -1)).replace(CI_COMMAND,
    (_, before: string | undefined) => (before === undefined ? '\\u0023' : `${before}\\u003a`)) + end;
}
