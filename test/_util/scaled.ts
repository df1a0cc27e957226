/** The numbers that the product promises, with `FULL=1`; otherwise a tenth of them. */
export function scaled(full: number): number {
  return process.env['FULL'] === '1' ? full : Math.ceil(full / 10);
}
