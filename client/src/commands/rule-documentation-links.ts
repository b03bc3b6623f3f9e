import * as vscode from 'vscode';
import { showRuleDocumentation } from './show-rule-documentation';

/** The address to which findings link for the page of a rule, with `{code}` for the rule. Only this VS Code opens it. */
export function ruleDocumentationAddress({ extension }: vscode.ExtensionContext): string {
  return `${vscode.env.uriScheme}://${extension.id}/rules/{code}`;
}

/** Opens these links. Any program can call them, so they show a page of the extension and do nothing else. */
export function openRuleDocumentationLinks(context: vscode.ExtensionContext): vscode.Disposable {
  return vscode.window.registerUriHandler({
    handleUri: async ({ path }) => {
      const code = /^\/rules\/([a-z0-9-]+)$/.exec(path)?.[1];
      if (code !== undefined) await showRuleDocumentation(context.extensionUri, code);
    },
  });
}
