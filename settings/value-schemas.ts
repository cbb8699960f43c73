import { z } from "zod";

/** @param description of the allowed values, which continues "must be" */
export const matching = (pattern: RegExp, description: string) => z.string().regex(pattern, `must be ${description}`);

/** @param reason why 0 is not allowed, such as ": with 0, …" */
export const count = (reason = "") => z.int("must be a whole number").min(1, `must be 1 or more${reason}`);

export function wholeNumberBetween(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`;
  return z.number().int(message).min(least, message).max(most, message);
}

/** @param requirement what the bucket must have, such as " with versioning" */
export const bucketName = (requirement = "") =>
  matching(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, `the name of an S3 bucket${requirement}`);

export const hasNoDuplicates = (values: readonly string[]): boolean => new Set(values).size === values.length;

/** The name of an AWS Region in any partition, such as `eusc-de-east-1`. */
export const regionName = () => matching(/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/, "an AWS Region such as us-east-1");
