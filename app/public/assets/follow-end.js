/** Browsers round what is scrolled to parts of a pixel. */
const AT_END_PIXELS = 2;

/**
 * Keeps an element scrolled to its end while what is in it grows, until its reader scrolls up, and again once the reader is
 * back at the end. Style alone would do where browsers anchor what is read, but Safari does not.
 *
 * @param {HTMLElement} scroller
 * @param {HTMLElement} content
 */
export function followEnd(scroller, content) {
  let follows = true;
  let lastTop = 0;
  scroller.addEventListener("scroll", () => {
    const { scrollTop, scrollHeight, clientHeight } = scroller;
    // The event comes late: content that has grown since has moved the end, but never the reader up.
    if (scrollTop < lastTop) follows = false;
    if (scrollHeight - clientHeight - scrollTop < AT_END_PIXELS) follows = true;
    lastTop = scrollTop;
  });
  const sizes = new ResizeObserver(() => {
    if (follows) scrollToEnd(scroller);
  });
  sizes.observe(content);
  sizes.observe(scroller);
}

/** @param {HTMLElement} scroller */
export function scrollToEnd(scroller) {
  scroller.scrollTop = scroller.scrollHeight;
}
