import { statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { packageFunction } from "../infrastructure/function/function-package";
import type { Benchmark, Row } from "./report";

const ZIP_BAR = 200;

export const size: Benchmark = {
  title: "Size of the function; ratio to its bundle",
  async run() {
    const { zipFile } = await packageFunction(resolve(__dirname, ".."));
    const bundle = kilobytes(join(dirname(zipFile), "index.mjs"));
    const zip = kilobytes(zipFile);
    return [
      row("bundle", bundle, 1),
      { ...row("zip", zip, zip / bundle), bar: { says: `≤ ${ZIP_BAR} KB`, holds: zip <= ZIP_BAR } },
    ];
  },
};

const kilobytes = (file: string) => statSync(file).size / 1000;
const row = (name: string, size: number, ratio: number): Row => ({
  name,
  unit: "KB",
  minimum: size,
  median: size,
  maximum: size,
  ratio,
});
