/** Rows by name, each a mark per column. The names of rows may hold spaces, those of columns and marks do not. */
export function table(text: string): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const [head = '', ...lines] = text.split('\n').filter((line) => line.trim() !== '');
  const columns = head.trim().split(/ +/);
  return new Map(lines.map((line) => {
    const words = line.trim().split(/ +/);
    const marks = words.splice(-columns.length);
    if (words.length === 0) throw new Error(`this row has too few marks: ${line}`);
    return [words.join(' '), Object.fromEntries(columns.map((column, index) => [column, marks[index] ?? '']))] as const;
  }));
}
