type ElementChild = Node | string;

/** An element with attributes and children; texts never become markup. */
export function createElement<K extends keyof HTMLElementTagNameMap>(name: K, attributes: Readonly<Record<string, string>> = {},
  ...children: readonly ElementChild[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}
