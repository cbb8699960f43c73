const HEADER = /BEGIN [A-Z\d ]{0,30}PRIVATE KEY/i;
/** How the Base64 of a PKCS#8 or PKCS#1 key begins, which follows the header, or stands alone. */
const RSA_BODY = /MII[\w+/]{3}(?:IBADANBgkqhkiG9w0BAQEFAASC|IBAAKCA)/;
/** `-----BEGIN ` in Base64, as secret stores print a whole PEM file. */
const ENCODED_HEADER = /LS0tLS1CRUdJTi[\w+/]{0,60}/g;

/** Whether a text contains a private key in PEM format, as it is or in Base64. */
export const containsPrivateKey = (text: string): boolean =>
  HEADER.test(text) ||
  RSA_BODY.test(text) ||
  (text.match(ENCODED_HEADER) ?? []).some((encoded) => HEADER.test(Buffer.from(encoded, "base64").toString("latin1")));
