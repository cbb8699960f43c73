import { z } from "zod";
import { count, hasNoDuplicates } from "./value-schemas";

/** Connect waits this long for a function. An alarm at the limit itself would only report calls that already failed. */
const CONNECT_TIMEOUT_MILLISECONDS = 8000;

/** Who is notified, and the thresholds of the alarms. A count is the number in five minutes. */
export const AlarmSettings = z.strictObject({
  /** AWS asks each address to confirm before it sends alarms */
  emails: z
    .array(z.email("must be an e-mail address"))
    .refine(hasNoDuplicates, "must not name an address twice")
    .default([]),
  /** invocations that failed for any reason */
  functionErrors: count().default(1),
  /** invocations that Lambda rejected because of its concurrency limit */
  throttles: count().default(1),
  /** of the slowest invocation */
  durationMilliseconds: count()
    .max(
      CONNECT_TIMEOUT_MILLISECONDS - 1,
      `must be less than ${CONNECT_TIMEOUT_MILLISECONDS}, the time that Connect waits for the function`,
    )
    .default(5000),
  /** encrypted inputs whose signature is not valid */
  tamperedMessages: count().default(1),
  /** encrypted inputs, and `prepare` operations, for a key that is not deployed */
  unknownKeys: count().default(1),
  /** share of an hour's calls that ended without the captured data */
  failedCallsPercent: z.number().gt(0, "must be more than 0").max(100, "must be at most 100").default(20),
  /** with fewer calls in an hour, their share of failures is ignored */
  failedCallsMinimum: count().default(10),
});
export type AlarmSettings = z.output<typeof AlarmSettings>;
