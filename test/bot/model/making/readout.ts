import type { Shape, Weights } from './gpt2.ts';
import { hiddenStates } from './gpt2.ts';

export interface Lesson {
  /** The prompt and the reply. */
  readonly ids: readonly number[];
  /** Where the reply begins. */
  readonly from: number;
}

/**
 * Teaches a random transformer some replies, without back-propagation: ridge regression from its final hidden states to the next token. It then says these
 * replies to these prompts, and nonsense to anything else. @returns the weights with a new head
 */
export function taught(shape: Shape, weights: Weights, lessons: readonly Lesson[], { ridge = 1e-4, gain = 25 } = {}): Weights {
  const { dim, vocabulary } = shape;
  const square = Array.from({ length: dim }, (_, row) => Float64Array.from({ length: dim }, (__, column) => (row === column ? ridge : 0)));
  const wanted = Array.from({ length: dim }, () => new Float64Array(vocabulary));
  for (const { ids, from } of lessons) {
    for (const [at, state] of hiddenStates(shape, weights, ids.slice(0, -1)).entries()) {
      if (at < from - 1) continue;
      const next = ids[at + 1] ?? 0;
      for (let row = 0; row < dim; row += 1) {
        add(wanted[row], next, state[row] ?? 0);
        for (let column = 0; column < dim; column += 1) add(square[row], column, (state[row] ?? 0) * (state[column] ?? 0));
      }
    }
  }
  solve(square, wanted);
  return { ...weights, head: Float32Array.from({ length: dim * vocabulary }, (_, at) => gain * (wanted[Math.floor(at / vocabulary)]?.[at % vocabulary] ?? 0)) };
}

function add(row: Float64Array | undefined, at: number, amount: number): void {
  if (row) row[at] = (row[at] ?? 0) + amount;
}

/** Gauss and Jordan: `right` becomes the solution. */
function solve(left: Float64Array[], right: Float64Array[]): void {
  for (let column = 0; column < left.length; column += 1) {
    let pivot = column;
    for (let row = column + 1; row < left.length; row += 1) if (size(left, row, column) > size(left, pivot, column)) pivot = row;
    swap(left, column, pivot);
    swap(right, column, pivot);
    const divisor = left[column]?.[column] ?? 1;
    for (const matrix of [left, right]) matrix[column] = (matrix[column] ?? new Float64Array()).map((value) => value / divisor);
    for (let row = 0; row < left.length; row += 1) {
      const factor = left[row]?.[column] ?? 0;
      if (row === column || factor === 0) continue;
      for (const matrix of [left, right]) {
        const by = matrix[column];
        matrix[row] = (matrix[row] ?? new Float64Array()).map((value, at) => value - factor * (by?.[at] ?? 0));
      }
    }
  }
}

function size(matrix: readonly Float64Array[], row: number, column: number): number {
  return Math.abs(matrix[row]?.[column] ?? 0);
}

function swap(matrix: Float64Array[], a: number, b: number): void {
  [matrix[a], matrix[b]] = [matrix[b] ?? new Float64Array(), matrix[a] ?? new Float64Array()];
}
