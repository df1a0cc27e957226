const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const REGIONS = new Intl.DisplayNames('en', { type: 'region' });
const COUNTRIES = LETTERS.flatMap((first) => LETTERS.map((second) => REGIONS.of(first + second) ?? ''));
const CITIES = Intl.supportedValuesOf('timeZone').flatMap((zone) => /^(?:Africa|America|Asia|Europe)\/([^/]+)$/.exec(zone)?.[1] ?? []);

/** Countries and large cities whose names are one word, in lower case: whoever asks about Japan may mean what is said about other countries. */
export const PLACES: readonly string[] = [...new Set([
  'usa', 'uk', 'america', 'england', 'scotland', 'wales', 'britain', 'holland', 'europe',
  ...[...COUNTRIES, ...CITIES].map((name) => name.toLowerCase()).filter((name) => /^[a-z]{4,}$/.test(name)),
])];
