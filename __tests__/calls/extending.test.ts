import { join } from "node:path";
import { ExtendedProject } from "../support/extending";
import { temporaryFolder } from "../support/project";

const folder = temporaryFolder();

// Languages: extending.slow.ts
it("a field needs one line, and a check one file", async () => {
  const project = await ExtendedProject.create(join(folder, "project"));
  project.addField();
  const { prompts, end } = project.call("12# 1234567# 123456#");
  expect(prompts[0]).toMatch(/^Welcome.* Your account number, then pound\.$/);
  expect(prompts[1]).toBe("That number is too short. Your account number, then pound.");
  expect(prompts[2]).toBe("That number is not valid. Your account number, then pound.");
  expect(end).toMatchObject({ outcome: "accepted" });
});
