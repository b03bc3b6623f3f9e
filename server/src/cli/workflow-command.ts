import { plainLine, printableText } from '../core/index';

/** A command to GitHub Actions. Only `Terminal.writeWorkflowCommands` writes them: in all other output their beginning is escaped. */
export interface WorkflowCommand {
  readonly name: 'error' | 'warning' | 'notice';
  readonly properties: Readonly<Record<string, string | number>>;
  readonly message: string;
}

/** The text of the commands, a line for each. */
export function workflowCommandLines(commands: readonly WorkflowCommand[]): string {
  return commands.map((command) => `${workflowCommandLine(command)}\n`).join('');
}

/**
 * The line of the command. What policies hold cannot end it or begin another one: line breaks, and the separators of properties, are
 * escaped as the runner reads them.
 *
 * Source: actions/toolkit, packages/core/src/command.ts (escapeData, escapeProperty)
 */
function workflowCommandLine({ name, properties, message }: WorkflowCommand): string {
  const propertyTexts = Object.entries(properties).map(([property, value]) => `${property}=${escapeProperty(plainLine(String(value)))}`);
  return `::${name} ${propertyTexts.join(',')}::${escapeData(printableText(message))}`;
}

function escapeData(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
