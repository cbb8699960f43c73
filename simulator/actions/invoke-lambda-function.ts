import { z } from "zod";
import type { FlowAction } from "../../flows/language";
import { readEmbeddedMetrics } from "../embedded-metrics";
import { type ActionEnvironment, parseParameters, type TakenBranch } from "./action";

/** A Lambda function's response must be smaller for Connect. */
const MAX_RESPONSE_BYTES = 32 * 1024;

const InvokeParameters = z.object({
  LambdaFunctionARN: z.string(),
  InvocationTimeLimitSeconds: z.coerce.number().default(3),
  LambdaInvocationAttributes: z.record(z.string(), z.string()).default({}),
  ResponseValidation: z.object({ ResponseType: z.string().default("STRING_MAP") }).prefault({}),
});

/** Runs the block "Invoke AWS Lambda function". */
export async function invokeLambdaFunction(action: FlowAction, environment: ActionEnvironment): Promise<TakenBranch> {
  const { contact, functions, redaction, emit } = environment;
  const invoke = parseParameters(InvokeParameters, action);
  const functionArn = contact.fill(invoke.LambdaFunctionARN);
  const limitSeconds = invoke.InvocationTimeLimitSeconds;
  const attributes = Object.entries(invoke.LambdaInvocationAttributes);
  const parameters = Object.fromEntries(attributes.map(([name, value]) => [name, contact.fill(value)]));

  const invocation = (await functions
    .get(functionArn)
    ?.invoke(
      { Details: { ContactData: contact.data, Parameters: parameters }, Name: "ContactFlowEvent" },
      limitSeconds,
      logTo(environment),
    )) ?? { error: `no function ${functionArn} is deployed that this instance may invoke` };
  const result = "error" in invocation ? invocation : readResponse(invocation.response, invoke.ResponseValidation);

  const error = "error" in result ? result.error : undefined;
  contact.external = "error" in result ? {} : result.external;
  if (error) emit({ type: "note", text: `Connect takes the Error branch: ${error}.` });
  if ("response" in invocation && redaction.containsTypedDigits(invocation.response)) {
    emit({
      type: "note",
      text: "The function returned more of the card number than may be shown: this output shows dots instead.",
    });
  }
  emit({
    type: "flow-log",
    logging: contact.loggingEnabled,
    entry: {
      ContactFlowModuleType: "InvokeExternalResource",
      ContactId: contact.id,
      Parameters: { FunctionArn: functionArn, Parameters: parameters, TimeLimit: String(limitSeconds * 1000) },
      ContactFlowId: environment.flowArn,
      Timestamp: new Date().toISOString(),
      ...(error ? { Results: "The Lambda Function Returned An Error." } : { ExternalResults: contact.external }),
    },
  });
  return error ? { error: "NoMatchingError" } : "next";
}

/** Emits each line that the function, or Lambda about the function, logs, with a note if it contains too many digits. */
const logTo =
  ({ redaction, emit }: ActionEnvironment) =>
  (entry: unknown): void => {
    if (redaction.containsTypedDigits(JSON.stringify(entry))) {
      emit({
        type: "note",
        text: "The function logged more of the card number than may be shown: this output shows dots instead.",
      });
    }
    const metrics = readEmbeddedMetrics(entry);
    emit(metrics ? { type: "metrics", entry: metrics } : { type: "function-log", entry });
  };

/** Applies Connect's rules for a function's response. */
function readResponse(
  json: string,
  { ResponseType }: { ResponseType: string },
): { external: Record<string, unknown> } | { error: string } {
  const bytes = Buffer.byteLength(json);
  if (bytes >= MAX_RESPONSE_BYTES) {
    return { error: `the function's response has ${bytes} bytes, and must have less than ${MAX_RESPONSE_BYTES}` };
  }
  const map = z.record(z.string(), z.unknown()).safeParse(JSON.parse(json));
  if (!map.success) return { error: "the function's response is not a map" };
  const wrong = Object.entries(map.data).find(([, value]) => typeof value !== "string");
  if (ResponseType === "STRING_MAP" && wrong) {
    return { error: `the function's response contains something other than a string: ${wrong[0]}` };
  }
  return { external: map.data };
}
