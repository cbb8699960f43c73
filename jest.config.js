/** @type {import("jest").Config} */
module.exports = {
  testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
  transform: { "\\.(ts|mjs)$": ["@swc/jest", { jsc: { target: "es2022" }, module: { type: "commonjs" } }] },
  // cdktf.out and .ivr hold copies of built files
  modulePathIgnorePatterns: ["<rootDir>/(cdktf.out|dist|.ivr)/"],
};
