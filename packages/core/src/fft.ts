// Fourier transforms: mx.fft. All are regular ops.

export * from "./ops/fft.js";
