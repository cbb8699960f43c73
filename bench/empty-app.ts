// The app that synth.ts compares ours with. It contains only the provider.
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";

const app = new App({ outdir: process.env.CDKTF_OUTDIR });
const stack = new TerraformStack(app, "empty");
new AwsProvider(stack, "aws", { region: "us-east-1" });
app.synth();
