/** Where a model's folder has its weights: eight bits each, with and without a past in one graph. */
export const WEIGHTS = 'onnx/decoder_model_merged_quantized.onnx';
