import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Command } from "commander";
import { createProgram } from "../cli/program";
import { filesBelow, PROJECT_DIR, readJson } from "./support/project";

const DOCUMENTS = [
  ...["README.md", "README.ja.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"],
  ...filesBelow(join(PROJECT_DIR, "docs")).map((file) => relative(PROJECT_DIR, file)),
].filter((file) => file.endsWith(".md"));
const read = (document: string) => readFileSync(join(PROJECT_DIR, document), "utf8");

const FENCED = /^ *```(.*)\n([\s\S]*?)^ *```$/gm;
const prose = (text: string) => text.replaceAll(FENCED, "");
const linksIn = (text: string) =>
  [...prose(text).matchAll(/(?<!!)\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
const headingsIn = (text: string) => prose(text).match(/^#+ .*/gm) ?? [];
/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string) =>
  heading
    .replace(/^#+ /, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

describe.each(DOCUMENTS)("%s", (document) => {
  it("has no broken links", () => {
    const broken = linksIn(read(document)).filter((target) => {
      if (/^(https?|mailto):/.test(target)) return false;
      const [path = "", anchor] = target.split("#");
      const file = path === "" ? document : join(dirname(document), path);
      if (!existsSync(join(PROJECT_DIR, file))) return true;
      return anchor !== undefined && !headingsIn(read(file)).map(anchorOf).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});

// Decisions and the changelog describe the state of their time.
const CURRENT = DOCUMENTS.filter((document) => !/^CHANGELOG|decisions/.test(document));

interface IvrCommand {
  name: string;
  options: string[];
  help: string;
  commands: IvrCommand[];
}

function describeCommand(command: Command): IvrCommand {
  let help = "";
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  return {
    name: command.name(),
    help,
    options: command.options.flatMap(({ long }) => long ?? []),
    commands: command.commands.map(describeCommand),
  };
}

describe("commands", () => {
  let commands: IvrCommand[];
  beforeAll(async () => {
    commands = (await createProgram()).commands.map(describeCommand);
    expect(commands.length).toBeGreaterThan(5);
  });
  const named = ([first, ...rest]: string[], among = commands): IvrCommand | undefined => {
    const command = among.find(({ name }) => name === first);
    return command && command.commands.length > 0 && rest.length > 0 ? named(rest, command.commands) : command;
  };
  const optionsIn = (text: string) => text.match(/(?<![\w-])--[a-z][\w-]*/g) ?? [];

  const unknownIn = (text: string) => {
    const { scripts } = readJson(join(PROJECT_DIR, "package.json"));
    return [
      ...[...text.matchAll(/npm run\s+(?:--silent )?([\w:-]+)/g)].flatMap(([all, script = ""]) =>
        script in scripts ? [] : [all],
      ),
      ...[...text.matchAll(/npx ([\w-]+)/g)].flatMap(([all, name = ""]) =>
        existsSync(join(PROJECT_DIR, "node_modules/.bin", name)) ? [] : [all],
      ),
      ...[...text.matchAll(/(?:ivr -- |`ivr |`(?=keys ))([^`\n|]+)/g)].flatMap(([all, line = ""]) => {
        const command = named(line.trim().split(" "));
        if (!command) return [all];
        return optionsIn(line).flatMap((option) => (command.options.includes(option) ? [] : [`${all}: ${option}`]));
      }),
    ];
  };
  /** The commands without subcommands, each with its full name, such as `keys create`. */
  const leaves = () =>
    commands.flatMap((command) =>
      command.commands.length > 0
        ? command.commands.map((child) => ({ ...child, path: `${command.name} ${child.name}` }))
        : [{ ...command, path: command.name }],
    );

  it.each(CURRENT)("%s names only commands and options that exist", (document) => {
    expect(unknownIn(read(document).replaceAll(/\\\n/g, ""))).toEqual([]);
  });

  it("each help has an example of its command, with existing files", () => {
    for (const { name, help } of leaves()) {
      const [, example = ""] = /\nExample: (npm run .*)\n$/.exec(help) ?? [];
      expect(example.split(" ")).toContain(name);
      expect(unknownIn(example)).toEqual([]);
      const files = example.match(/__tests__\/\S+/g) ?? [];
      expect(files.filter((file) => !existsSync(join(PROJECT_DIR, file)))).toEqual([]);
    }
  });

  it("docs/reference/commands.md has each command and option", () => {
    const sections = read("docs/reference/commands.md").split(/^#+ /m);
    const missing = leaves().flatMap(({ path, options }) => {
      const text = sections.filter((section) => new RegExp(`ivr (-- )?${path}(?![\\w-])`).test(section)).join("\n");
      const found = new Set<string>(optionsIn(text));
      return [...(text === "" ? [path] : []), ...options.filter((option) => !found.has(option))];
    });
    expect(missing).toEqual([]);
  });
});

describe("README.ja.md corresponds to README.md", () => {
  const both = (of: (text: string) => unknown) => [of(read("README.ja.md")), of(read("README.md"))];

  it("has the same headings", () => {
    const [japanese, english] = both((text) => headingsIn(text).map((heading) => heading.replace(/ .*/, "")));
    expect(japanese).toEqual(english);
  });

  it("has the same code blocks", () => {
    // The words in a diagram are translated, so only its arrows are compared.
    const [japanese, english] = both((text) =>
      [...text.matchAll(FENCED)].map(([, language, code = ""], index) => ({
        block: `${index + 1}, ${language}`,
        code: language === "mermaid" ? code.match(/-->|<-->|-\. | --/g) : code,
      })),
    );
    expect(japanese).toEqual(english);
  });

  it("has the same links", () => {
    // Links to the other README differ, and anchors of headings are translated.
    const [japanese, english] = both((text) =>
      linksIn(text)
        .filter((target) => !target.startsWith("README"))
        .filter((target) => !target.startsWith("#"))
        .sort(),
    );
    expect(japanese).toEqual(english);
  });

  it("has the same table rows", () => {
    const [japanese, english] = both((text) =>
      (text.match(/^\|.*/gm) ?? []).map((row) => (/^\| (`.*?`) \|/.exec(row)?.[1] ?? "words") as string),
    );
    expect(japanese).toEqual(english);
  });
});
