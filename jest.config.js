/** @type {import("jest").Config} */
module.exports = {
  testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
  transform: { "\\.(ts|mjs)$": ["@swc/jest", { jsc: { target: "es2022" }, module: { type: "commonjs" } }] },
  // Most of the time the tests wait for processes of their own.
  maxWorkers: 3,
  // Whole processes are started, and how fast they are is no test's business.
  testTimeout: 60_000,
  // cdktf.out and .ivr hold copies of built files
  modulePathIgnorePatterns: ["<rootDir>/(cdktf.out|dist|.ivr)/"],
};
