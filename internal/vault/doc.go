// Package vault keeps secrets: the Secret type, which cannot be printed by
// accident, and one encrypted store per profile.
//
// vault.age holds all values, encrypted with age (https://age-encryption.org)
// to one random X25519 key. That key is wrapped once: it lies in the system's
// keyring, or in vault.key.age under a passphrase. Nothing is ever written in
// plain text; where there is neither keyring nor passphrase there is no vault.
package vault
