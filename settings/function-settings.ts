import { z } from "zod";
import { bucketName } from "./bucket-name";

const count = (least: string) => z.int("must be a whole number").min(1, `must be 1 or more${least}`);

const ids = (kind: string, prefix: string, most: number) =>
  z
    .array(
      z.string().regex(new RegExp(`^${prefix}-[0-9a-f]+$`), `must be the id of a ${kind}, such as ${prefix}-0a1b2c3d`),
    )
    .min(1, `must name at least one ${kind}`)
    .max(most, `may name ${most} ${kind}s at most`)
    .refine((all) => new Set(all).size === all.length, `must not name a ${kind} twice`);

/** Options of the function that cost something, or need something that is there already. All are off by default. */
export const FunctionSettings = z
  .strictObject({
    /** X-Ray traces of invocations */
    tracing: z.boolean("must be true or false").default(false),
    /** invocations at a time that are kept for this function, and the most that it may have */
    reservedConcurrency: count(": with 0 no call would get through").optional(),
    /** execution environments that are always started */
    provisionedConcurrency: count("").optional(),
    /** the function runs only what AWS Signer has signed; the bucket, which keeps versions, is where it reads and writes */
    codeSigning: z
      .strictObject({
        bucket: bucketName(", one that keeps versions"),
      })
      .optional(),
    /** where the function's connections begin */
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
    { path: ["provisionedConcurrency"], message: "must not be over reservedConcurrency, which it is taken from" },
  );
export type FunctionSettings = z.output<typeof FunctionSettings>;
