import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { CHECK_DIGIT_RULES } from "../../contract/check-digits";
import { encryptCustomerInput } from "../../encryption/encrypt";
import type { KeyPair } from "../../encryption/key-pair";
import { SensitiveDigits } from "../../encryption/sensitive-digits";
import { FunctionProcess } from "../../simulator/function-process";
import { ParameterStore } from "../../simulator/parameter-store";
import { type DeployedFunction, SynthesizedStack } from "../../simulator/synthesized-stack";
import { publicKeyOf, smallKeyPair } from "../support/key-pairs";
import { temporaryFolder } from "../support/project";
import { synthesizeWith } from "../support/stack";

// Reads the memory of the process that runs the built function, as a core dump would show it. Only on Linux.
const CALLS = 30;
const NUMBER_LENGTH = 16;
const folder = temporaryFolder();
let pair: KeyPair;
let stack: SynthesizedStack;
let store: ParameterStore;
let deployed: DeployedFunction;
beforeAll(async () => {
  pair = await smallKeyPair();
  stack = new SynthesizedStack(await synthesizeWith(folder, pair));
  deployed = stack.functions[0] as DeployedFunction;
  store = await ParameterStore.start(stack.parameters, deployed.role);
});
afterAll(() => store.stop());

/** Valid numbers, which this process contains only in parts until they are encrypted. */
const NUMBERS = Array.from({ length: CALLS }, (_, index) => {
  const start = `4${String(100_000_000_000_007 + index * 3_141_592_653_589).slice(-14)}`;
  return [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => `${start}${digit}`).find(CHECK_DIGIT_RULES.luhn) as string;
});

const onLinux = process.platform === "linux" ? it : it.skip;

onLinux("after calls, the function's memory holds card numbers only in strings, which cannot be wiped", async () => {
  const keyId = [...stack.securityKeys.keys()][0] as string;
  const encrypt = (digits: string) =>
    encryptCustomerInput(new SensitiveDigits(digits), { keyId, publicKey: publicKeyOf(pair) });
  const before = childProcesses();
  const running = new FunctionProcess({
    deployed,
    region: stack.region,
    ssmEndpoint: store.url,
    accessKeyId: store.accessKeyId,
  });
  try {
    const invoke = async (parameters: Record<string, string>) => {
      const result = await running.invoke({
        Details: { ContactData: { ContactId: "c" }, Parameters: parameters },
      });
      return JSON.parse((result as { response: string }).response).outcome;
    };
    for (const number of NUMBERS) {
      const inputs = {
        cardNumber: await encrypt(number),
        expiryDate: await encrypt("1240"),
        securityCode: await encrypt("123"),
      };
      for (const field of ["cardNumber", "expiryDate", "securityCode"]) {
        expect(await invoke({ operation: "check", field, ...inputs })).toBe("accepted");
      }
      expect(await invoke({ operation: "submit", ...inputs })).toBe("accepted");
    }
    const [pid, ...others] = childProcesses().filter((child) => !before.includes(child));
    expect(others).toEqual([]);
    const places = placesOfNumbers(pid as number);
    expect(places.filter((place) => place !== "string")).toEqual([]);
  } finally {
    running.stop();
  }
});

function childProcesses(): number[] {
  return readdirSync(`/proc/${process.pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${process.pid}/task/${thread}/children`, "latin1").split(" ").filter(Boolean).map(Number),
  );
}

/**
 * Where the process's memory holds a number, as text of one byte or two bytes a digit: in a `string` of V8, whose length is
 * in the four bytes before it, or in any other memory.
 */
function placesOfNumbers(pid: number): ("string" | "other")[] {
  const needles = NUMBERS.flatMap((number) => [Buffer.from(number, "latin1"), Buffer.from(number, "utf16le")]);
  const places: ("string" | "other")[] = [];
  const memory = openSync(`/proc/${pid}/mem`, "r");
  try {
    for (const line of readFileSync(`/proc/${pid}/maps`, "latin1").split("\n")) {
      const [, from = "", to = ""] = /^(\w+)-(\w+) rw/.exec(line) ?? [];
      const region = regionOf(memory, Number.parseInt(from, 16), Number.parseInt(to, 16));
      for (const needle of needles) {
        for (let at = region.indexOf(needle); at >= 0; at = region.indexOf(needle, at + 1)) {
          places.push(at >= 4 && region.readUInt32LE(at - 4) === NUMBER_LENGTH ? "string" : "other");
        }
      }
    }
  } finally {
    closeSync(memory);
  }
  return places;
}

function regionOf(memory: number, from: number, to: number): Buffer {
  const region = Buffer.alloc(to - from || 0);
  try {
    readSync(memory, region, 0, region.length, from);
    return region;
  } catch {
    return Buffer.alloc(0); // memory of the kernel, such as [vvar]
  }
}
