/** Headers by what a response is for. One strict policy for the app; GraphiQL, which brings its own inline script, has one of its own. */

const COMMON = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
} as const;

const NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const APP = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'", "connect-src 'self'", "manifest-src 'self'",
  "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'", "object-src 'none'", "require-trusted-types-for 'script'", 'trusted-types vue',
].join('; ');

/** GraphiQL turns the schema's own words into markup, so it cannot be held to Trusted Types. @param scripts `'sha256-…'` of each inline script */
function explorer(scripts: readonly string[]): string {
  return [
    "default-src 'none'", `script-src 'self' blob: ${scripts.join(' ')}`, "style-src 'unsafe-inline'", "img-src 'self' data:", "font-src 'self' data:",
    "connect-src 'self'", "worker-src 'self' blob:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
  ].join('; ');
}

export const headers = {
  api: { ...COMMON, 'content-security-policy': NOTHING, 'cache-control': 'no-store' },
  app: { ...COMMON, 'content-security-policy': APP, 'cache-control': 'no-cache' },
  explorer: (scripts: readonly string[]) => ({ ...COMMON, 'content-security-policy': explorer(scripts), 'cache-control': 'no-cache' }),
} as const;
