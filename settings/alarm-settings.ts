import { z } from "zod";

/** Connect stops waiting for a function after 8 s: an alarm at that would come with the first lost call. */
const CONNECT_WAITS_MILLISECONDS = 8000;

const count = () => z.int("must be a whole number").min(1, "must be 1 or more");

/** Who hears of trouble, and from when on it is one. Counts are of five minutes. */
export const AlarmSettings = z.strictObject({
  /** each gets a mail from AWS first, which has to be confirmed */
  emails: z
    .array(z.email("must be an e-mail address"))
    .refine((emails) => new Set(emails).size === emails.length, "must not name an address twice")
    .default([]),
  /** invocations that failed, for whatever reason */
  functionErrors: count().default(1),
  /** invocations that Lambda refused for want of concurrency */
  throttles: count().default(1),
  /** of the slowest invocation */
  durationMilliseconds: count()
    .max(CONNECT_WAITS_MILLISECONDS - 1, `must be under ${CONNECT_WAITS_MILLISECONDS}: Connect waits no longer`)
    .default(5000),
  /** inputs whose signature fails */
  tamperedMessages: count().default(1),
  /** prepares, and encrypted inputs, for a key that is not deployed */
  unknownKeys: count().default(1),
  /** share of the calls in an hour that end without their data taken */
  failedCallsPercent: z.number().gt(0, "must be over 0").max(100, "must be 100 at most").default(20),
  /** fewer calls in an hour say nothing about their share */
  failedCallsMinimum: count().default(10),
});
export type AlarmSettings = z.output<typeof AlarmSettings>;
