import { X509Certificate } from "node:crypto";

/** How a text with a certificate differs from a PEM file. */
export type CertificateForm = "escaped-line-breaks" | "spaces" | "one-line" | "truncated" | "unreadable";

export interface CertificateText {
  forms: CertificateForm[];
  /** absent if it cannot be read even without line breaks */
  certificate?: X509Certificate;
}

const BEGIN = "-----BEGIN CERTIFICATE-----";
const END = "-----END CERTIFICATE-----";

/** Reads the first certificate in a text; `undefined` if there is none. */
export function readCertificateText(text: string): CertificateText | undefined {
  const begin = text.indexOf(BEGIN);
  if (begin === -1) return undefined;
  const end = text.indexOf(END, begin);
  const body = text.slice(begin + BEGIN.length, end === -1 ? undefined : end);
  const der = decode(body.replace(/\\[nr]|\s/g, ""));
  const certificate = der && parse(der);
  const forms = lineBreakForms(body, end !== -1);
  if (end === -1 || (der && !certificate && isCutOff(der))) forms.push("truncated");
  else if (!certificate) forms.push("unreadable");
  return certificate ? { forms, certificate } : { forms };
}

function lineBreakForms(body: string, isComplete: boolean): CertificateForm[] {
  if (body.trim() === "") return [];
  if (/\\[nr]/.test(body)) return ["escaped-line-breaks"];
  if (/\S[^\S\r\n]+\S/.test(body)) return ["spaces"];
  const isOnLines = /^[^\S\r\n]*[\r\n]/.test(body) && (!isComplete || /[\r\n][^\S\r\n]*$/.test(body));
  return isOnLines ? [] : ["one-line"];
}

const decode = (base64: string): Buffer | undefined =>
  /^[\w+/]+={0,2}$/.test(base64) ? Buffer.from(base64, "base64") : undefined;

function parse(der: Buffer): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(der);
    const isDated = [certificate.validFrom, certificate.validTo].every((date) => !Number.isNaN(Date.parse(date)));
    // Reading the key throws if its algorithm is unknown.
    return isDated && certificate.publicKey ? certificate : undefined;
  } catch {
    return undefined;
  }
}

const SEQUENCE = 0x30;
const TWO_LENGTH_BYTES = 0x82;
const HEADER_BYTES = 4;

/** Whether a DER structure is longer than the bytes. Each certificate has a length of two bytes. */
const isCutOff = (der: Buffer): boolean =>
  der.length < HEADER_BYTES ||
  (der[0] === SEQUENCE && der[1] === TWO_LENGTH_BYTES && der.readUInt16BE(2) + HEADER_BYTES > der.length);
