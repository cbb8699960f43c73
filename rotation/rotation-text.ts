import { join } from "node:path";
import { KEYS_FOLDER } from "../encryption/key-pair-files";
import type { Step } from "./rotation";
import { writtenConfig } from "./rotation-config";
import type { PlannedStep, RotationPlan, RotationState } from "./rotation-plan";

const WHAT: Record<Step, (from: string, to: string) => string> = {
  add: (from, to) => `add "${to}"; the flow stays with "${from}"`,
  switch: (_from, to) => `switch the flow to "${to}"`,
  remove: (from) => `remove "${from}"`,
  replace: (from, to) => `replace "${from}", which has expired, by "${to}"`,
};

/** Where a rotation stands and what to do next, line by line. */
export function rotationText({ deployed, current, rotation, found }: RotationState): string[] {
  if (!rotation) {
    return [
      "No rotation is under way, and no key pair was made.",
      `The certificate of "${current.name}" is valid until ${current.notAfter.slice(0, 10)}, and no pair in ${KEYS_FOLDER}/ is newer.`,
      "Start a rotation with a name for the next pair: npm run ivr -- keys rotate NAME",
      "Destroy private keys of pairs that are deployed no more, and all copies of them.",
    ];
  }
  return [
    `Rotation from "${rotation.from}" to "${rotation.to}"`,
    "",
    ...(found === undefined ? [] : [...foundLines(found, current.name), ""]),
    ...rotation.plan.map((step, index) => stepLine(step, index, rotation)),
    "",
    ...("unseen" in deployed
      ? [deployed.unseen, "So what is configured is taken to be deployed."]
      : [`Deployed: ${deployed.keyPairs.join(" and ")}; the flow encrypts under "${deployed.encryptWith}".`]),
    "",
    ...nextLines(rotation, "unseen" in deployed ? undefined : deployed.keyIds),
  ];
}

const foundLines = (found: string, current: string) => [
  `${join(KEYS_FOLDER, found)} was there already, and is newer than "${current}": it is taken for`,
  "the next pair, and none was made. If it is for something else, name another:",
  "npm run ivr -- keys rotate NAME",
];

function stepLine({ step, state }: PlannedStep, index: number, { from, to }: RotationPlan): string {
  return `  ${index + 1}. ${step.padEnd(7)}  ${state.padEnd(5)}  ${WHAT[step](from, to)}`;
}

function nextLines(rotation: RotationPlan, keyIds?: Readonly<Record<string, string>>): string[] {
  const { from, to, plan, next, configured, prepare } = rotation;
  const step = plan.find((one) => one.state === "next");
  if (!step) return [];
  const isLast = next === "remove" || next === "replace";
  return [
    `Next: ${WHAT[next](from, to)}.`,
    ...(!keyIds && plan[0] !== step ? ["First: deploy the configuration as it is, unless you have."] : []),
    ...(next === "remove"
      ? [
          `Wait until the key of "${from}" is idle: on the CloudWatch dashboard the alarm`,
          `key-usage-${from} must be OK. It is when the key's metric PublicSigningKeyUsage`,
          "(AWS/Connect) has been zero for a day.",
          `Its key id is ${keyIds?.[from] ?? "in the output key_ids"}.`,
        ]
      : []),
    ...(configured ? ["The configuration says it already."] : changeLines(step, prepare)),
    "Then look at the plan, and deploy it:",
    "",
    "    npx cdktf diff",
    "    npx cdktf deploy",
    "",
    ...(isLast
      ? [
          `After that destroy the private key in ${join(KEYS_FOLDER, from)}, and all copies`,
          "of it. Keep the rest of the folder: while it is there, this command makes no pair",
          "before the next one is due, unless you name it.",
        ]
      : ["After that: npm run ivr -- keys rotate"]),
  ];
}

function changeLines(step: PlannedStep, prepare: string[]): string[] {
  return [
    ...(prepare.length === 0
      ? []
      : ["Put the new pair where the configuration will look for it:", "", ...indented(prepare), ""]),
    `In the configuration, in place of keyPairs${step.step === "add" ? "" : " and encryptWith"}, write`,
    "",
    ...indented(writtenConfig(step)),
    "",
  ];
}

const indented = (lines: string[]) => lines.map((line) => `    ${line}`);
