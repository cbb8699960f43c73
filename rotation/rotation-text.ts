import { join } from "node:path";
import { KEYS_FOLDER } from "../encryption/key-pair-files";
import type { RotationStep } from "./rotation";
import { configLines } from "./rotation-config";
import type { PlannedStep, RotationPlan, RotationState } from "./rotation-plan";

const DESCRIPTIONS: Record<RotationStep, (from: string, to: string) => string> = {
  add: (from, to) => `add "${to}"; the flow stays with "${from}"`,
  switch: (_from, to) => `switch the flow to "${to}"`,
  remove: (from) => `remove "${from}"`,
  replace: (from, to) => `replace "${from}", which has expired, with "${to}"`,
};

/** Returns lines that show where a rotation stands, and what to do next. */
export function rotationText({ deployed, current, rotation, found }: RotationState): string[] {
  if (!rotation) {
    return [
      "No rotation is under way, and no key pair was created.",
      `The certificate of "${current.name}" is valid until ${current.notAfter.slice(0, 10)}, and no key pair in ${KEYS_FOLDER}/ is newer.`,
      "To start a rotation, name the next key pair: npm run ivr -- keys rotate NAME",
      "Destroy all copies of private keys that are no longer deployed.",
    ];
  }
  const isUnknown = "unavailableReason" in deployed;
  return [
    `Rotation from "${rotation.from}" to "${rotation.to}"`,
    "",
    ...(found === undefined ? [] : [...foundLines(found, current.name), ""]),
    ...rotation.plan.map((step, index) => stepLine(step, index, rotation)),
    "",
    ...(isUnknown
      ? [deployed.unavailableReason, "This command assumes that the configuration is deployed."]
      : [`Deployed: ${deployed.keyPairs.join(" and ")}; the flow encrypts with "${deployed.encryptWith}".`]),
    "",
    ...nextLines(rotation, isUnknown ? undefined : deployed.keyIds),
  ];
}

const foundLines = (found: string, current: string) => [
  `${join(KEYS_FOLDER, found)} already exists and is newer than "${current}". This command uses it as the`,
  "next key pair and created none. If it has another purpose, name a different one:",
  "npm run ivr -- keys rotate NAME",
];

function stepLine({ step, state }: PlannedStep, index: number, { from, to }: RotationPlan): string {
  return `  ${index + 1}. ${step.padEnd(7)}  ${state.padEnd(5)}  ${DESCRIPTIONS[step](from, to)}`;
}

/** @param keyIds Connect's ids by key pair, where the deployment is known */
function nextLines(rotation: RotationPlan, keyIds?: Readonly<Record<string, string>>): string[] {
  const { from, to, plan, next, configured, prepare } = rotation;
  const step = plan.find(({ state }) => state === "next");
  if (!step) return [];
  const isLast = next === "remove" || next === "replace";
  return [
    `Next: ${DESCRIPTIONS[next](from, to)}.`,
    ...(!keyIds && plan[0] !== step ? ["First deploy the present configuration, if you have not done so."] : []),
    ...(next === "remove"
      ? [
          `Wait until the key of "${from}" is idle: on the CloudWatch dashboard, the alarm`,
          `key-usage-${from} must be OK. It is OK after the key's metric`,
          "PublicSigningKeyUsage (AWS/Connect) has been zero for a day.",
          `The key id is ${keyIds?.[from] ?? "in the output key_ids"}.`,
        ]
      : []),
    ...(configured ? ["The configuration already contains this step."] : changeLines(step, prepare)),
    "Then review the plan and deploy it:",
    "",
    "    npx cdktf diff",
    "    npx cdktf deploy",
    "",
    ...(isLast
      ? [
          `Afterwards, destroy the private key in ${join(KEYS_FOLDER, from)} and all copies of it.`,
          "Keep the other files of the folder: while they exist, this command creates a key",
          "pair only when one is due or when you name it.",
        ]
      : ["Afterwards: npm run ivr -- keys rotate"]),
  ];
}

function changeLines(step: PlannedStep, prepare: string[]): string[] {
  return [
    ...(prepare.length === 0
      ? []
      : ["Put the new key pair where the configuration expects it:", "", ...indented(prepare), ""]),
    `In the configuration, replace keyPairs${step.step === "add" ? "" : " and encryptWith"} with`,
    "",
    ...indented(configLines(step)),
    "",
  ];
}

const indented = (lines: string[]) => lines.map((line) => `    ${line}`);
