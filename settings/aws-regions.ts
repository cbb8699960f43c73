/**
 * AWS Regions with Amazon Connect.
 *
 * Source: "Availability of Amazon Connect features by Region" in the Amazon Connect administrator guide,
 * https://docs.aws.amazon.com/connect/latest/adminguide/regions.html, read in November 2026.
 */
export const CONNECT_REGIONS: readonly string[] = [
  ...["us-east-1", "us-west-2", "ca-central-1", "eu-central-1", "eu-west-2", "af-south-1"],
  ...["ap-northeast-1", "ap-northeast-2", "ap-southeast-1", "ap-southeast-2", "us-gov-west-1"],
];

/**
 * AWS Regions that are not in the list above. Regions of other partitions (China, European Sovereign Cloud) are in
 * neither list, because that page does not cover them.
 *
 * Source: "AWS Regions" in the AWS Regions and Availability Zones guide,
 * https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html, read in November 2026.
 */
export const REGIONS_WITHOUT_CONNECT: readonly string[] = [
  ...["us-east-2", "us-west-1", "ca-west-1", "mx-central-1", "sa-east-1", "us-gov-east-1"],
  ...["eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-3"],
  ...["il-central-1", "me-central-1", "me-south-1", "ap-east-1", "ap-east-2", "ap-south-1", "ap-south-2"],
  ...["ap-northeast-3", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7"],
];
