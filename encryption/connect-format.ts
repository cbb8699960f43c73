/**
 * How Amazon Connect encrypts "Store customer input": an AWS Encryption SDK message whose single data key is wrapped
 * with RSA-OAEP (SHA-512, also for MGF1) for the key that `providerInfo` names. Read off real messages.
 */
export const KEY_PROVIDER = "AmazonConnect";
export const OAEP_HASH = "sha512";
/** ALG_AES256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384: signed, not key-committing. */
export const ALGORITHM_SUITE = 0x0378;
export const FRAME_LENGTH = 4096;

/**
 * Key ids as Connect gives them out, which are UUIDs. They are logged, shown and become a part of a parameter's name: so
 * none of digits alone, which a caller may have typed.
 */
export const KEY_ID = /^(?!\d+$)[\w-]{1,64}$/;

/** The plain text that Connect stores in place of an encrypted input when the caller types nothing. */
export const NO_INPUT = "Timeout";
