import onnxProto from 'onnx-proto';

const { onnx } = onnxProto;
const TYPES = { float32: 1, uint8: 2, int64: 7 } as const;
const ATTRIBUTE = { float: 1, int: 2, ints: 7 } as const;

type Attribute = number | readonly number[] | { readonly float: number };

/** Writes an ONNX model, node by node. Every method returns the name of what it made. */
export interface Graph {
  input(name: string, type: 'float32' | 'int64', dims: readonly (string | number)[]): void;
  output(name: string, dims: readonly (string | number)[]): void;
  weights(name: string, dims: readonly number[], data: Float32Array | Uint8Array): string;
  float(value: number): string;
  integer(value: number): string;
  integers(...values: number[]): string;
  op(type: string, inputs: readonly string[], attributes?: Readonly<Record<string, Attribute>>, as?: string): string;
  ops(type: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>>, count: number): string[];
  encode(): Uint8Array;
}

export function createGraph(): Graph {
  const node: onnxProto.onnx.INodeProto[] = [];
  const initializer: onnxProto.onnx.ITensorProto[] = [];
  const input: onnxProto.onnx.IValueInfoProto[] = [];
  const output: onnxProto.onnx.IValueInfoProto[] = [];
  let names = 0;
  const fresh = (): string => `n${names += 1}`;

  function tensor(name: string, dataType: number, dims: readonly number[], data: Float32Array | Uint8Array | BigInt64Array): string {
    initializer.push({ name, dataType, dims: [...dims], rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) });
    return name;
  }

  function add(opType: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>>, made: string[]): void {
    node.push({ opType, input: [...inputs], output: made, name: fresh(), attribute: Object.entries(attributes).map(([name, value]) => attributeOf(name, value)) });
  }

  return {
    input: (name, type, dims) => { input.push(valueInfo(name, TYPES[type], dims)); },
    output: (name, dims) => { output.push(valueInfo(name, TYPES.float32, dims)); },
    weights: (name, dims, data) => tensor(name, data instanceof Uint8Array ? TYPES.uint8 : TYPES.float32, dims, data),
    float: (value) => tensor(fresh(), TYPES.float32, [], Float32Array.of(value)),
    integer: (value) => tensor(fresh(), TYPES.int64, [], BigInt64Array.of(BigInt(value))),
    integers: (...values) => tensor(fresh(), TYPES.int64, [values.length], BigInt64Array.from(values.map(BigInt))),
    op(type, inputs, attributes = {}, as = fresh()) {
      add(type, inputs, attributes, [as]);
      return as;
    },
    ops(type, inputs, attributes, count) {
      const made = Array.from({ length: count }, fresh);
      add(type, inputs, attributes, made);
      return made;
    },
    encode() {
      const graph = { name: 'gpt2', node, initializer, input, output };
      return onnx.ModelProto.encode({ irVersion: 8, producerName: 'minicom', opsetImport: [{ domain: '', version: 17 }], graph }).finish();
    },
  };
}

function attributeOf(name: string, value: Attribute): onnxProto.onnx.IAttributeProto {
  if (typeof value === 'number') return { name, type: ATTRIBUTE.int, i: value };
  if ('float' in value) return { name, type: ATTRIBUTE.float, f: value.float };
  return { name, type: ATTRIBUTE.ints, ints: [...value] };
}

function valueInfo(name: string, elemType: number, dims: readonly (string | number)[]): onnxProto.onnx.IValueInfoProto {
  const dim = dims.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}
