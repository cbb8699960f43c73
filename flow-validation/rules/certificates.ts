import { type CertificateDefect, certificateDefects } from "../../encryption/certificate";
import { type CertificateForm, readCertificateText } from "../certificate-text";
import { isDynamic } from "../dynamic-values";
import { stringAt } from "../json";
import { memoize } from "../memoize";
import type { FlowStep } from "../read-flow";
import { isEncrypting } from "../sensitive-input";
import type { Finding, StepRule } from "./rule";

/*
 * Rules for `InputEncryption`. The service publishes a flow with an unusable certificate or key id, and then every call
 * takes the Error branch. Connect verifies the certificate's signature with the uploaded public key, and encrypts with
 * RSA.
 *
 * Evidence, if a rule names no other: https://docs.aws.amazon.com/connect/latest/adminguide/encrypt-data.html
 */

/** `InputEncryption.Key` is a certificate in PEM format. */
export const invalidCertificate: StepRule = (step) =>
  !isEncrypting(step) || certificateOf(step) || isDynamic(keyOf(step))
    ? []
    : [
        finding(
          "is not a certificate in PEM format",
          "write the whole certificate, from -----BEGIN CERTIFICATE----- on",
        ),
      ];

/** The certificate has all its lines. */
export const truncatedCertificate = formRule("truncated", {
  problem: "is cut off",
  instead: "write the whole certificate, up to -----END CERTIFICATE-----",
});

/** The certificate can be read. */
export const unreadableCertificate = formRule("unreadable", {
  problem: "is not an X.509 certificate, although it begins like one",
  instead: "write the certificate's PEM file without changes",
});

/**
 * The certificate has the line breaks of its PEM file.
 *
 * Evidence: risk. No documentation says that the service reads a PEM text without them.
 */
export const certificateOnOneLine = formRule("one-line", {
  problem: "has no line breaks",
  instead: "write the lines of the PEM file, with \\n in the JSON after each",
});

/** As {@link certificateOnOneLine}. */
export const certificateWithSpaces = formRule("spaces", {
  problem: "has spaces instead of line breaks",
  instead: "write the lines of the PEM file, with \\n in the JSON after each",
});

/** As {@link certificateOnOneLine}. */
export const certificateWithEscapedLineBreaks = formRule("escaped-line-breaks", {
  problem: "has the characters \\ and n instead of line breaks",
  instead: "write each line break as \\n in the JSON, not as \\\\n",
});

/** The certificate has not expired. Evidence: a vendor reports that encryption then fails. */
export const expiredCertificate = defectRule("expired", ({ day }) => ({
  problem: `expired on ${day}`,
  instead: "create a new key pair, and write its certificate and its key id",
}));

/** The certificate is valid already. */
export const certificateNotYetValid = defectRule("not-yet-valid", ({ day }) => ({
  problem: `is not valid before ${day}`,
  instead: "write a certificate that is valid now",
}));

/** The certificate's key is an RSA key. */
export const certificateKeyType = defectRule("key-type", ({ type }) => ({
  problem: `has a key of the type ${type}, but Connect encrypts with RSA keys only`,
  instead: "write the certificate of an RSA key pair",
}));

/** The certificate's key has at least 2048 bits. Evidence: risk. Shorter keys are weak. */
export const certificateKeySize = defectRule("key-size", ({ bits }) => ({
  problem: `has an RSA key of only ${bits} bits`,
  instead: "write the certificate of a key pair with at least 2048 bits, preferably 4096",
}));

/**
 * The public key in PEM format has at most 1024 characters.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_AssociateSecurityKey.html
 */
export const certificateKeyLength = defectRule("public-key-length", ({ characters }) => ({
  problem: `has a public key of ${characters} characters, but Connect accepts at most 1024`,
  instead: "write the certificate of a key pair with 4096 bits",
}));

/** The certificate is signed with its own key. */
export const certificateNotSelfSigned = defectRule("not-self-signed", () => ({
  problem: "is signed with another key, so that it does not verify with the uploaded public key",
  instead: "write a self-signed certificate of the key pair",
}));

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** Ids of examples: one digit only, or digits in order. */
const EXAMPLE_UUID = /^(.)(\1|-)+$|^(01234567|12345678)-|^a1b2c3d4-5678-/i;

/**
 * `InputEncryption.EncryptionKeyId` is an id that Connect gave an uploaded public key, which is a UUID. A mark of a
 * template counts as an id that is filled in later.
 *
 * Evidence: the service publishes a flow with any text, such as AWS's example `your-key-id`.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_AssociateSecurityKey.html
 */
export const placeholderKeyId: StepRule = (step) => {
  const id = isEncrypting(step) ? stringAt(step.parameters, "InputEncryption.EncryptionKeyId") : undefined;
  if (!id || isDynamic(id) || (UUID.test(id) && !EXAMPLE_UUID.test(id))) return [];
  return [
    {
      path: "Parameters.InputEncryption.EncryptionKeyId",
      problem: UUID.test(id) ? "is the id of an example" : "is not an id of a key, which is a UUID",
      instead: "write the id that Connect gave the uploaded public key",
    },
  ];
};

const keyOf = ({ parameters }: FlowStep): string => stringAt(parameters, "InputEncryption.Key") ?? "";

const certificateOf = memoize((step: FlowStep) => (isEncrypting(step) ? readCertificateText(keyOf(step)) : undefined));

const finding = (problem: string, instead: string): Finding => ({
  path: "Parameters.InputEncryption.Key",
  problem,
  instead,
});

function formRule(form: CertificateForm, { problem, instead }: Pick<Finding, "problem" | "instead">): StepRule {
  return (step) => (certificateOf(step)?.forms.includes(form) ? [finding(problem, instead)] : []);
}

function defectRule<Kind extends CertificateDefect["kind"]>(
  kind: Kind,
  describe: (defect: Extract<CertificateDefect, { kind: Kind }>) => Pick<Finding, "problem" | "instead">,
): StepRule {
  const isOfKind = (defect: CertificateDefect): defect is Extract<CertificateDefect, { kind: Kind }> =>
    defect.kind === kind;
  return (step, _, now) =>
    defectsOf(step)(now)
      .filter(isOfKind)
      .map(describe)
      .map(({ problem, instead }) => finding(problem, instead));
}

const defectsOf = memoize((step: FlowStep) =>
  memoize((now: Date): CertificateDefect[] => {
    const certificate = certificateOf(step)?.certificate;
    return certificate ? certificateDefects(certificate, certificate.publicKey, now) : [];
  }),
);
