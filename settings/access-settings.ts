import { z } from "zod";
import { hasNoDuplicates, matching } from "./value-schemas";

export const Profile = matching(/^[\w.@+/: -]+$/, "the name of a profile in ~/.aws/config");

export const AssumedRole = z.strictObject({
  arn: matching(
    /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
    "the ARN of a role, such as arn:aws:iam::ACCOUNT:role/deploy",
  ),
  externalId: matching(/^[\w+=,.@:/-]{2,1224}$/, "2 to 1224 letters, digits and characters of +=,.@:/-_").optional(),
  /** CloudTrail shows it */
  sessionName: matching(/^[\w+=,.@-]{2,64}$/, "2 to 64 letters, digits and characters of +=,.@-_").optional(),
});
export type AssumedRole = z.output<typeof AssumedRole>;

export const AccountIds = z
  .array(matching(/^\d{12}$/, "the id of an account, 12 digits"))
  .refine(hasNoDuplicates, "must not name an account twice");

const UUID = "[a-f0-9]{8}-[a-f0-9]{4}-[1-5][a-f0-9]{3}-[ab89][a-f0-9]{3}-[a-f0-9]{12}";

/** Terraform's S3 backend makes the same check. */
export const KmsKeyId = matching(
  new RegExp(`^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:key/)?(${UUID}|mrk-[a-f0-9]{32})$`),
  "the id or the ARN of a KMS key",
);
