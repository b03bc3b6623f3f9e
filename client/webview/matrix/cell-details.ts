import '@vscode-elements/elements/dist/vscode-button/index.js';
import type { MatrixCell, MatrixOutcome, MatrixHeading } from '../../../server/src/lsp/protocol/matrix';
import { createElement } from '../element';
import { t } from '../l10n';
import type { ExplainQuestion, SourceRange } from '../messages';
import { STANDING_LABELS } from './standing-labels';

interface CellDetailsEvents {
  readonly onOpen: (place: SourceRange) => void;
  readonly onExplain: (accessQuestion: ExplainQuestion) => void;
  /** Escape: back to where one came from. */
  readonly onLeave: () => void;
}

export interface CellDetails {
  /** The outcomes of a cell; `none` where the two do not meet. */
  show(identity: MatrixHeading, key: MatrixHeading, cell: MatrixCell | 'on its way' | 'none'): void;
  clear(): void;
  focus(): void;
}

/** The pane beside the grid: what stands how between one identity and one key, why, and by which statements. */
export function createCellDetails(root: HTMLElement, events: CellDetailsEvents): CellDetails {
  const pane = createElement('section', { 'class': 'detail', 'aria-label': t('Details of the selected cell'), tabindex: '-1' });
  root.append(pane);
  const clear = (): void =>
    pane.replaceChildren(
      createElement('p', { 'class': 'quiet' }, t('Select a cell to see its actions, the reasons, and the statements that decide.')),
    );
  pane.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') events.onLeave();
  });
  clear();
  return {
    clear,
    show: (identity, key, cell) => pane.replaceChildren(
      createElement('h2', {}, t('Identity: {0}', identity.label)),
      createElement('p', { 'class': 'quiet name' }, identity.name),
      createElement('h2', {}, t('Key: {0}', key.label)),
      createElement('p', { 'class': 'quiet name' }, key.name),
      ...(cell === 'on its way' ? [] : cell === 'none' ? [createElement('p', {}, t('No policy relates the two.'))]
        : cell.outcomes.map((outcome) => outcomeSection(outcome, identity, key, events))),
    ),
    focus: () => (pane.querySelector<HTMLElement>('button, vscode-button') ?? pane).focus(),
  };
}

function outcomeSection({ standing, actions, conditions, says, statements }: MatrixOutcome, identity: MatrixHeading, key: MatrixHeading,
  { onOpen, onExplain }: CellDetailsEvents): HTMLElement {
  const { sign, words } = STANDING_LABELS[standing];
  const links = statements.map((statement) => {
    const link = createElement('button', { type: 'button', 'class': 'link' }, `${statement.effect ?? t('Statement')} ${statement.label}`);
    link.addEventListener('click', () => onOpen({ uri: statement.uri, range: statement.range }));
    return createElement('li', {}, link,
      createElement('span', { 'class': 'quiet' }, statement.sid === undefined || statement.sid === '' ? '' : ` ${statement.sid}`));
  });
  const [action] = actions;
  const explain = createElement('vscode-button', { secondary: '' }, t('Explain…'));
  explain.addEventListener('click', () => onExplain({
    ...(identity.arn === undefined ? {} : { identity: identity.arn }), ...(key.arn === undefined ? {} : { key: key.arn }),
    ...(action === undefined ? {} : { action }),
  }));
  return createElement('article', { 'class': 'outcome' },
    createElement('h3', {}, createElement('span', { 'class': `mark ${standing}`, 'aria-hidden': 'true' }, sign), ` ${words}`),
    createElement('p', { 'class': 'actions' }, actions.join(', ')),
    ...(conditions.length === 0
      ? []
      : [createElement('ul', { 'class': 'conditions' }, ...conditions.map((condition) => createElement('li', {}, condition)))]),
    createElement('p', {}, says.charAt(0).toUpperCase() + says.slice(1)),
    ...(links.length === 0 ? [] : [createElement('ul', { 'class': 'statements', 'aria-label': t('Statements that decide') }, ...links)]),
    explain);
}
