import type { Box } from './graph-layout';

/** The part of the drawing that is in sight, moved and sized by wheel, mouse and keys. */
export interface Viewport {
  /** The drawing has this size now; as much of it as can be read comes in sight, unless somebody has chosen a part. */
  readonly resize: (width: number, height: number) => void;
  /** All of it, however small. */
  readonly fit: () => void;
  readonly zoom: (factor: number) => void;
  /** Moves just as far as it takes for the box to be in sight. */
  readonly reveal: (box: Box) => void;
}

const MAX_SCALE = 3;
const MIN_SCALE = 0.1;
/** Smaller than this its texts are not easily read. */
const MIN_READABLE_SCALE = 0.75;
/** So small it gets before an account at its side would be out of sight: what is below is found by scrolling, as in any page. */
const MIN_SCALE_FOR_WIDTH = 0.4;

export function createViewport(svg: SVGSVGElement): Viewport {
  let size = { width: 1, height: 1 };
  /** Pixels for each pixel of the drawing, and the drawing's point in the left upper corner. */
  let scale = 1;
  let x = 0;
  let y = 0;
  let chosen = false;

  const seen = (): { width: number; height: number } => ({ width: Math.max(svg.clientWidth, 1), height: Math.max(svg.clientHeight, 1) });
  const show = (): void => {
    const { width, height } = seen();
    svg.setAttribute('viewBox', `${x} ${y} ${width / scale} ${height / scale}`);
  };
  /** All of it in sight, or as much as can be read. */
  const fit = (smallest: number): void => {
    const { width, height } = seen();
    scale = Math.max(smallest, Math.min(1.25, width / size.width, height / size.height));
    x = Math.min(0, (size.width - width / scale) / 2);
    y = Math.min(0, (size.height - height / scale) / 2);
    chosen = false;
    show();
  };
  const fitReadable = (): void => fit(Math.min(MIN_READABLE_SCALE, Math.max(MIN_SCALE_FOR_WIDTH, seen().width / size.width)));
  /** Keeps what is at this point of the window where it is. */
  const zoomAt = (factor: number, left: number, top: number): void => {
    const next = Math.min(MAX_SCALE, Math.max(MIN_SCALE, scale * factor));
    x += left / scale - left / next;
    y += top / scale - top / next;
    scale = next;
    chosen = true;
    show();
  };
  const move = (right: number, down: number): void => {
    x += right / scale;
    y += down / scale;
    chosen = true;
    show();
  };

  svg.addEventListener('wheel', (event) => {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) zoomAt(Math.exp(-event.deltaY / 300), event.offsetX, event.offsetY);
    else move(event.shiftKey ? event.deltaY : event.deltaX, event.shiftKey ? 0 : event.deltaY);
  }, { passive: false });
  onDrag(svg, move);
  new ResizeObserver(() => (chosen ? show() : fitReadable())).observe(svg);

  return {
    fit: () => fit(MIN_SCALE),
    resize: (width, height) => {
      size = { width: Math.max(width, 1), height: Math.max(height, 1) };
      if (chosen) show();
      else fitReadable();
    },
    zoom: (factor) => {
      const { width, height } = seen();
      zoomAt(factor, width / 2, height / 2);
    },
    reveal: (box) => {
      const { width, height } = seen();
      const right = scrollDistance(box.x, box.width, x, width / scale);
      const down = scrollDistance(box.y, box.height, y, height / scale);
      if (right !== 0 || down !== 0) move(right * scale, down * scale);
    },
  };
}

/** How far the window has to move for the stretch to be in it. */
function scrollDistance(from: number, length: number, start: number, room: number): number {
  const margin = 12;
  if (from - margin < start || length > room) return from - margin - start;
  return Math.max(0, from + length + margin - start - room);
}

/** Calls back with how far to move while the drawing is dragged. A click stays a click. */
function onDrag(svg: SVGSVGElement, move: (right: number, down: number) => void): void {
  let last: { readonly x: number; readonly y: number } | undefined;
  let dragging = false;
  svg.addEventListener('pointerdown', ({ button, clientX, clientY }) => {
    dragging = false; // no click comes after a drag that the browser breaks off
    if (button === 0) last = { x: clientX, y: clientY };
  });
  svg.addEventListener('pointermove', ({ pointerId, clientX, clientY }) => {
    if (!last || !dragging && Math.hypot(clientX - last.x, clientY - last.y) < 4) return;
    if (!dragging) svg.setPointerCapture(pointerId);
    dragging = true;
    move(last.x - clientX, last.y - clientY);
    last = { x: clientX, y: clientY };
  });
  const stop = (): void => {
    last = undefined;
  };
  svg.addEventListener('pointerup', stop);
  svg.addEventListener('pointercancel', stop);
  // The click that ends a drag is none.
  svg.addEventListener('click', (event) => {
    if (dragging) event.stopPropagation();
    dragging = false;
  }, { capture: true });
}
