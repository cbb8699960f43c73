import { join } from "node:path";
import { CallProject, eventsIn } from "../support/call-project";
import { addField } from "../support/extending";
import { temporaryFolder } from "../support/project";

const folder = temporaryFolder();

// Languages: extending.slow.ts
it("a field needs one line, and a check one file", async () => {
  const project = await CallProject.create(join(folder, "project"));
  addField(project);
  const events = eventsIn(project.ivr(["call", "--json", "--keys", "12# 1234567# 123456#"]).stdout);
  const prompts = events.flatMap(({ type, text }) => (type === "prompt" ? [text] : []));
  expect(prompts.slice(0, 3)).toEqual([
    expect.stringMatching(/^Welcome.* Your account number, then pound\.$/),
    "That number is too short. Your account number, then pound.",
    "That number is not valid. Your account number, then pound.",
  ]);
  expect(events.at(-1)).toMatchObject({ outcome: "accepted" });
});
