const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const REGIONS = new Intl.DisplayNames('en', { type: 'region' });
const TONGUES = new Intl.DisplayNames('en', { type: 'language' });
const CODES = LETTERS.flatMap((first) => LETTERS.map((second) => first + second));
const COUNTRIES = CODES.map((code) => REGIONS.of(code) ?? '');
const CITIES = Intl.supportedValuesOf('timeZone').flatMap((zone) => /^(?:Africa|America|Asia|Europe)\/([^/]+)$/.exec(zone)?.[1] ?? []);

/** Countries and large cities whose names are one word, in lower case: whoever asks about Japan may mean what is said about other countries. */
export const PLACES: readonly string[] = [...new Set([
  'usa', 'uk', 'america', 'england', 'scotland', 'wales', 'britain', 'holland', 'europe',
  ...[...COUNTRIES, ...CITIES].map((name) => name.toLowerCase()).filter((name) => /^[a-z]{4,}$/.test(name)),
])];

/** Languages whose names are one word, in lower case. */
export const LANGUAGES: readonly string[] = CODES.map((code) => (TONGUES.of(code.toLowerCase()) ?? '').toLowerCase()).filter((name) => /^[a-z]{4,}$/.test(name));
