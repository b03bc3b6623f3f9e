import '@vscode-elements/elements/dist/vscode-button/index.js';
import type { ExplanationButton, ExplanationMessage } from './messages';

declare function acquireVsCodeApi(): { postMessage(message: ExplanationMessage): void; setState(state: unknown): void };

const vscode = acquireVsCodeApi();
// VS Code hands it back when the window is opened again.
vscode.setState(document.querySelector<HTMLMetaElement>('meta[name="question"]')?.content);

document.addEventListener('click', ({ target }) => {
  if (!(target instanceof Element)) return;
  const link = target.closest<HTMLElement>('[data-link]')?.dataset['link'];
  if (link !== undefined) vscode.postMessage({ type: 'open', link: Number(link) });
  const button = target.closest<HTMLElement>('[data-button]')?.dataset['button'];
  if (button !== undefined) vscode.postMessage({ type: 'button', button: button as ExplanationButton });
});
