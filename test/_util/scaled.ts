/** `npm run test:full`: with the numbers that the product promises. */
export const isFull = process.env['FULL'] === '1';

/** The numbers that the product promises, in the full run; otherwise a tenth of them. */
export function scaled(full: number): number {
  return isFull ? full : Math.ceil(full / 10);
}
