/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 * @throws Error when the page has no such element: the page and its scripts are of different versions.
 */
export function byId(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`the page has no ${type.name} #${id}`);
  return element;
}

/**
 * @template {Element} T
 * @param {ParentNode} parent
 * @param {string} selector
 * @param {new () => T} type
 * @returns {T}
 */
export function within(parent, selector, type) {
  const element = parent.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`the page has no ${type.name} ${selector}`);
  return element;
}

/**
 * Shows one of two buttons in place of the other, and takes the focus along.
 *
 * @param {HTMLButtonElement} shown
 * @param {HTMLButtonElement} hidden
 */
export function exchange(shown, hidden) {
  const hadFocus = document.activeElement === hidden;
  shown.hidden = false;
  hidden.hidden = true;
  if (hadFocus) shown.focus();
}

/**
 * @param {HTMLElement} element
 * @param {string} message
 * @param {string} detail Shown as code; empty: none.
 */
export function showProblem(element, message, detail) {
  const code = document.createElement("code");
  code.textContent = detail;
  element.replaceChildren(message, ...(detail === "" ? [] : [" ", code]));
  element.hidden = false;
}
