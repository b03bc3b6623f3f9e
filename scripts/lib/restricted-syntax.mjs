/**
 * What ESLint's rule `no-restricted-syntax` finds, by where it must not stand (eslint.config.mjs). Texts for people pass through one
 * function for each kind of place, so that a file name or a Sid is not shown as a link or an icon: a call that bypasses it is an error.
 *
 * @typedef {{ selector: string, message: string }} Restriction
 */

/** Calls of VS Code that show text, beside `window` and its names: a call, a reference that is kept, or a name taken out of the object. */
const TEXT_FUNCTIONS = [
  'show(Information|Warning|Error)Message', 'showQuickPick', 'createQuickPick', 'showInputBox', 'createInputBox', 'withProgress',
  'createStatusBarItem', 'setStatusBarMessage', 'createWebviewPanel', 'registerCommand', 'registerTextEditorCommand',
].join('|');
/** Classes of VS Code whose objects show text. */
const TEXT_CLASSES = 'MarkdownString|TreeItem|CodeLens|InlayHint|InlayHintLabelPart|Hover';

/** @param {string} names @param {string} message @returns {Restriction[]} */
function restrictNames(names, message) {
  return [
    { selector: `MemberExpression[property.name=/^(${names})$/]`, message },
    { selector: `MemberExpression[computed=true] > Literal[value=/^(${names})$/]`, message },
    { selector: `ObjectPattern > Property[key.name=/^(${names})$/]`, message },
  ];
}

/** Exports have names, so that a search finds every use. @type {Restriction} */
export const noDefaultExport = { selector: 'ExportDefaultDeclaration', message: 'Use a named export.' };

/** For client/src without its folder `window`. @type {Restriction[]} */
export const clientTextRestrictions = [
  ...restrictNames(`${TEXT_FUNCTIONS}|${TEXT_CLASSES}`,
    'Show texts by the functions of client/src/window, where names of files and policies are text: VS Code makes links and icons of some.'),
  { selector: 'ImportDeclaration[source.value="vscode"] > ImportSpecifier',
    message: 'Import vscode as a namespace, so that calls that show texts are found.' },
  { selector: 'ImportDeclaration[source.value=/^vscode-languageclient/] > ImportSpecifier[imported.name=/^ShowMessage/]',
    message: 'Show messages by client/src/window/messages.ts.' },
];

/** For server/src without lsp/features/messages.ts. @type {Restriction[]} */
export const serverMessageRestrictions = [
  ...restrictNames('show(Information|Warning|Error)Message',
    'Show messages by lsp/features/messages.ts, where names of files and policies are text: editors make links of some.'),
  { selector: 'ImportSpecifier[imported.name=/^ShowMessage/]',
    message: 'Show messages by lsp/features/messages.ts, where names of files and policies are text: editors make links of some.' },
  { selector: 'Literal[value=/^window.showMessage/]', message: 'Show messages by lsp/features/messages.ts.' },
];

const IDENTIFIER_NAMES = '/^(account|region|partition|keyId|arn|identityAccount)$/';

/** @param {'left' | 'right'} side */
const identifierOn = (side) => ['', '.expression'].map((optional) => (
  `[${side}${optional}.property.name=${IDENTIFIER_NAMES}], [${side}${optional}.name=${IDENTIFIER_NAMES}]`
)).join(', ');

/** For the rooms of the core that compare accounts, Regions, partitions, keys and identities with each other. @type {Restriction} */
export const bareIdentifierComparison = {
  selector: `BinaryExpression[operator=/^[!=]==$/]:matches(${identifierOn('left')}, ${identifierOn('right')})`
    // A member expression has no `name`, which esquery would take for the text 'undefined'.
    + ":not([left.type='Literal'], [right.type='Literal'], [left.type='Identifier'][left.name='undefined'],"
    + " [right.type='Identifier'][right.name='undefined'])",
  message: 'Compare by compareIdentifiers of core/aws/identifier-comparison.ts: one of the two can be missing, or a symbol of which the '
    + 'value is unknown.',
};
