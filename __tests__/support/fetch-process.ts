// A process that fetches one parameter, as the function does, and prints the error's code and how much its memory grew.
import { fetchParameter } from "../../functions/decrypt-customer-input/parameter-store";

const NAME = "/secrets/a";
const peakMegabytes = () => process.resourceUsage().maxRSS / 1024;
const codeOf = (milliseconds: number) =>
  fetchParameter(NAME, Date.now() + milliseconds).then(
    () => "none",
    (error: { code: string }) => error.code,
  );

void (async () => {
  await codeOf(0); // loads what the SDK loads only for its first request
  const before = peakMegabytes();
  const code = await codeOf(60_000);
  console.log(JSON.stringify({ code, megabytes: peakMegabytes() - before }));
})();
