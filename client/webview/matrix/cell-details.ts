import '@vscode-elements/elements/dist/vscode-button/index.js';
import type { HandshakeRef } from '../../../server/src/lsp/protocol/handshakes';
import type { MatrixCell, MatrixOutcome, MatrixHeading } from '../../../server/src/lsp/protocol/matrix';
import { createElement } from '../element';
import { t } from '../l10n';
import type { ExplainQuestion, SourceRange } from '../messages';
import { isBlockedStanding, STANDING_LABELS, STANDINGS_BY_URGENCY } from './standing-labels';

interface CellDetailsEvents {
  readonly onOpen: (place: SourceRange) => void;
  readonly onExplain: (accessQuestion: ExplainQuestion) => void;
  /** What is blocked is to be allowed. */
  readonly onFix: (handshake: HandshakeRef, action: string) => void;
  /** The pane is not wanted any more. */
  readonly onClose: () => void;
  /** Escape: back to where one came from. */
  readonly onLeave: () => void;
}

export interface CellDetails {
  /** The outcomes of a cell; `none` where the two do not meet. */
  show(identity: MatrixHeading, key: MatrixHeading, cell: MatrixCell | 'on its way' | 'none'): void;
  clear(): void;
  focus(): void;
}

/** The pane beside the grid: what stands how between one identity and one key, why, and by which statements. Not there without a cell. */
export function createCellDetails(root: HTMLElement, events: CellDetailsEvents): CellDetails {
  const pane = createElement('section', { 'class': 'detail', 'aria-label': t('Details of the selected cell'), 'tabindex': '-1',
    'hidden': '' });
  root.append(pane);
  pane.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') events.onLeave();
  });
  const closeButton = createElement('button', { 'type': 'button', 'class': 'detail-close', 'title': t('Close the details'),
    'aria-label': t('Close the details') }, '✕');
  closeButton.addEventListener('click', events.onClose);
  const show: CellDetails['show'] = (identity, key, cell) => {
    pane.hidden = false;
    pane.replaceChildren(
      closeButton,
      createElement('h2', {}, t('Identity: {0}', identity.label)),
      createElement('p', { 'class': 'quiet name' }, identity.name),
      createElement('h2', {}, t('Key: {0}', key.label)),
      createElement('p', { 'class': 'quiet name' }, key.name),
      ...(cell === 'on its way' ? [] : cell === 'none' ? [createElement('p', {}, t('No policy relates the two.'))]
        : [...cell.outcomes].sort((a, b) => STANDINGS_BY_URGENCY.indexOf(a.standing) - STANDINGS_BY_URGENCY.indexOf(b.standing))
          .map((outcome) => outcomeSection(outcome, identity, key, events))),
    );
  };
  return {
    clear: () => {
      pane.hidden = true;
      pane.replaceChildren();
    },
    show,
    focus: () => (pane.querySelector<HTMLElement>('.outcome button, .outcome vscode-button') ?? pane).focus(),
  };
}

function outcomeSection({ standing, actions, conditions, says, statements }: MatrixOutcome, identity: MatrixHeading, key: MatrixHeading,
  { onOpen, onExplain, onFix }: CellDetailsEvents): HTMLElement {
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
  const buttons = createElement('div', { 'class': 'outcome-buttons' }, explain);
  if (isBlockedStanding(standing) && action !== undefined) {
    const fix = createElement('vscode-button', {}, t('Fix…'));
    fix.addEventListener('click', () => onFix({ identity: identity.id, key: key.id }, action));
    buttons.prepend(fix);
  }
  return createElement('article', { 'class': 'outcome' },
    createElement('h3', {}, createElement('span', { 'class': `mark ${standing}`, 'aria-hidden': 'true' }, sign), ` ${words}`),
    createElement('p', { 'class': 'actions' }, actions.join(', ')),
    ...(conditions.length === 0
      ? []
      : [createElement('ul', { 'class': 'conditions' }, ...conditions.map((condition) => createElement('li', {}, condition)))]),
    createElement('p', {}, says.charAt(0).toUpperCase() + says.slice(1)),
    ...(links.length === 0 ? [] : [createElement('ul', { 'class': 'statements', 'aria-label': t('Statements that decide') }, ...links)]),
    buttons);
}
