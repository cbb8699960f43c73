/** What stands in the bundle for the SDK's default chain of credentials (infrastructure/function-package.ts). */
export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";
