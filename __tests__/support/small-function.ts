import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import { FunctionEnvironments } from "../../simulator/function-environments";

export const ARN = "arn:aws:lambda:us-east-1:123456789012:function:f";

/**
 * Execution environments of a function with this code.
 *
 * @param folder for the function's zip
 * @param code an ES module that exports `handler`
 */
export function smallFunction(folder: string, code: string, timeoutSeconds = 5): FunctionEnvironments {
  const zipFile = join(mkdtempSync(join(folder, "function-")), "function.zip");
  writeFileSync(zipFile, zipSync({ "index.mjs": Buffer.from(code) }));
  return new FunctionEnvironments({
    deployed: {
      ...{ name: "f", arn: ARN, zipFile, handler: "index.handler", runtime: "nodejs24.x", memoryMb: 128 },
      ...{ timeoutSeconds, environment: { GIVEN: "yes" }, logGroup: "", role: { arn: "", statements: [] } },
    },
    region: "us-east-1",
    ssmEndpoint: "http://127.0.0.1:9",
    accessKeyId: "test",
  });
}
