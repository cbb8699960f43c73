import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { checkAccount } from "../../deployment-checks/account";

const before = { ...process.env };
afterEach(() => {
  process.env = before;
});

it("stops waiting after some seconds if AWS does not respond", async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_MAX_ATTEMPTS: "1",
  });
  try {
    const account = {
      access: { region: "us-east-1" },
      allowedAccountIds: [],
      instance: { alias: "center" },
      certificateFiles: [],
    };
    const [credentials] = await checkAccount(account, process.env);
    expect(credentials).toMatchObject({ sentence: "AWS cannot be reached for sts:GetCallerIdentity." });
  } finally {
    silent.closeAllConnections();
    silent.close();
  }
}, 60_000);
