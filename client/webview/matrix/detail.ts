import '@vscode-elements/elements/dist/vscode-button/index.js';
import type { MatrixCell, MatrixOutcome, MatrixParty } from '../../../server/src/lsp/protocol/matrix';
import { element } from '../element';
import { t } from '../l10n';
import type { AccessQuestion, SourcePlace } from '../messages';
import { SIGNS } from './standings';

interface DetailEvents {
  readonly onOpen: (place: SourcePlace) => void;
  readonly onExplain: (question: AccessQuestion) => void;
  /** Escape: back to where one came from. */
  readonly onLeave: () => void;
}

export interface Detail {
  /** The outcomes of a cell; `none` where the two do not meet. */
  show(identity: MatrixParty, key: MatrixParty, cell: MatrixCell | 'on its way' | 'none'): void;
  clear(): void;
  focus(): void;
}

/** The pane beside the grid: what stands how between one identity and one key, why, and by which statements. */
export function detailPane(root: HTMLElement, events: DetailEvents): Detail {
  const pane = element('section', { 'class': 'detail', 'aria-label': t('Details of the selected cell'), tabindex: '-1' });
  root.append(pane);
  const clear = (): void => pane.replaceChildren(element('p', { 'class': 'quiet' }, t('Select a cell to see its actions, the reasons, and the statements that decide.')));
  pane.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') events.onLeave();
  });
  clear();
  return {
    clear,
    show: (identity, key, cell) => pane.replaceChildren(
      element('h2', {}, t('Identity: {0}', identity.label)),
      element('p', { 'class': 'quiet name' }, identity.name),
      element('h2', {}, t('Key: {0}', key.label)),
      element('p', { 'class': 'quiet name' }, key.name),
      ...(cell === 'on its way' ? [] : cell === 'none' ? [element('p', {}, t('No policy relates the two.'))]
        : cell.outcomes.map((outcome) => outcomePart(outcome, identity, key, events))),
    ),
    focus: () => (pane.querySelector<HTMLElement>('button, vscode-button') ?? pane).focus(),
  };
}

function outcomePart({ standing, actions, conditions, says, statements }: MatrixOutcome, identity: MatrixParty, key: MatrixParty, { onOpen, onExplain }: DetailEvents): HTMLElement {
  const { sign, words } = SIGNS[standing];
  const links = statements.map((statement) => {
    const link = element('button', { type: 'button', 'class': 'link' }, `${statement.effect ?? t('Statement')} ${statement.label}`);
    link.addEventListener('click', () => onOpen({ uri: statement.uri, range: statement.range }));
    return element('li', {}, link, element('span', { 'class': 'quiet' }, statement.sid === undefined || statement.sid === '' ? '' : ` ${statement.sid}`));
  });
  const [action] = actions;
  const explain = element('vscode-button', { secondary: '' }, t('Explain…'));
  explain.addEventListener('click', () => onExplain({
    ...(identity.arn === undefined ? {} : { identity: identity.arn }), ...(key.arn === undefined ? {} : { key: key.arn }), ...(action === undefined ? {} : { action }),
  }));
  return element('article', { 'class': 'outcome' },
    element('h3', {}, element('span', { 'class': `mark ${standing}`, 'aria-hidden': 'true' }, sign), ` ${words}`),
    element('p', { 'class': 'actions' }, actions.join(', ')),
    ...(conditions.length === 0 ? [] : [element('ul', { 'class': 'conditions' }, ...conditions.map((one) => element('li', {}, one)))]),
    element('p', {}, says.charAt(0).toUpperCase() + says.slice(1)),
    ...(links.length === 0 ? [] : [element('ul', { 'class': 'statements', 'aria-label': t('Statements that decide') }, ...links)]),
    explain);
}
