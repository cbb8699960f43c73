/** Replaces the SDK's default credential provider chain in the bundle: see infrastructure/function/build-function.ts. */
export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";
