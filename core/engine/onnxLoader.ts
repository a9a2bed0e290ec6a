/**
 * @file The one place that loads ONNX Runtime. Its packages for Linux and macOS report to Microsoft what is run, and
 * keep an identifier of the machine in the user's cache, unless this variable is there before the first session. This
 * program sends nothing, ever (https://github.com/microsoft/onnxruntime/pull/27379).
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1';

export const { env, InferenceSession, listSupportedBackends, Tensor } = await import('onnxruntime-node');
