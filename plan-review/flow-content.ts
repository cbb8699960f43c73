import { z } from "zod";
import { type FlowStep, readFlow } from "../flow-validation/read-flow";
import { parseJson } from "./json";
import type { ResourceChange, Values } from "./terraform-plan";

export const isFlow = ({ type }: ResourceChange): boolean => /^aws_connect_contact_flow(_module)?$/.test(type);

/** The JSON of a flow resource's content; undefined if the resource does not exist or its content is unknown. */
export const flowJson = (values: Values | null | undefined): unknown => parseJson(values?.content);

/** Steps of a flow resource; none if its content is unknown or is not a flow. */
export const stepsOfFlow = (values: Values | null | undefined): FlowStep[] => {
  const json = flowJson(values);
  return json === undefined ? [] : readFlow(json).steps;
};

/** One parameter that cannot be read must not hide the others. */
const ifReadable = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

const SensitiveSettings = z.object({
  StoreInput: ifReadable(z.string()),
  InputEncryption: ifReadable(z.object({ EncryptionKeyId: z.string(), Key: ifReadable(z.string()) })),
  FlowLoggingBehavior: ifReadable(z.string()),
  RecordingBehavior: ifReadable(
    z.object({
      IVRRecordingBehavior: ifReadable(z.string()),
      RecordedParticipants: ifReadable(z.array(z.unknown())),
    }),
  ),
  LambdaFunctionARN: ifReadable(z.string()),
});

/** The parameters of a step that decide whether its input is encrypted, logged, recorded or sent to a function. */
export const sensitiveSettings = ({ parameters }: Pick<FlowStep, "parameters">): z.output<typeof SensitiveSettings> =>
  SensitiveSettings.parse(parameters);
