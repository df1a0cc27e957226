/** The demo's server marks its pages: it plays the embedding site, and signs everybody in. */
export function isDemo(): boolean {
  return document.querySelector('meta[name="minicom-demo"]') !== null;
}
