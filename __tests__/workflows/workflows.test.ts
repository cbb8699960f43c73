import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { PROJECT_DIR, readJson } from "../support/project";

const FOLDER = join(PROJECT_DIR, ".github/workflows");
interface Workflow {
  on: Record<string, unknown>;
  permissions: unknown;
  concurrency: { group?: string };
  jobs: Record<string, { permissions?: unknown; steps: { uses?: string; run?: string }[] }>;
}

describe.each(readdirSync(FOLDER))("%s", (file) => {
  const text = readFileSync(join(FOLDER, file), "utf8");
  const workflow: Workflow = parse(text);
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  it("pins every action by its commit, with the version in a comment", () => {
    const uses = [...text.matchAll(/uses: (.*)/g)].map(([, action]) => action);
    expect(uses.length).toBeGreaterThan(0);
    for (const action of uses) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it("declares permissions, and runs once at a time for each branch", () => {
    expect(workflow.permissions).toBeDefined();
    for (const job of Object.values(workflow.jobs))
      expect(job.permissions ?? workflow.permissions).not.toBe("write-all");
    expect(workflow.concurrency.group).toContain("github.ref");
    expect(Object.keys(workflow.on)).not.toContain("pull_request_target");
  });

  it("contains no private key", () => {
    if (file !== "deploy.yml") expect(text).not.toMatch(/private_key|secrets\./i);
  });

  it("runs only commands that exist", () => {
    const { scripts } = readJson(join(PROJECT_DIR, "package.json"));
    const cli = readdirSync(join(PROJECT_DIR, "cli"));
    const runs = steps.map(({ run = "" }) => run).join("\n");
    for (const [, script] of runs.matchAll(/npm run (?:--silent )?([\w-]+)/g))
      expect(Object.keys(scripts)).toContain(script);
    for (const [, command] of runs.matchAll(/ivr -- ([\w-]+)/g)) expect(cli).toContain(`${command}.ts`);
  });
});
