/** @type {import("jest").Config} */
module.exports = {
  testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
  globalSetup: "<rootDir>/__tests__/support/global-setup.ts",
  globalTeardown: "<rootDir>/__tests__/support/global-teardown.ts",
  // The command line's packages for terminals are ES modules, which jest cannot load as they are.
  transformIgnorePatterns: [
    "/node_modules/(?!(wrap-ansi|ansi-styles|string-width|strip-ansi|ansi-regex|get-east-asian-width|yocto-spinner|yoctocolors)/)",
  ],
  transform: { "\\.(ts|mjs|js)$": ["@swc/jest", { jsc: { target: "es2022" }, module: { type: "commonjs" } }] },
  // Most tests wait for processes that they started.
  maxWorkers: 3,
  // Tests start whole processes, and must not fail on a slow machine.
  testTimeout: 180_000,
  // cdktf.out and .ivr hold copies of built files
  modulePathIgnorePatterns: ["<rootDir>/(cdktf.out|dist|.ivr)/"],
};
