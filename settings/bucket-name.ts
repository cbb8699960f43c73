import { z } from "zod";

/** @param which what the bucket must have besides */
export const bucketName = (which = "") =>
  z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, `must be the name of an S3 bucket${which}`);
