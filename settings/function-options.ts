import { z } from "zod";
import { bucketName, count, hasNoDuplicates, matching } from "./value-schemas";

const ids = (kind: string, prefix: string, most: number) =>
  z
    .array(matching(new RegExp(`^${prefix}-[0-9a-f]+$`), `the id of a ${kind}, such as ${prefix}-0a1b2c3d`))
    .min(1, `must name at least one ${kind}`)
    .max(most, `must name at most ${most} ${kind}s`)
    .refine(hasNoDuplicates, `must not name a ${kind} twice`);

/** Options of the function that cost money or need existing resources. All are off by default. */
export const FunctionOptions = z
  .strictObject({
    /** X-Ray traces of invocations */
    tracing: z.boolean("must be true or false").default(false),
    /** concurrent invocations that are reserved for this function; also its maximum */
    reservedConcurrency: count(": with 0, Lambda would reject every call").optional(),
    /** execution environments that are always initialized */
    provisionedConcurrency: count().optional(),
    /** runs only code that AWS Signer signed; Signer reads and writes the code in this bucket, which needs versioning */
    codeSigning: z.strictObject({ bucket: bucketName(" with versioning") }).optional(),
    /** connects the function to a VPC */
    vpc: z
      .strictObject({
        subnetIds: ids("subnet", "subnet", 16),
        securityGroupIds: ids("security group", "sg", 5),
      })
      .optional(),
  })
  .refine(
    ({ reservedConcurrency, provisionedConcurrency }) =>
      reservedConcurrency === undefined ||
      provisionedConcurrency === undefined ||
      provisionedConcurrency <= reservedConcurrency,
    {
      path: ["provisionedConcurrency"],
      message: "must not be more than reservedConcurrency, which includes it",
    },
  );
export type FunctionOptions = z.output<typeof FunctionOptions>;
