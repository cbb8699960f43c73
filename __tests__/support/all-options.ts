import type { IvrConfig } from "../../settings/settings";

/** Turns on every option of the function and of the roles. */
export const ALL_OPTIONS = {
  function: {
    tracing: true,
    reservedConcurrency: 20,
    provisionedConcurrency: 2,
    codeSigning: { bucket: "signed-packages" },
    vpc: { subnetIds: ["subnet-0a1b2c3d", "subnet-4e5f6a7b"], securityGroupIds: ["sg-0a1b2c3d"] },
  },
  permissionsBoundary: "arn:aws:iam::804729163550:policy/boundary",
} satisfies IvrConfig;
