import type { Random } from '../../../_util/random.ts';
import { createGraph } from './graph.ts';

/** GPT-2 with weights of our own: the ONNX file that the library loads, and the same forward pass in plain code to learn from. */

export interface Shape { readonly layers: number; readonly dim: number; readonly heads: number; readonly vocabulary: number; readonly context: number }

interface Layer {
  readonly qkv: Float32Array;
  readonly projection: Float32Array;
  readonly up: Float32Array;
  readonly down: Float32Array;
}

export interface Weights {
  readonly tokens: Float32Array;
  readonly positions: Float32Array;
  readonly layers: readonly Layer[];
  /** [dim, vocabulary] */
  readonly head: Float32Array;
}

export function randomWeights({ layers, dim, vocabulary, context }: Shape, chance: Random, deviation: number): Weights {
  const random = (length: number): Float32Array => Float32Array.from({ length }, () => (
    // Four uniform numbers are normal enough, and quick.
    (chance.fraction() + chance.fraction() + chance.fraction() + chance.fraction() - 2) * deviation * Math.sqrt(3)
  ));
  return {
    tokens: random(vocabulary * dim),
    positions: random(context * dim),
    layers: Array.from({ length: layers }, () => ({ qkv: random(3 * dim * dim), projection: random(dim * dim), up: random(4 * dim * dim), down: random(4 * dim * dim) })),
    head: random(dim * vocabulary),
  };
}

/** The file that the hub calls decoder_model_merged, with its inputs and outputs. `int8`: quantised as onnxruntime does by default. */
export function exportOnnx({ layers, dim, heads, vocabulary, context }: Shape, weights: Weights, { int8 = false } = {}): Uint8Array {
  const graph = createGraph();
  const headDim = dim / heads;
  const caches = Array.from({ length: layers }, (_, layer) => ({ key: `${layer}.key`, value: `${layer}.value` }));
  graph.input('input_ids', 'int64', ['batch', 'sequence']);
  graph.input('attention_mask', 'int64', ['batch', 'total']);
  for (const { key, value } of caches) for (const name of [key, value]) graph.input(`past_key_values.${name}`, 'float32', ['batch', heads, 'past', headDim]);

  type Matrix = { readonly name: string; readonly scale?: string; readonly zero?: string };
  const matrix = (name: string, dims: readonly number[], data: Float32Array): Matrix => {
    if (!int8) return { name: graph.weights(name, dims, data) };
    const { quantised, scale, zero } = quantise(data);
    return { name: graph.weights(name, dims, quantised), scale: graph.float(scale), zero: graph.weights(`${name}.zero`, [], Uint8Array.of(zero)) };
  };
  const times = (x: string, { name, scale, zero }: Matrix): string => {
    if (scale === undefined || zero === undefined) return graph.op('MatMul', [x, name]);
    const [quantised = '', xScale = '', xZero = ''] = graph.ops('DynamicQuantizeLinear', [x], {}, 3);
    const sum = graph.op('Cast', [graph.op('MatMulInteger', [quantised, name, xZero, zero])], { to: 1 });
    return graph.op('Mul', [sum, graph.op('Mul', [xScale, scale])]);
  };
  const rowsOf = ({ name, scale, zero }: Matrix, ids: string): string => {
    const rows = graph.op('Gather', [name, ids], { axis: 0 });
    return scale === undefined || zero === undefined ? rows : graph.op('DequantizeLinear', [rows, scale, zero]);
  };
  const gain = graph.weights('gain', [dim], new Float32Array(dim).fill(1));
  const normal = (x: string): string => graph.op('LayerNormalization', [x, gain], { axis: -1, epsilon: { float: 1e-5 } });
  const sizeOf = (x: string, axis: number): string => graph.op('Gather', [graph.op('Shape', [x]), graph.integer(axis)], { axis: 0 });

  const past = sizeOf('past_key_values.0.key', 2);
  const total = graph.op('Add', [past, sizeOf('input_ids', 1)]);
  const positions = graph.op('Range', [past, total, graph.integer(1)]);
  const columns = graph.op('Range', [graph.integer(0), total, graph.integer(1)]);
  const isBefore = graph.op('LessOrEqual', [graph.op('Unsqueeze', [columns, graph.integers(0)]), graph.op('Unsqueeze', [positions, graph.integers(1)])]);
  const isKept = graph.op('Unsqueeze', [graph.op('Cast', ['attention_mask'], { to: 9 }), graph.integers(1, 2)]);
  const bias = graph.op('Where', [graph.op('And', [isBefore, isKept]), graph.float(0), graph.float(-10_000)]);

  const split = graph.integers(0, 0, heads, headDim);
  const merge = graph.integers(0, 0, dim);
  let x = graph.op('Add', [
    rowsOf(matrix('tokens', [vocabulary, dim], weights.tokens), 'input_ids'), rowsOf(matrix('positions', [context, dim], weights.positions), positions),
  ]);
  for (const [index, layer] of weights.layers.entries()) {
    const cache = caches[index] ?? { key: '', value: '' };
    const [q = '', k = '', v = ''] = graph.ops('Split', [times(normal(x), matrix(`${index}.qkv`, [dim, 3 * dim], layer.qkv)), graph.integers(dim, dim, dim)], { axis: 2 }, 3)
      .map((part) => graph.op('Transpose', [graph.op('Reshape', [part, split])], { perm: [0, 2, 1, 3] }));
    const keys = graph.op('Concat', [`past_key_values.${cache.key}`, k], { axis: 2 }, `present.${cache.key}`);
    const values = graph.op('Concat', [`past_key_values.${cache.value}`, v], { axis: 2 }, `present.${cache.value}`);
    const scores = graph.op('Mul', [graph.op('MatMul', [q, graph.op('Transpose', [keys], { perm: [0, 1, 3, 2] })]), graph.float(1 / Math.sqrt(headDim))]);
    const mixed = graph.op('MatMul', [graph.op('Softmax', [graph.op('Add', [scores, bias])], { axis: -1 }), values]);
    const joined = graph.op('Reshape', [graph.op('Transpose', [mixed], { perm: [0, 2, 1, 3] }), merge]);
    x = graph.op('Add', [x, times(joined, matrix(`${index}.projection`, [dim, dim], layer.projection))]);
    const up = times(normal(x), matrix(`${index}.up`, [dim, 4 * dim], layer.up));
    const cubed = graph.op('Mul', [up, graph.op('Mul', [up, up])]);
    const inner = graph.op('Mul', [graph.float(GELU), graph.op('Add', [up, graph.op('Mul', [graph.float(0.044715), cubed])])]);
    const gelu = graph.op('Mul', [graph.float(0.5), graph.op('Mul', [up, graph.op('Add', [graph.float(1), graph.op('Tanh', [inner])])])]);
    x = graph.op('Add', [x, times(gelu, matrix(`${index}.down`, [4 * dim, dim], layer.down))]);
  }
  graph.op('Identity', [times(normal(x), matrix('head', [dim, vocabulary], weights.head))], {}, 'logits');
  graph.output('logits', ['batch', 'sequence', vocabulary]);
  for (const { key, value } of caches) for (const name of [key, value]) graph.output(`present.${name}`, ['batch', heads, 'total', headDim]);
  return graph.encode();
}

/** The final hidden states of a sequence, one for each token. */
export function hiddenStates({ dim, heads }: Shape, { tokens, positions, layers }: Weights, ids: readonly number[]): Float64Array[] {
  const headDim = dim / heads;
  let states: Float64Array[] = ids.map((id, at) => Float64Array.from({ length: dim }, (_, d) => (tokens[id * dim + d] ?? 0) + (positions[at * dim + d] ?? 0)));
  for (const { qkv, projection, up, down } of layers) {
    const mixed = states.map((state) => product(normalised(state), qkv, 3 * dim));
    states = states.map((state, at) => {
      const attended = new Float64Array(dim);
      for (let head = 0; head < heads; head += 1) attend(mixed, at, head * headDim, headDim, attended);
      const between = sum(state, product(attended, projection, dim));
      const inner = product(normalised(between), up, 4 * dim).map((v) => 0.5 * v * (1 + Math.tanh(GELU * (v + 0.044715 * v ** 3))));
      return sum(between, product(inner, down, dim));
    });
  }
  return states.map(normalised);
}

const GELU = Math.sqrt(2 / Math.PI);

/** One head of one position over all before it; `mixed` holds query, key and value of each. */
function attend(mixed: readonly Float64Array[], at: number, from: number, headDim: number, into: Float64Array): void {
  const dim = into.length;
  const query = mixed[at] ?? into;
  const scores = mixed.slice(0, at + 1).map((other) => {
    let score = 0;
    for (let d = from; d < from + headDim; d += 1) score += (query[d] ?? 0) * (other[dim + d] ?? 0);
    return score / Math.sqrt(headDim);
  });
  const most = Math.max(...scores);
  const shares = scores.map((score) => Math.exp(score - most));
  const total = shares.reduce((all, share) => all + share, 0);
  for (const [other, share] of shares.entries()) {
    for (let d = from; d < from + headDim; d += 1) into[d] = (into[d] ?? 0) + (share / total) * (mixed[other]?.[2 * dim + d] ?? 0);
  }
}

function normalised(x: Float64Array): Float64Array {
  const mean = x.reduce((all, v) => all + v, 0) / x.length;
  const variance = x.reduce((all, v) => all + (v - mean) ** 2, 0) / x.length;
  return x.map((v) => (v - mean) / Math.sqrt(variance + 1e-5));
}

function product(x: Float64Array, matrix: Float32Array, width: number): Float64Array {
  const made = new Float64Array(width);
  for (let row = 0; row < x.length; row += 1) {
    const factor = x[row] ?? 0;
    for (let column = 0; column < width; column += 1) made[column] = (made[column] ?? 0) + factor * (matrix[row * width + column] ?? 0);
  }
  return made;
}

function sum(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((v, at) => v + (b[at] ?? 0));
}

/** Unsigned bytes with one scale and zero for the whole tensor. */
function quantise(data: Float32Array): { quantised: Uint8Array; scale: number; zero: number } {
  let [low, high] = [0, 0];
  for (const value of data) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const scale = (high - low) / 255 || 1;
  const zero = Math.max(0, Math.min(255, Math.round(-low / scale)));
  return { quantised: Uint8Array.from(data, (value) => Math.max(0, Math.min(255, Math.round(value / scale) + zero))), scale, zero };
}
