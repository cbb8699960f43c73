import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { importKeyPair } from "../../encryption/key-pair";
import { describeKeyPair } from "../../encryption/key-pair-files";
import { parsePrivateKey } from "../../encryption/pem";
import { publicKeyOf } from "../support/key-pairs";
import { isInstalled, runCommand, temporaryFolder } from "../support/project";

const folder = temporaryFolder();

const withOpenssl = isInstalled("openssl", ["version"]) ? describe : describe.skip;
withOpenssl("a key pair that the commands of AWS's blog post created", () => {
  it("can be imported", () => {
    const openssl = (...args: string[]) => {
      const { code, stderr } = runCommand("openssl", args, { cwd: folder });
      if (code !== 0) throw new Error(stderr);
    };
    openssl(
      ..."req -x509 -sha256 -nodes -newkey rsa:4096 -keyout blog.private.key -days 730 -out blog.certificate.pem -subj /CN=blog".split(
        " ",
      ),
    );
    openssl(..."req -x509 -key blog.private.key -days 3 -out unnamed.pem -subj /".split(" "));
    openssl(..."rsa -in blog.private.key -traditional -out blog.pkcs1.key".split(" "));
    expect(existsSync(join(folder, "blog.pkcs1.key"))).toBe(true);
    const certificate = readFileSync(join(folder, "blog.certificate.pem"), "utf8");
    for (const name of ["blog.private.key", "blog.pkcs1.key"]) {
      const privateKey = parsePrivateKey(readFileSync(join(folder, name), "utf8"), name);
      const imported = importKeyPair(
        { privateKey, certificate },
        { privateKey: name, certificate: "blog.certificate.pem" },
      );
      expect(imported.privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----/);
      expect(new X509Certificate(imported.certificate).verify(publicKeyOf(imported))).toBe(true);
      const unnamed = { certificate: join(folder, "unnamed.pem") };
      expect(describeKeyPair(unnamed, new Date())).toMatchObject({ subject: "", problems: [] });
    }
  });
});
