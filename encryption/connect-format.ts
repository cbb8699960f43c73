/**
 * How Amazon Connect encrypts the input of "Store customer input": an AWS Encryption SDK message with one data key.
 * RSA-OAEP (SHA-512, also for MGF1) wraps the data key for the key that `providerInfo` names. Source: real messages.
 */
export const KEY_PROVIDER = "AmazonConnect";
export const OAEP_HASH = "sha512";
/** ALG_AES256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384: signed, not key-committing. */
export const ALGORITHM_SUITE = 0x0378;
export const FRAME_LENGTH = 4096;

/**
 * Connect's key ids are UUIDs. They are logged, shown and used in parameter names. The pattern excludes ids that consist
 * of digits only, because such an id could be a card number.
 */
export const KEY_ID = /^(?!\d+$)[\w-]{1,64}$/;

/** The plain text that Connect stores instead of an encrypted input when the caller enters nothing. */
export const NO_INPUT = "Timeout";
