import { onScopeDispose } from 'vue';

/** iOS lays its keyboard over the page, and moves the page up, instead of making it smaller: here the page takes the height that is left. */
export function useVisibleHeight(): void {
  const { visualViewport: viewport, document: { documentElement: root } } = window;
  if (!viewport) return;

  function fit(): void {
    if (!viewport || viewport.scale !== 1) return; // somebody zooms in to read
    root.style.setProperty('--visible-height', `${viewport.height}px`);
    if (viewport.offsetTop > 0) scrollTo(0, 0);
  }

  viewport.addEventListener('resize', fit);
  viewport.addEventListener('scroll', fit);
  onScopeDispose(() => {
    viewport.removeEventListener('resize', fit);
    viewport.removeEventListener('scroll', fit);
    root.style.removeProperty('--visible-height');
  });
}
