/** Calls `act` at most once per `ms`: at once if it may, else when the time is up, once for all that asked meanwhile. */
export function throttle(ms: number, act: () => void): { request: () => void; cancel: () => void } {
  let readyAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const run = (): void => {
    timer = undefined;
    readyAt = Date.now() + ms;
    act();
  };
  const request = (): void => {
    if (timer !== undefined) return;
    const wait = readyAt - Date.now();
    if (wait <= 0) run();
    else timer = setTimeout(run, wait);
  };
  const cancel = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  return { request, cancel };
}
