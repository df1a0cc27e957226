/** One line of the report. `value` is a ratio or a figure in `unit`; smaller is better unless said. */
export interface Row {
  readonly measure: string;
  readonly value: number;
  readonly unit: string;
  readonly good: number | null;
  readonly great: number | null;
  readonly moreIsBetter?: boolean;
  /** What the value was made from, in words. */
  readonly from: string;
}

export interface Options {
  readonly quick: boolean;
  /** Rows that look for what grows do so for an hour. */
  readonly soak: boolean;
  readonly log: (text: string) => void;
}

export type Verdict = 'great' | 'good' | 'missed' | '';

export function verdictOf({ value, good, great, moreIsBetter = false }: Row): Verdict {
  const meets = (target: number | null): boolean => target !== null && (moreIsBetter ? value >= target : value <= target);
  if (good === null) return '';
  return meets(great) ? 'great' : meets(good) ? 'good' : 'missed';
}

export function toMarkdown(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const sign = row.moreIsBetter ? '≥' : '≤';
    const target = (value: number | null): string => (value === null ? '' : `${sign} ${value}`);
    return `| ${row.measure} | ${round(row.value)} ${row.unit} | ${target(row.good)} | ${target(row.great)} | ${verdictOf(row)} | ${row.from} |`;
  });
  return ['| measure | value | good | great | | from |', '|---|---|---|---|---|---|', ...lines].join('\n');
}

/** Three figures, which is more than most deserve. */
export function round(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en');
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** `floor 12, minicom 20 µs`: medians with the spread of the rounds. */
export function told(figures: Readonly<Record<string, readonly number[]>>, unit: string): string {
  const each = Object.entries(figures).map(([name, values]) => (
    values.length > 1 ? `${name} ${round(median(values))} (${round(Math.min(...values))}–${round(Math.max(...values))})` : `${name} ${round(median(values))}`
  ));
  return `${each.join(', ')} ${unit}`;
}

/** The median of the ratios of one round to the other's of the same round: what drifts in between touches both. */
export function ratio(of: readonly number[], to: readonly number[]): number {
  return median(of.map((value, round) => value / (to[round] ?? Number.NaN)));
}
