import { play } from "../support/calls";
import { smallKeyPair } from "../support/key-pairs";
import { stopEndpoints } from "../support/payment-endpoint";
import { startPaymentStack } from "../support/payment-stack";
import { temporaryFolder } from "../support/project";

const folder = temporaryFolder();
afterAll(stopEndpoints);

it("reports a slow endpoint before the function's time limit ends", async () => {
  const { stackDir } = await startPaymentStack(folder, await smallKeyPair(), () => {});
  const { outcome, logs } = await play(stackDir, "4111111111111111# 1240# 739#", {
    variables: { payment_secret: "secret" },
    timeLimitFactor: 1,
  });
  expect(outcome).toBe("unavailable");
  expect(logs.flatMap(({ errorCode }) => errorCode ?? [])).toEqual(["payment-timeout"]);
});
