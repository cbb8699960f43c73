import { z } from "zod";
import { isObject, type JsonObject } from "../flow-validation/json";

const AnyObject = z.custom<JsonObject>(isObject);

const ConfiguredResource = z.looseObject({
  address: z.string(),
  mode: z.string(),
  type: z.string(),
  /** by argument; a block is a list of such objects */
  expressions: AnyObject.optional(),
  provisioners: z.array(z.looseObject({ type: z.string() })).optional(),
});
export type ConfiguredResource = z.output<typeof ConfiguredResource>;

const Provider = z.looseObject({
  name: z.string(),
  full_name: z.string().optional(),
  /** by argument */
  expressions: AnyObject.optional(),
});

export interface ConfiguredModule {
  resources?: ConfiguredResource[] | undefined;
  /** by name */
  module_calls?: Record<string, { source?: string | undefined; module?: ConfiguredModule | undefined }> | undefined;
}

const Module: z.ZodType<ConfiguredModule> = z.lazy(() =>
  z.looseObject({
    resources: z.array(ConfiguredResource).optional(),
    module_calls: z
      .record(z.string(), z.looseObject({ source: z.string().optional(), module: Module.optional() }))
      .optional(),
  }),
);

/** What the plan contains of the configuration that it was made from: constants and references, but no templates. */
export const PlanConfiguration = z.looseObject({
  provider_config: z.record(z.string(), Provider).optional(),
  root_module: Module.optional(),
});
export type PlanConfiguration = z.output<typeof PlanConfiguration>;

/** The expressions of each resource of the root module, by address without an index. */
export type ConfiguredArguments = ReadonlyMap<string, JsonObject>;

export const configuredArguments = (configuration: PlanConfiguration | undefined): ConfiguredArguments =>
  new Map(
    (configuration?.root_module?.resources ?? []).map(({ address, expressions }) => [address, expressions ?? {}]),
  );

/** The references within an expression, such as `aws_kms_key.encryption-key_B3391E8B.arn`. */
export function expressionReferences(expression: unknown): string[] {
  if (typeof expression !== "object" || expression === null) return [];
  return Object.entries(expression).flatMap(([name, inner]) =>
    name === "references" && Array.isArray(inner) ? inner.map(String) : expressionReferences(inner),
  );
}
