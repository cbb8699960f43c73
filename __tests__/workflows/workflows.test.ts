import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { filesBelow, isInstalled, PROJECT_DIR, readJson, runCommand, temporaryFolder } from "../support/project";

const GITHUB = join(PROJECT_DIR, ".github");
const FOLDER = join(GITHUB, "workflows");
interface Step {
  id?: string;
  uses?: string;
  run?: string;
  with?: Record<string, string>;
  env?: Record<string, string>;
}
interface Job {
  if?: string;
  uses?: string;
  secrets?: string;
  environment?: string;
  permissions?: Record<string, string>;
  env?: Record<string, string>;
  with?: Record<string, string>;
  strategy?: { "max-parallel"?: number; matrix: Record<string, unknown> };
  steps?: Step[];
}
interface Workflow {
  on: Record<string, unknown>;
  permissions: unknown;
  concurrency: { group?: string; "cancel-in-progress": unknown };
  env?: Record<string, string>;
  jobs: Record<string, Job>;
}

const textOf = (file: string) => readFileSync(join(FOLDER, file), "utf8");
const workflowOf = (file: string): Workflow => parse(textOf(file));
const FILES = readdirSync(FOLDER);
/** The jobs of stages, with the workflow that they are in. */
const STAGE_WORKFLOWS = ["plan.yml", "deploy.yml", "deploy-stage.yml", "drift.yml"];

it.each(filesBelow(GITHUB).filter((file) => /(workflows|actions)\/.*\.yml$/.test(file)))(
  "%s pins every action by its commit, with the version in a comment",
  (file) => {
    const uses = [...readFileSync(file, "utf8").matchAll(/uses: (.*)/g)].map(([, action = ""]) => action);
    expect(uses.length).toBeGreaterThan(0);
    for (const action of uses) {
      if (action.startsWith("./")) expect(existsSync(join(PROJECT_DIR, action))).toBe(true);
      else expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  },
);

/** What a job needs, by what it does. */
function neededPermissions({ uses, steps = [] }: Job): Record<string, string> {
  if (uses) return jobPermissions(workflowOf(uses.replace("./.github/workflows/", "")));
  const all = JSON.stringify(steps);
  const writes = /git push/.test(all);
  return {
    contents: writes ? "write" : "read",
    ...(all.includes("aws-actions/configure-aws-credentials") && { "id-token": "write" }),
    ...(all.includes("/comments") && { "pull-requests": "write" }),
    ...(/gh api[^|]*\$issues/.test(all) && { issues: "write" }),
  };
}

/** A called workflow cannot have more than its caller. */
const jobPermissions = ({ jobs }: Workflow): Record<string, string> =>
  Object.assign({}, ...Object.values(jobs).map(({ permissions }) => permissions));

describe.each(FILES)("%s", (file) => {
  const text = textOf(file);
  const workflow = workflowOf(file);
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps ?? []);

  it("gives no permission by default, and each job exactly those that it needs", () => {
    expect(workflow.permissions).toEqual({});
    for (const [name, job] of Object.entries(workflow.jobs)) {
      expect([name, job.permissions]).toEqual([name, neededPermissions(job)]);
    }
  });

  it("runs once at a time for each branch, and never with a token for code of a fork", () => {
    expect(workflow.concurrency.group).toContain("github.ref");
    expect(Object.keys(workflow.on)).not.toContain("pull_request_target");
  });

  it("contains no private key", () => {
    if (file !== "deploy-stage.yml") expect(text).not.toMatch(/private_key|secrets\./i);
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

describe("deploy-stage.yml", () => {
  const workflow = workflowOf("deploy-stage.yml");
  const job = (name: string): Job => workflow.jobs[name] ?? {};
  const planSteps = (name: string) => (job(name).steps ?? []).filter(({ run = "" }) => /ivr -- plan\b/.test(run));

  it("plans in both jobs with the same arguments, and with a refresh", () => {
    expect(workflow.env?.TF_CLI_ARGS_plan).not.toContain("refresh");
    for (const name of ["plan", "deploy"]) {
      const [step, ...others] = planSteps(name);
      expect(others).toEqual([]);
      const environment = { ...workflow.env, ...job(name).env, ...step?.env };
      expect(environment).toMatchObject(workflow.env ?? {});
      const [, args = ""] = /ivr -- plan (.*)/.exec(step?.run ?? "") ?? [];
      // what is left changes only what is printed and written
      expect(
        args.replaceAll(/--(json|markdown plan\.md|expect "\$REVIEWED"|out deploy\.tfplan)|> plan\.json/g, "").trim(),
      ).toBe("");
    }
    const roles = ["plan", "deploy"].map((name) => job(name).steps?.find((step) => step.with?.["role-to-assume"]));
    expect(roles.map((step) => step?.with?.["role-to-assume"])).toEqual([
      "${{ inputs.refresh-role }}",
      "${{ inputs.deploy-role }}",
    ]);
  });

  it("deploys only in an environment, after the plan, and only what was reviewed", () => {
    expect(job("plan").environment).toBeUndefined();
    expect(job("deploy")).toMatchObject({
      needs: "plan",
      if: "needs.plan.outputs.changes != '0'",
      environment: "${{ inputs.environment }}",
    });
    const [{ env, run = "" } = {}] = planSteps("deploy");
    expect(env?.REVIEWED).toBe("${{ needs.plan.outputs.digest }}");
    expect(run.match(/ivr -- plan --expect|terraform .* (apply|output) .*/g)).toEqual([
      "ivr -- plan --expect",
      expect.stringMatching(/ apply -input=false "\$PWD\/deploy\.tfplan"$/),
      expect.stringMatching(/ apply -input=false -refresh-only -auto-approve$/),
      expect.stringMatching(/ output -json/),
    ]);
    expect(workflow.concurrency["cancel-in-progress"]).toBe(false);
  });

  const withJq = isInstalled("jq", ["--version"]) ? it : it.skip;
  withJq.each([
    ["nothing", {}, 0],
    ["a change", { changes: [{}] }, 1],
    ["a changed output", { outputs: [{}] }, 1],
    ["drift", { drift: [{}] }, 1],
    ["all of them", { changes: [{}, {}], outputs: [{}], drift: [{}] }, 4],
  ])("counts %s of a plan", (_, parts, count) => {
    const [, filter = ""] = /jq -r '([^']+)'/.exec(planSteps("plan")[0]?.run ?? "") ?? [];
    const plan = { digest: "abc", changes: [], outputs: [], drift: [], ...parts };
    const { stdout } = runCommand("jq", ["-r", filter], { input: JSON.stringify(plan) });
    expect(stdout).toBe(`digest=abc\nchanges=${count}\n`);
  });
});

describe("the roles", () => {
  it("are used where GitHub's token fits their trust policies", () => {
    const rolesIn = (file: string) => [...textOf(file).matchAll(/\b(\w+)Role\b/g)].map(([, role]) => role);
    expect(new Set(rolesIn("plan.yml"))).toEqual(new Set(["plan"]));
    expect(Object.keys(workflowOf("plan.yml").on)).toEqual(["pull_request"]);
    expect(new Set(rolesIn("drift.yml"))).toEqual(new Set(["refresh"]));
    expect(Object.keys(workflowOf("drift.yml").on)).toEqual(["schedule", "workflow_dispatch"]);
    expect(new Set(rolesIn("deploy.yml"))).toEqual(new Set(["refresh", "deploy"]));
    expect(workflowOf("deploy.yml").on).toEqual({ push: { branches: ["main"] }, workflow_dispatch: null });
    expect(Object.keys(workflowOf("deploy-stage.yml").on)).toEqual(["workflow_call"]);
  });

  it("read no private key in a pull request", () => {
    const plan = workflowOf("plan.yml").jobs.plan?.steps?.find(({ run = "" }) => /ivr -- plan\b/.test(run));
    expect(plan?.env?.TF_CLI_ARGS_plan).toBe("-lock=false -refresh=false");
  });
});

describe("stages", () => {
  const matrices = STAGE_WORKFLOWS.flatMap((file) =>
    Object.values(workflowOf(file).jobs).flatMap(({ strategy }) => strategy ?? []),
  );

  it("come from one variable, with one stage by default", () => {
    expect(matrices).toHaveLength(4);
    const sources = new Set(matrices.map(({ matrix }) => String(matrix.include)));
    expect(sources.size).toBe(1);
    const [, fallback = ""] =
      /^\$\{\{ fromJSON\(vars\.IVR_STAGES \|\| '(.*)'\) \}\}$/.exec([...sources][0] ?? "") ?? [];
    expect(JSON.parse(fallback)).toEqual([{ environment: "production" }]);
  });

  it("are deployed one after the other", () => {
    expect(workflowOf("deploy.yml").jobs.stage).toMatchObject({ strategy: { "max-parallel": 1 }, secrets: "inherit" });
  });

  it("have settings and variables that docs/ci.md explains", () => {
    const text = STAGE_WORKFLOWS.map(textOf).join("\n");
    const documentation = readFileSync(join(PROJECT_DIR, "docs/ci.md"), "utf8");
    const names = [...text.matchAll(/\b(?:matrix|vars|secrets)\.(\w+)/g)].map(([, name = ""]) => name);
    expect(names.length).toBeGreaterThan(20);
    expect([...new Set(names)].filter((name) => !documentation.includes(name))).toEqual([]);
  });
});

describe("drift.yml", () => {
  const folder = temporaryFolder();
  const script = workflowOf("drift.yml").jobs.drift?.steps?.at(-1)?.run ?? "";
  const canRun = isInstalled("jq", ["--version"]) && isInstalled("bash", ["--version"]);

  /** Runs the step with another program in the place of GitHub's, and returns what it was called with. */
  function requestsFor({ drift, open }: { drift: number; open?: number }): string[] {
    const cwd = join(folder, `${drift}-${open ?? "none"}`);
    mkdirSync(join(cwd, "bin"), { recursive: true });
    writeFileSync(join(cwd, "plan.json"), JSON.stringify({ drift: Array(drift).fill({}) }));
    writeFileSync(join(cwd, "plan.md"), "the plan");
    const issues = [
      { number: 3, title: "Drift in development" },
      ...(open === undefined ? [] : [{ number: open, title: "Drift in production" }]),
    ];
    writeFileSync(join(cwd, "issues.json"), JSON.stringify(issues));
    writeFileSync(
      join(cwd, "bin/gh"),
      `#!/bin/bash
if [[ "$*" == *--jq* ]]; then jq "\${@: -1}" issues.json; else echo "$*" >> requests; fi
`,
    );
    chmodSync(join(cwd, "bin/gh"), 0o755);
    const { code, stderr } = runCommand("bash", ["-e", "-o", "pipefail", "-c", script], {
      cwd,
      env: {
        PATH: `${join(cwd, "bin")}:${process.env.PATH}`,
        ENVIRONMENT: "production",
        GITHUB_REPOSITORY: "example/ivr",
      },
    });
    expect([code, stderr]).toEqual([0, ""]);
    const requests = join(cwd, "requests");
    return existsSync(requests) ? readFileSync(requests, "utf8").trim().split("\n") : [];
  }

  (canRun ? it : it.skip).each([
    [
      "opens an issue",
      { drift: 1 },
      ["POST repos/example/ivr/issues --field title=Drift in production --field body=@plan.md"],
    ],
    ["updates the open issue", { drift: 2, open: 7 }, ["PATCH repos/example/ivr/issues/7 --field body=@plan.md"]],
    ["closes the open issue", { drift: 0, open: 7 }, ["PATCH repos/example/ivr/issues/7 --field state=closed"]],
    ["does nothing without drift", { drift: 0 }, []],
  ])("%s", (_, state, requests) => {
    expect(requestsFor(state)).toEqual(requests.map((request) => `api --silent --method ${request}`));
  });

  it("waits for a lock, and is never ended in the middle of a plan", () => {
    const { jobs, concurrency } = workflowOf("drift.yml");
    expect(jobs.drift?.env?.TF_CLI_ARGS_plan).toBe(workflowOf("deploy-stage.yml").env?.TF_CLI_ARGS_plan);
    expect(concurrency["cancel-in-progress"]).toBe(false);
  });
});
