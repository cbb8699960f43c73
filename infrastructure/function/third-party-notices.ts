import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const PACKAGE_FOLDER = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//;
/** LICENSE, LICENSE.md, LICENCE-MIT, COPYING, NOTICE, … */
const LICENSE_FILE = /^(licen[cs]e|copying|notice)\b/i;

const Manifest = z.object({ version: z.string().default(""), license: z.string().default("") });

/**
 * The licences and notices of the packages that a bundle contains. Packages with the same text share it.
 *
 * @param inputs bundled files, relative to the project's folder, with slashes
 */
export function thirdPartyNotices(projectDir: string, inputs: readonly string[]): string {
  const packagesByText = new Map<string, string[]>();
  for (const [folder, name] of [...packageFolders(inputs)].sort(([, one], [, other]) => (one < other ? -1 : 1))) {
    const directory = join(projectDir, folder);
    const { version, license } = Manifest.parse(JSON.parse(readFileSync(join(directory, "package.json"), "utf8")));
    const text = licenseText(directory);
    packagesByText.set(text, [...(packagesByText.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const sections = [...packagesByText].map(([text, packages]) => `${packages.join("\n")}\n\n${text}`);
  return ["This package contains the following third-party software.\n", ...sections].join(`\n${"-".repeat(72)}\n\n`);
}

/** Names of packages, by folder. */
function packageFolders(inputs: readonly string[]): Map<string, string> {
  const found = inputs.flatMap((input): [string, string][] => {
    const [folder, name] = PACKAGE_FOLDER.exec(input) ?? [];
    return folder && name ? [[folder, name]] : [];
  });
  return new Map(found);
}

const licenseText = (directory: string): string => {
  const texts = readdirSync(directory)
    .filter((name) => LICENSE_FILE.test(name))
    .sort()
    .map((name) => `${readFileSync(join(directory, name), "utf8").replaceAll("\r\n", "\n").trim()}\n`);
  return texts.length > 0 ? texts.join("\n") : "The package has no file with the text of its licence.\n";
};
