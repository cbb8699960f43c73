import { startEndpoint, stopEndpoints } from "../support/payment-endpoint";
import { PaymentProcess } from "../support/payment-process";
import { temporaryFolder } from "../support/project";
import { tlsCertificate } from "../support/tls-certificate";

const folder = temporaryFolder();

it("payment-timeout: no response within 5 s, although the function has more time", async () => {
  const certificate = await tlsCertificate("ip", "127.0.0.1");
  const payment = await PaymentProcess.start(folder, certificate.cert);
  try {
    const endpoint = await startEndpoint(certificate, () => {});
    const result = await payment.tokenize(endpoint.port, { milliseconds: 20_000 });
    expect(result.code).toBe("payment-timeout");
    expect(result.milliseconds).toBeGreaterThan(4_900);
    expect(result.milliseconds).toBeLessThan(10_000);
    expect(endpoint.requests).toHaveLength(1);
  } finally {
    await payment.stop();
    await stopEndpoints();
  }
});
